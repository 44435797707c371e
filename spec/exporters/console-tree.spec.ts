import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { consoleTree } from '../../exporters/console-tree.js';
import { SamplingDecision } from '../../lib/sampler.js';
import { TracerProvider } from '../../lib/provider.js';
import { harness } from '../support/harness.js';
import { Paper } from './console-paper.js';
import { remoteCaller, spanMaker } from './console-spans.js';
import { fakeTime } from './console-time.js';

/** A console tree on paper, and a maker of spans that it sees. */
function printing(options: Parameters<typeof consoleTree>[0] = {}) {
  const paper = new Paper();
  const tree = consoleTree({ stream: paper, color: false, unicode: true, ...options });
  return { paper, tree, shop: spanMaker('shop', tree) };
}

/** The lines that name spans, without times. */
function rows(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => /\[|─|═/.test(line))
    .map((line) => line.replaceAll(/\s{2,}\+?[\d.]+(µs|ms|s)\b/g, '').trimEnd());
}

/** Runs while time only passes when told to. */
function inFakeTime(run: (pass: (millis: number) => void) => void, options = {}): void {
  const time = fakeTime(options);
  try {
    run((millis) => time.pass(millis));
  } finally {
    time.restore();
  }
}

describe('the console tree', () => {
  const h = harness();

  it('prints a trace whole in one write, when its root has ended and settled', async () => {
    const { paper, shop, tree } = printing();
    const root = shop.open('GET /order');
    shop.ended('SELECT', { parent: root });
    const ended = performance.now();
    root.end();
    await paper.expectWrites(1);
    expect(paper.writes).to.have.length(1);
    expect(paper.times[0]! - ended, 'the linger').to.be.greaterThan(95);
    expect(paper.text).to.match(/^● GET \/order in .*\n {2}2 spans · 1 service/);
    expect(rows(paper.text)).to.deep.equal(['  [shop] GET /order', '  └─ SELECT']);
    expect(paper.text.endsWith('\n\n')).to.equal(true);
    await tree.shutdown();
    expect(paper.writes, 'nothing is printed twice').to.have.length(1);
  });

  it('keeps traces that run at the same time apart', async () => {
    const { paper, shop, tree } = printing();
    const a = shop.open('a');
    const b = shop.open('b');
    shop.ended('a1', { parent: a });
    shop.ended('b1', { parent: b });
    shop.ended('a2', { parent: a });
    b.end();
    a.end();
    await tree.forceFlush();
    expect(paper.writes.map(rows)).to.deep.equal([
      ['  [shop] b', '  └─ b1'],
      ['  [shop] a', '  ├─ a1', '  └─ a2'],
    ]);
  });

  it('joins the spans of several providers, printed once when all have ended', async () => {
    const { paper, shop, tree } = printing();
    const stock = spanMaker('stock', tree);
    const request = shop.open('GET /order');
    const served = stock.open('GET /stock', { remote: request });
    stock.ended('SELECT', { parent: served });
    served.end();
    await sleep(150);
    expect(paper.writes, 'while the caller is open').to.deep.equal([]);
    request.end();
    await paper.expectWrites(1);
    expect(paper.text).to.match(/3 spans · 2 services/);
    expect(rows(paper.text).map((row) => row.trim())).to.deep.equal([
      '[shop] GET /order',
      '╘═ [stock] GET /stock',
      '└─ SELECT',
    ]);
  });

  it('shows children that stay open as running after 2 s, and adds them when they end', () => {
    inFakeTime((pass) => {
      const { paper, shop } = printing();
      const root = shop.open('GET /order');
      const job = shop.open('write audit log', { parent: root });
      shop.ended('INSERT', { parent: job });
      root.end();
      pass(1999);
      expect(paper.writes).to.deep.equal([]);
      pass(100);
      expect(paper.writes).to.have.length(1);
      expect(paper.text)
        .to.match(/1 running/)
        .and.to.match(/write audit log {2}… running/);
      job.end();
      pass(99);
      expect(paper.writes, 'a linger of its own').to.have.length(1);
      pass(1);
      expect(paper.writes).to.have.length(2);
      expect(paper.writes[1]).to.match(/^\+ trace \w{8} {2}1 late span, .* after its tree\n/);
      expect(paper.writes[1]).to.match(/⋯ \[shop\] GET \/order\n\+ └─ write audit log/);
    });
  });

  it('puts late spans that come together in one addition', () => {
    inFakeTime((pass) => {
      const { paper, shop } = printing();
      const root = shop.ended('GET /order');
      pass(100);
      const late = shop.open('late', { parent: root });
      shop.ended('later', { parent: late });
      pass(90);
      late.end();
      pass(99);
      expect(paper.writes).to.have.length(1);
      pass(1);
      expect(paper.writes).to.have.length(2);
      expect(paper.writes[1]).to.match(/2 late spans/);
    });
  });

  it('gives a second call of one far caller a tree of its own', () => {
    inFakeTime((pass) => {
      const { paper, shop } = printing();
      const caller = remoteCaller();
      shop.ended('first', { remote: caller });
      pass(100);
      shop.ended('second', { remote: caller });
      pass(100);
      expect(paper.writes).to.have.length(2);
      expect(paper.writes[1]).to.match(/^● second in/);
    });
  });

  it('prints a trace without a local root after 5 s', () => {
    inFakeTime((pass) => {
      const { paper, shop } = printing();
      shop.ended('orphan', { parent: remoteCaller() });
      pass(4999);
      expect(paper.writes).to.deep.equal([]);
      pass(100);
      expect(paper.text)
        .to.match(/orphan/)
        .and.to.match(/not received/);
    });
  });

  it('believes timers that run ahead of the clock', () => {
    const run = (pass: (millis: number) => void): void => {
      const { paper, shop } = printing();
      const root = shop.open('GET /order');
      shop.open('job', { parent: root });
      root.end();
      pass(2001);
      expect(paper.writes).to.have.length(1);
      shop.ended('next');
      pass(101);
      expect(paper.writes).to.have.length(2);
    };
    inFakeTime(run, { clock: false });
  });

  it('leaves out spans that are recorded but not sampled', async () => {
    const paper = new Paper();
    const tree = consoleTree({ stream: paper });
    const sampler = {
      shouldSample: () => ({ decision: SamplingDecision.RECORD }),
      toString: () => 'RecordOnly',
    };
    const provider = new TracerProvider({ sampler, spanProcessors: [tree] });
    provider.getTracer('spec').startSpan('unsampled').end();
    await provider.shutdown();
    expect(paper.writes).to.deep.equal([]);
  });

  it('works for spans that are started and ended through the API', async () => {
    const { paper, tree } = printing();
    const provider = new TracerProvider({ spanProcessors: [tree] });
    const tracer = provider.getTracer('spec');
    await tracer.startActiveSpan('outer', async (outer) => {
      await sleep(1);
      tracer.startActiveSpan('inner', (inner) => {
        expect(trace.getSpan(context.active())).to.equal(inner);
        inner.end();
      });
      outer.end();
    });
    await provider.forceFlush();
    expect(rows(paper.text).map((row) => row.trim().split(' ').at(-1))).to.deep.equal([
      'outer',
      'inner',
    ]);
    await provider.shutdown();
  });

  it('contains what throws while it draws', async () => {
    const { paper, shop, tree } = printing();
    const root = shop.open('root');
    Object.defineProperty(root, 'resource', {
      get() {
        throw new Error('no resource');
      },
    });
    root.end();
    shop.ended('next');
    await tree.forceFlush();
    await tree.shutdown();
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['console.threw']);
    expect(paper.text).to.match(/● next/);
  });

  describe('when it is flushed', () => {
    it('prints what has ended without the linger, open children as running', async () => {
      const { paper, shop, tree } = printing();
      const root = shop.open('done');
      shop.open('child', { parent: root });
      root.end();
      shop.open('at work');
      await tree.forceFlush();
      expect(paper.writes).to.have.length(1);
      expect(paper.text)
        .to.match(/● done/)
        .and.to.match(/child {2}… running/);
    });

    it('prints open roots too at shutdown, and nothing any more after it (T-PROC-07)', async () => {
      const { paper, shop, tree } = printing();
      const open = shop.open('at work');
      const stopped = tree.shutdown();
      expect(tree.shutdown()).to.equal(stopped);
      await stopped;
      expect(paper.text)
        .to.match(/at work/)
        .and.to.match(/running/);
      open.end();
      shop.ended('after');
      await tree.forceFlush();
      await sleep(120);
      expect(paper.writes).to.have.length(1);
    });

    it('resolves when its stream has taken everything (T-PROC-09)', async () => {
      let release: (() => void) | undefined;
      const paper = new Paper();
      paper._write = (_text, _encoding, done) => (release = done);
      const { shop, tree } = printing({ stream: paper });
      shop.ended('root');
      let flushed = false;
      const flushing = tree.forceFlush().then(() => (flushed = true));
      await sleep(20);
      expect(flushed).to.equal(false);
      release?.();
      await flushing;
    });
  });

  describe('asked for less', () => {
    const traces = async (print: 'all' | 'slow' | 'errors'): Promise<string[]> => {
      const { paper, shop, tree } = printing({ print, slowMillis: 50 });
      shop.ended('quick', { millis: 1 });
      shop.ended('slow', { millis: 60 });
      shop.ended('failed', { millis: 1, failed: true });
      const root = shop.open('recovered');
      shop.ended('retry', { parent: root, failed: true });
      root.end();
      await tree.forceFlush();
      return paper.writes.map((text) => /^. (\w+)/.exec(text)?.[1] ?? text);
    };

    it('prints what is slow or has errors', async () => {
      expect(await traces('all')).to.have.members(['quick', 'slow', 'failed', 'recovered']);
      expect(await traces('slow')).to.have.members(['slow', 'failed', 'recovered']);
    });

    it('prints only what has errors, handled ones too', async () => {
      expect(await traces('errors')).to.have.members(['failed', 'recovered']);
    });

    it('prints a quiet trace whole when a late span of it fails', () => {
      inFakeTime((pass) => {
        const { paper, shop } = printing({ print: 'errors' });
        const root = shop.ended('GET /order');
        pass(100);
        shop.ended('write audit log', { parent: root, failed: true });
        pass(100);
        expect(paper.writes).to.have.length(1);
        expect(paper.text)
          .to.match(/^! GET \/order/)
          .and.to.match(/2 spans/);
      });
    });
  });

  it('shows what is asked for, in the width that is asked for', async () => {
    const { paper, shop, tree } = printing({
      columns: 120,
      unicode: false,
      color: true,
      ids: true,
    });
    const root = shop.ended('GET /order', { millis: 5 });
    await tree.forceFlush();
    expect(paper.text).to.contain(root.spanContext().traceId);
    expect(paper.text).to.contain(root.spanContext().spanId);
    expect(paper.text).to.contain('\u001b[');
    expect(Buffer.from(paper.text).every((byte) => byte < 0x7f)).to.equal(true);
  });

  it('asks the terminal for its width at each print', async () => {
    const { paper, shop, tree } = printing();
    for (const columns of [140, 100]) {
      paper.columns = columns;
      shop.ended('GET /order', { millis: 5 });
      await tree.forceFlush();
    }
    const [wide, narrow] = paper.writes.map((text) => /█+/.exec(text)?.[0].length ?? 0);
    expect(wide).to.be.greaterThan(narrow!);
    expect(narrow).to.be.greaterThan(0);
  });

  it('draws no bars into a pipe, unless a width is given', async () => {
    const bars = async (options: object): Promise<boolean> => {
      const { paper, shop, tree } = printing(options);
      shop.ended('GET /order', { millis: 5 });
      await tree.forceFlush();
      return paper.text.includes('█');
    };
    expect(await bars({})).to.equal(false);
    expect(await bars({ columns: 120 })).to.equal(true);
    expect(await bars({ columns: 80 })).to.equal(false);
  });

  it('refuses wrong options at once', () => {
    expect(() => consoleTree({ format: 'xml' as 'tree' })).to.throw(RangeError, /xml/);
  });

  it('takes the spans of any provider, and prints them before flushSync returns', () => {
    const paper = new Paper();
    const tree = consoleTree({ stream: paper });
    const span = spanMaker().open('span');
    tree.onStart(span, ROOT_CONTEXT);
    tree.flushSync(10);
    expect(paper.text).to.match(/running/);
    span.end();
    tree.onEnd(span);
    tree.flushSync(10);
    expect(paper.writes[1], 'drawn again, for it has its verdict now').to.match(/^● span in/);
  });
});
