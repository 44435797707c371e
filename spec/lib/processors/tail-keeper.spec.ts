import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { expect } from 'chai';
import { resetDiagnostics, diagnosticCounts } from '../../../lib/diagnostics.js';
import { NoopSpanProcessor } from '../../../lib/processors/noop.js';
import { TailKeeper, type TailKeeperOptions } from '../../../lib/processors/tail-keeper.js';
import type { SpanProcessor } from '../../../lib/processor.js';
import { TracerProvider } from '../../../lib/provider.js';
import { idsWithRandomness, keeping } from '../../support/tail-keeping.js';
import { fakeTimers } from '../../support/timers.js';

describe('TailKeeper', () => {
  beforeEach(() => resetDiagnostics());

  describe('keeps a trace whole', () => {
    it('when one of its spans has failed, and drops the others', () => {
      const { names, request } = keeping({});
      request('fine');
      request('failed', { fails: true });
      expect(names()).to.deep.equal(['failed query', 'failed']);
    });

    it('or not, when errors are none of its reasons', () => {
      const { names, request } = keeping({ errors: false });
      request('failed', { fails: true });
      expect(names()).to.deep.equal([]);
    });

    it('when its root is slow, and not for a slow child', () => {
      const { names, start } = keeping({ slowMillis: 100 });
      for (const [name, rootMillis] of [
        ['fast', 99],
        ['slow', 100],
      ] as const) {
        const root = start(name, undefined, { startTime: 1_000_000_000_000 });
        const child = start(`${name} query`, root, { startTime: 1_000_000_000_000 });
        child.end(1_000_000_000_500);
        root.end(1_000_000_000_000 + rootMillis);
      }
      expect(names()).to.deep.equal(['slow query', 'slow']);
    });

    it('by what is known only at its end, such as the route', () => {
      const { names, start } = keeping({ rules: [{ route: '/orders/*' }] });
      for (const route of ['/orders/:id', '/carts/:id']) {
        const root = start('GET', undefined, { kind: SpanKind.SERVER });
        start('query', root).end();
        root.setAttribute('http.route', route);
        root.updateName(`GET ${route}`);
        root.end();
      }
      expect(names()).to.deep.equal(['query', 'GET /orders/:id']);
    });

    it('also what other processes began', () => {
      const { names, start, provider } = keeping({});
      const remote = trace.setSpanContext(ROOT_CONTEXT, {
        traceId: '1'.repeat(32),
        spanId: '2'.repeat(16),
        traceFlags: TraceFlags.SAMPLED,
        isRemote: true,
      });
      const server = provider.getTracer('spec').startSpan('server', {}, remote);
      start('query', server as never).end();
      server.setStatus({ code: SpanStatusCode.ERROR });
      server.end();
      expect(names()).to.deep.equal(['query', 'server']);
    });

    it('and holds it until all its roots here have ended', () => {
      const { names, keeper, provider } = keeping({});
      const remote = trace.setSpanContext(ROOT_CONTEXT, {
        traceId: '1'.repeat(32),
        spanId: '2'.repeat(16),
        traceFlags: TraceFlags.SAMPLED,
        isRemote: true,
      });
      const tracer = provider.getTracer('spec');
      const first = tracer.startSpan('first', {}, remote);
      const second = tracer.startSpan('second', {}, remote);
      first.end();
      expect(keeper.stats()).to.include({ heldTraces: 1, heldSpans: 1 });
      second.setStatus({ code: SpanStatusCode.ERROR });
      second.end();
      expect(names()).to.deep.equal(['first', 'second']);
      expect(keeper.stats()).to.include({ heldTraces: 0, heldSpans: 0 });
    });
  });

  describe('keeps a ratio of the rest', () => {
    it('by R >= T, so that all services agree (T-PROB-05)', () => {
      const ids = ['7fffffffffffff', '80000000000000', 'ffffffffffffff', '00000000000000'];
      const { names, request } = keeping({ ratio: 0.5 }, idsWithRandomness(...ids));
      for (const name of ['just not', 'just', 'most', 'least']) request(name);
      expect(names()).to.deep.equal(['just query', 'just', 'most query', 'most']);
    });

    it('all of them for 1, none for 0', () => {
      for (const [ratio, count] of [
        [1, 4],
        [0, 0],
      ] as const) {
        const { names, request } = keeping({ ratio }, idsWithRandomness('00000000000000'));
        request('a');
        request('b');
        expect(names()).to.have.length(count);
      }
    });

    it('by the ratio of the first rule that describes it, where one does', () => {
      const ids = ['e0000000000000', 'e0000000000000', 'e0000000000000', 'e0000000000000'];
      const rules = [
        { name: '/health', ratio: 0 },
        { name: '/half', ratio: 0.5 },
        { name: '*', ratio: 0.01 },
      ];
      const { names, request } = keeping({ rules, ratio: 1 }, idsWithRandomness(...ids));
      for (const name of ['/health', '/half', '/other']) request(name);
      expect(names()).to.deep.equal(['/half query', '/half']);
      request('/health', { fails: true });
      expect(names().slice(2)).to.deep.equal(['/health query', '/health']);
    });
  });

  it('hands over what it holds as soon as nothing can change the decision', () => {
    const { names, start, keeper } = keeping({});
    const root = start('root');
    start('fine', root).end();
    const failed = start('failed', root);
    failed.setStatus({ code: SpanStatusCode.ERROR });
    failed.end();
    expect(names()).to.deep.equal(['fine', 'failed']);
    root.end();
    expect(names()).to.deep.equal(['fine', 'failed', 'root']);
    expect(keeper.stats().heldSpans).to.equal(0);
  });

  describe('spans that end after the decision', () => {
    it('follow it', () => {
      const { names, start, keeper } = keeping({});
      for (const fails of [true, false]) {
        const root = start('root');
        const late = start(`late, ${fails ? 'failed' : 'fine'} root`, root);
        if (fails) root.setStatus({ code: SpanStatusCode.ERROR });
        root.end();
        late.end();
      }
      expect(names()).to.deep.equal(['root', 'late, failed root']);
      expect(keeper.stats()).to.include({ lateSpans: 2, keptSpans: 2, droppedSpans: 2 });
    });

    it('are kept for their own error, with what follows', () => {
      const { names, start } = keeping({});
      const root = start('root');
      const failed = start('failed', root);
      const after = start('after', root);
      root.end();
      failed.setStatus({ code: SpanStatusCode.ERROR });
      failed.end();
      after.end();
      expect(names()).to.deep.equal(['failed', 'after']);
    });

    it('are decided by themselves where the decision is forgotten, as only so many are remembered', () => {
      const { names, start, request } = keeping({ maxTraces: 1 });
      const root = start('root');
      const [soon, late] = [start('soon', root), start('late', root)];
      root.setStatus({ code: SpanStatusCode.ERROR }).end();
      soon.end();
      for (const name of ['a', 'b', 'c', 'd']) request(name);
      late.end();
      expect(names()).to.deep.equal(['root', 'soon']);
    });
  });

  describe('holds no more than it may', () => {
    it('of spans: the oldest trace is decided early, which is counted and said once', () => {
      const { names, start, request, keeper } = keeping({ maxSpans: 3 });
      const roots = ['oldest', 'newer'].map((name) => start(name));
      for (const root of roots) for (const query of ['a', 'b']) start(query, root).end();
      expect(keeper.stats()).to.include({ cutTraces: 1, heldSpans: 2, droppedSpans: 2 });
      expect(diagnosticCounts().get('tail-keeper.full')).to.equal(1);
      for (const root of roots) root.setStatus({ code: SpanStatusCode.ERROR }).end();
      expect(names()).to.deep.equal(['oldest', 'a', 'b', 'newer']);
      request('afterwards', { fails: true });
      expect(names()).to.include('afterwards');
    });

    it('of traces', () => {
      const { start, keeper } = keeping({ maxTraces: 2 });
      const roots = ['a', 'b', 'c'].map((name) => start(name));
      expect(keeper.stats()).to.include({ cutTraces: 1, heldTraces: 2 });
      for (const root of roots) root.end();
      expect(keeper.stats()).to.include({ heldTraces: 0, heldSpans: 0 });
    });
  });

  describe('where a root does not end', () => {
    const timers = fakeTimers();

    it('decides when time is over, and what is open for long is slow', () => {
      const now = performance.now.bind(performance);
      let passed = 0;
      performance.now = () => now() + passed;
      try {
        const { names, start, keeper } = keeping({ maxTraceMillis: 1000, slowMillis: 900 });
        const root = start('root');
        start('query', root).end();
        expect([timers.pending, timers.holding]).to.deep.equal([1, 0]);
        passed = 1001;
        timers.pass(1001);
        expect(names()).to.deep.equal(['query']);
        expect(keeper.stats()).to.include({ heldTraces: 0, cutTraces: 1 });
        expect(timers.pending).to.equal(0);
        expect(diagnosticCounts().get('tail-keeper.overdue')).to.equal(1);
        root.end();
        expect(names()).to.deep.equal(['query', 'root']);
      } finally {
        delete (performance as { now?: unknown }).now;
      }
    });
  });

  describe('decides at once', () => {
    const ways: Record<string, (keeper: TailKeeper) => unknown> = {
      'in a flush': (keeper) => keeper.forceFlush(),
      'at shutdown': (keeper) => keeper.shutdown(),
      'when the process ends': (keeper) => keeper.flushSync(100),
    };
    for (const [way, flush] of Object.entries(ways)) {
      it(way, async () => {
        const seen: string[] = [];
        const inner: SpanProcessor = {
          onStart: (span) => void seen.push(`start ${span.name}`),
          onEnd: (span) => void seen.push(`end ${span.name}`),
          forceFlush: async () => void seen.push('flush'),
          shutdown: async () => void seen.push('shutdown'),
          flushSync: () => void seen.push('flush'),
        };
        const keeper = new TailKeeper(inner, { ratio: 1 });
        const tracer = new TracerProvider({ spanProcessors: [keeper] }).getTracer('spec');
        const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
        tracer.startSpan('query', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
        await flush(keeper);
        const last = way === 'at shutdown' ? 'shutdown' : 'flush';
        expect(seen).to.deep.equal(['start query', 'end query', last]);
        root.end();
        await keeper.shutdown();
        expect(seen.includes('end root')).to.equal(way !== 'at shutdown');
      });
    }

    it('and shuts the inner one down once', () => {
      const keeper = new TailKeeper(new NoopSpanProcessor());
      expect(keeper.shutdown()).to.equal(keeper.shutdown());
    });
  });

  it('goes on when the inner processor throws', () => {
    const seen: string[] = [];
    const inner: SpanProcessor = {
      onStart() {},
      onEnd(span) {
        if (span.name === 'first') throw new Error('inner');
        seen.push(span.name);
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const keeper = new TailKeeper(inner, { ratio: 1 });
    const tracer = new TracerProvider({ spanProcessors: [keeper] }).getTracer('spec');
    const root = tracer.startSpan('root', {}, ROOT_CONTEXT);
    tracer.startSpan('first', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
    tracer.startSpan('second', {}, trace.setSpan(ROOT_CONTEXT, root)).end();
    root.end();
    expect(seen).to.deep.equal(['second', 'root']);
  });

  it('tells what it has done', () => {
    const { keeper, request } = keeping(
      { rules: [{ name: 'wanted' }], ratio: 0.5, slowMillis: 10_000 },
      idsWithRandomness('00000000000000', '00000000000000', 'ffffffffffffff', '00000000000000'),
    );
    request('failed', { fails: true });
    request('wanted');
    request('lucky');
    request('unlucky');
    const { inner, ...stats } = keeper.stats();
    expect(stats).to.deep.equal({
      type: 'tail_keeper',
      heldTraces: 0,
      heldSpans: 0,
      keptTraces: { error: 1, slow: 0, rule: 1, ratio: 1 },
      droppedTraces: 1,
      keptSpans: 6,
      droppedSpans: 2,
      cutTraces: 0,
      lateSpans: 1,
    });
    expect(inner).to.include({ type: 'simple_span_processor' });
  });

  const mistakes: [string, unknown][] = [
    ['ratio must be a number from 0 to 1, not 2', { ratio: 2 }],
    ['ratio must be a number from 0 to 1, not NaN', { ratio: NaN }],
    ['slowMillis must be a number above 0, not 0', { slowMillis: 0 }],
    ['maxSpans must be a whole number above 0, not 1.5', { maxSpans: 1.5 }],
    ['maxTraceMillis must be a number above 0, not soon', { maxTraceMillis: 'soon' }],
    ['rules must be a list', { rules: {} }],
    ['rules[0] has no "rout"; there are: name', { rules: [{ rout: '/' }] }],
    ['rules[1].ratio must be a number from 0 to 1, not -1', { rules: [{}, { ratio: -1 }] }],
    ['rules[0].name must be a text or a RegExp, not', { rules: [{ name: [] }] }],
    ['rules[0].kind cannot be 9', { rules: [{ kind: 9 }] }],
    ['rules[0].when must be a function', { rules: [{ when: 'always' }] }],
  ];
  for (const [message, options] of mistakes) {
    it(`refuses an option at once: ${message}`, () => {
      expect(() => new TailKeeper(new NoopSpanProcessor(), options as TailKeeperOptions)).to.throw(
        message,
      );
    });
  }

  it('needs a processor', () => {
    expect(() => new TailKeeper({} as never)).to.throw(TypeError, 'inner');
  });
});
