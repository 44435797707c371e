import { expect } from 'chai';
import { TraceCollector } from '../../exporters/console-collector.js';
import type { CollectorLimits, TracePart } from '../../exporters/console-trace.js';
import { diagnosticCounts, resetDiagnostics } from '../../lib/diagnostics.js';
import type { Span } from '../../lib/span.js';
import { remoteCaller, spanMaker } from './console-spans.js';

/** A collector with a clock that is set by hand. */
function collecting(limits: Partial<CollectorLimits> = {}) {
  const collector = new TraceCollector(limits);
  const spans = spanMaker();
  let now = 0;
  return {
    collector,
    at(millis: number) {
      now = millis;
      return this;
    },
    start(name: string, options: Parameters<typeof spans.open>[1] = {}): Span {
      const span = spans.open(name, options);
      collector.start(span, now);
      return span;
    },
    end(...ending: Span[]): void {
      for (const span of ending) {
        span.end();
        collector.end(span, now);
      }
    },
    due(millis: number): string[][] {
      now = millis;
      return names(collector.takeDue(millis));
    },
  };
}

/** The names of each part's spans; of open ones with dots. */
function names(parts: TracePart[]): string[][] {
  return parts.map(({ spans }) => spans.map(({ name, ended }) => (ended ? name : `${name}…`)));
}

describe('the console collector', () => {
  it('hands a trace out when its root has ended and 100 ms have passed', () => {
    const c = collecting();
    const root = c.start('root');
    const child = c.at(5).start('child', { parent: root });
    c.at(20).end(child);
    c.at(30).end(root);
    expect(c.collector.nextDue()).to.equal(130);
    expect(c.due(129)).to.deep.equal([]);
    expect(c.due(130)).to.deep.equal([['child', 'root']]);
    expect(c.due(10_000)).to.deep.equal([]);
    expect(c.collector.isEmpty).to.equal(true);
  });

  it('waits for an open root however long it takes', () => {
    const c = collecting();
    const root = c.start('root');
    c.end(c.start('child', { parent: root }));
    expect(c.collector.nextDue()).to.equal(Infinity);
    expect(c.due(3_600_000)).to.deep.equal([]);
  });

  it('counts a span with a remote parent as a local root', () => {
    const c = collecting();
    c.end(c.start('served', { remote: remoteCaller() }));
    expect(c.due(100)).to.deep.equal([['served']]);
  });

  it('waits for children that are open when the root ends, and lingers after the last', () => {
    const c = collecting();
    const root = c.start('root');
    const child = c.start('child', { parent: root });
    c.at(10).end(root);
    expect(c.due(500)).to.deep.equal([]);
    c.end(child);
    expect(c.due(599)).to.deep.equal([]);
    expect(c.due(600)).to.deep.equal([['root', 'child']]);
  });

  it('begins the linger again with every span', () => {
    const c = collecting();
    const root = c.start('root');
    c.end(root);
    const follower = c.at(90).start('follower', { parent: root });
    expect(c.due(100)).to.deep.equal([]);
    c.at(120).end(follower);
    expect(c.due(219)).to.deep.equal([]);
    expect(c.due(220)).to.deep.equal([['root', 'follower']]);
  });

  it('hands children out open 2 s after the root has ended', () => {
    const c = collecting();
    const root = c.start('root');
    c.start('child', { parent: root });
    c.at(10).end(root);
    expect(c.due(2009)).to.deep.equal([]);
    expect(c.due(2010)).to.deep.equal([['root', 'child…']]);
  });

  it('does not let a stream of short children put the cap off', () => {
    const c = collecting();
    const root = c.start('root');
    c.end(root);
    for (let at = 50; at < 2000; at += 50) c.at(at).end(c.start('tick', { parent: root }));
    expect(c.collector.nextDue()).to.equal(2000);
    expect(c.due(2000)[0]).to.have.length(40);
  });

  it('waits 5 s for a root that it never saw', () => {
    const c = collecting();
    c.end(c.start('orphan', { parent: remoteCaller() }));
    expect(c.due(4999)).to.deep.equal([]);
    expect(c.due(5000)).to.deep.equal([['orphan']]);
  });

  it('takes local roots of several providers as one trace, until all have ended', () => {
    const c = collecting();
    const shop = c.start('shop');
    const stock = c.start('stock', { remote: shop });
    c.at(10).end(stock);
    expect(c.due(1000)).to.deep.equal([]);
    c.at(9000).end(shop);
    expect(c.due(9100)).to.deep.equal([['stock', 'shop']]);
  });

  it('prints now and then what a stranger keeps calling in one trace', () => {
    const c = collecting();
    const caller = remoteCaller();
    const taken: string[][] = [];
    for (let at = 0; at <= 6000; at += 60) {
      taken.push(...c.due(at));
      c.end(c.start('call', { remote: caller }));
    }
    expect(taken).to.have.length(2);
    expect(taken.flat()).to.have.length.greaterThan(60);
  });

  it('keeps interleaved traces apart, and hands them out in the order they settled', () => {
    const c = collecting();
    const a = c.start('a');
    const b = c.start('b');
    c.end(c.start('a1', { parent: a }), c.start('b1', { parent: b }));
    c.at(10).end(b);
    c.at(20).end(a);
    expect(c.due(200)).to.deep.equal([
      ['b1', 'b'],
      ['a1', 'a'],
    ]);
  });

  it('hands late spans out after a linger of their own, with what came before', () => {
    const c = collecting();
    const root = c.start('root');
    c.start('early', { parent: root });
    const child = c.start('child', { parent: root });
    c.end(root);
    c.due(2000);
    c.at(3000).end(child);
    expect(c.due(3099)).to.deep.equal([]);
    const [part] = c.collector.takeDue(3100);
    expect(names([part!])).to.deep.equal([['child']]);
    expect(part!.lateByMillis).to.equal(1100);
    expect(part!.earlier.map((span) => span.name)).to.deep.equal(['root', 'early']);
  });

  it('gathers late spans for at most 2 s', () => {
    const c = collecting();
    const root = c.start('root');
    c.end(root);
    c.due(100);
    for (let at = 1000; at <= 2950; at += 50) c.at(at).end(c.start('late', { parent: root }));
    expect(c.collector.nextDue()).to.equal(3000);
    expect(c.due(3000)[0]).to.have.length(40);
  });

  it('says nothing of a late span that has only started', () => {
    const c = collecting();
    const root = c.start('root');
    c.end(root);
    c.due(100);
    const late = c.start('late', { parent: root });
    expect(c.collector.nextDue()).to.equal(Infinity);
    c.at(9000).end(late);
    expect(c.due(9100)).to.deep.equal([['late']]);
  });

  it('forgets finished traces after a minute', () => {
    const c = collecting();
    const root = c.start('root');
    c.end(root);
    c.due(100);
    c.at(61_000).end(c.start('other'));
    c.due(61_100);
    c.at(61_200).end(c.start('late', { parent: root }));
    expect(c.due(61_300)).to.deep.equal([], 'it is a trace of its own now, without a root');
    expect(c.due(66_200)).to.deep.equal([['late']]);
  });

  it('does not forget one with spans still running', () => {
    const c = collecting();
    const root = c.start('root');
    const job = c.start('job', { parent: root });
    c.end(root);
    c.due(2000);
    c.at(120_000).end(c.start('other'));
    c.due(120_100);
    c.at(200_000).end(job);
    const [part] = c.collector.takeDue(200_100);
    expect(part!.earlier.map((span) => span.name)).to.deep.equal(['root']);
  });

  it('remembers a bounded number of spans of finished traces', () => {
    const c = collecting({ maxFinishedSpans: 3 });
    const roots = ['a', 'b', 'c', 'd'].map((name) => c.start(name));
    c.end(...roots);
    c.due(100);
    c.at(200).end(...roots.map((parent) => c.start('late', { parent })));
    expect(c.due(300)).to.have.length(3);
  });

  describe('its bounds', () => {
    beforeEach(resetDiagnostics);

    it('refuses a trace when 1000 are open, counts it, and leaves no half of it', () => {
      const c = collecting();
      const roots = Array.from({ length: 1000 }, () => c.start('root'));
      const refused = c.start('refused');
      const child = c.start('child', { parent: refused });
      c.at(10).end(roots[0]!);
      c.due(110);
      c.end(child, refused);
      expect(c.due(20_000)).to.deep.equal([]);
      expect(c.collector.takeRefusedCount()).to.equal(1);
      expect(c.collector.takeRefusedCount()).to.equal(0);
      expect(diagnosticCounts().get('console.too-many-traces')).to.equal(1);
    });

    it('makes room by handing out what only lingers', () => {
      const c = collecting({ maxTraces: 2 });
      c.start('open');
      c.end(c.start('lingering'));
      c.start('new');
      expect(c.collector.nextDue()).to.equal(-Infinity);
      expect(c.due(0)).to.deep.equal([['lingering']]);
      expect(c.collector.takeRefusedCount()).to.equal(0);
    });

    it('makes room by handing out a root that has been without news for a minute', () => {
      const c = collecting({ maxTraces: 2 });
      c.start('never ends');
      c.at(50_000).start('at work');
      c.at(60_000).start('new');
      expect(c.due(60_000)).to.deep.equal([['never ends…']]);
    });

    it('keeps 2000 spans of a trace, its root among them, and counts the rest', () => {
      const c = collecting();
      const root = c.start('root');
      for (let i = 0; i < 2010; i++) c.end(c.start('child', { parent: root }));
      c.end(root);
      const [part] = c.collector.takeDue(100);
      expect(part!.spans).to.have.length(2000);
      expect(part!.spans.at(-1)!.name).to.equal('root');
      expect(part!.dropped).to.equal(11);
    });

    it('keeps a root that comes last, as exporters see it', () => {
      const c = collecting({ maxSpans: 3 });
      const spans = spanMaker();
      const root = spans.open('root');
      for (let i = 0; i < 5; i++) c.collector.end(spans.ended('child', { parent: root }), 0);
      root.end();
      c.collector.end(root, 0);
      const [part] = c.collector.takeDue(100);
      expect(part!.spans.map((span) => span.name)).to.deep.equal([
        'child',
        'child',
        'child',
        'root',
      ]);
      expect(part!.dropped).to.equal(2);
    });

    it('ignores the late end of a span that was not kept', () => {
      const c = collecting({ maxSpans: 2 });
      const root = c.start('root');
      const children = ['kept', 'not kept'].map((name) => c.start(name, { parent: root }));
      c.end(root);
      expect(c.due(2000)).to.deep.equal([['root', 'kept…']]);
      c.end(children[1]!);
      expect(c.collector.isEmpty).to.equal(true);
      c.end(children[0]!);
      expect(c.due(2100)).to.deep.equal([['kept']]);
    });
  });

  describe('when it is asked to hand out now', () => {
    it('gives the traces whose local roots have ended, with open children', () => {
      const c = collecting();
      const done = c.start('done');
      c.start('child', { parent: done });
      c.end(done);
      c.start('at work');
      expect(names(c.collector.takeEnded(1))).to.deep.equal([['done', 'child…']]);
    });

    it('gives everything, when all is wanted', () => {
      const c = collecting();
      c.start('at work');
      expect(names(c.collector.takeAll(1))).to.deep.equal([['at work…']]);
      expect(c.collector.isEmpty).to.equal(true);
    });
  });
});
