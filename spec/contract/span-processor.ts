import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import type { SpanExporter } from '../../lib/exporter.js';
import { AsyncLocalStorageContextManager } from '../../lib/node/context.js';
import type { SpanProcessor } from '../../lib/processor.js';
import { TracerProvider } from '../../lib/provider.js';
import type { Sampler } from '../../lib/sampler.js';
import { ManualExporter, turns } from '../support/manual-exporter.js';

/** Makes the processor, with short timeouts where it has some. */
export type MakeProcessor = (
  exporter: SpanExporter,
  options: { maxQueueSize?: number; exportTimeoutMillis?: number },
) => SpanProcessor & { readonly droppedSpans: number };

/** Records all; samples what does not begin with "unsampled". */
const byName: Sampler = {
  shouldSample: (_context, _traceId, name) => ({
    decision: name.startsWith('unsampled') ? 1 : 2,
  }),
  toString: () => 'byName',
};

/** What every processor that exports must do. */
export function behavesLikeAnExportingProcessor(make: MakeProcessor): void {
  let exporter: ManualExporter;
  let processor: ReturnType<MakeProcessor>;
  let provider: TracerProvider;

  function begin(options: Parameters<MakeProcessor>[1] = {}, to: SpanExporter = exporter): void {
    processor = make(to, options);
    provider = new TracerProvider({ spanProcessors: [processor], sampler: byName });
  }

  beforeEach(() => {
    exporter = new ManualExporter();
    begin();
  });

  function end(...names: string[]): void {
    for (const name of names) provider.getTracer('t').startSpan(name, {}, ROOT_CONTEXT).end();
  }

  /** Answers what is asked until the promise settles. */
  async function answering<T>(promise: Promise<T>): Promise<T> {
    exporter.succeedAlways();
    return promise;
  }

  async function failureOf(promise: Promise<unknown>): Promise<Error> {
    return promise.then(
      () => expect.fail('did not fail'),
      (error: Error) => error,
    );
  }

  it('exports sampled spans, and no others (T-PROC-12)', async () => {
    end('a', 'unsampled', 'b');
    await answering(processor.forceFlush());
    expect(exporter.exported).to.deep.equal(['a', 'b']);
  });

  it('never has two exports in progress, also in flushes and at shutdown (T-SIMP-01, T-BATCH-03)', async () => {
    end('a', 'b', 'c');
    const flushes = [processor.forceFlush(), processor.forceFlush()];
    end('d');
    flushes.push(processor.shutdown());
    await turns();
    expect(exporter.calls).to.have.length(1);
    await answering(Promise.all(flushes));
    expect(exporter.mostAtOnce).to.equal(1);
    expect(exporter.exported).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('flushes what ended before, in flight or waiting, and then the exporter (T-PROC-09)', async () => {
    end('a');
    const first = processor.forceFlush();
    await turns();
    end('b');
    const second = processor.forceFlush();
    let [firstDone, secondDone] = [false, false];
    void first.then(() => (firstDone = true));
    void second.then(() => (secondDone = true));
    await turns();
    expect([firstDone, secondDone, exporter.flushes]).to.deep.equal([false, false, 0]);
    exporter.calls[0]!.succeed();
    await turns();
    expect([firstDone, secondDone, exporter.flushes]).to.deep.equal([true, false, 1]);
    exporter.calls[1]!.succeed();
    await turns();
    expect([firstDone, secondDone, exporter.flushes]).to.deep.equal([true, true, 2]);
  });

  it('flushes everything for each of two flushes at once (T-PROV-13, T-PROC-09)', async () => {
    end('a', 'b', 'c');
    const exportedBy = (flush: Promise<void>) => flush.then(() => exporter.exported.length);
    const flushes = [exportedBy(processor.forceFlush()), exportedBy(processor.forceFlush())];
    expect(await answering(Promise.all(flushes))).to.deep.equal([3, 3]);
  });

  it('flushes the exporter when there is nothing to export (T-BATCH-05)', async () => {
    await processor.forceFlush();
    expect(exporter.calls).to.have.length(0);
    expect(exporter.flushes).to.equal(1);
  });

  it('takes an exporter that has no forceFlush (T-EXP-01)', async () => {
    const plain: SpanExporter = {
      export: (spans, done) => exporter.export(spans, done),
      shutdown: () => exporter.shutdown(),
    };
    begin({}, plain);
    end('a');
    await answering(processor.forceFlush());
    await processor.shutdown();
    expect(exporter.exported).to.deep.equal(['a']);
  });

  it('shuts down once, after a flush, and then takes nothing more (T-PROC-07, T-PROC-08)', async () => {
    end('a');
    const closed = processor.shutdown();
    expect(processor.shutdown()).to.equal(closed);
    end('b');
    await answering(closed);
    end('c');
    await processor.forceFlush();
    await turns();
    expect(exporter.exported).to.deep.equal(['a']);
    expect([exporter.flushes, exporter.shutdowns]).to.deep.equal([1, 1]);
  });

  it('drops a failed batch, says so, fails the flush and goes on (T-EXP-02, T-BATCH-07, T-PROC-11)', async () => {
    const error = new Error('no backend');
    end('a');
    const flush = failureOf(processor.forceFlush());
    await turns();
    exporter.calls[0]!.fail(error);
    expect(await flush).to.equal(error);
    end('b');
    await answering(processor.forceFlush());
    expect(exporter.exported).to.deep.equal(['a', 'b']);
  });

  it('bounds its queue: the newest spans are dropped and counted (T-BATCH-02, T-ERR-05)', async () => {
    begin({ maxQueueSize: 3 });
    end('in flight');
    const flush = processor.forceFlush();
    await turns();
    end('a', 'b', 'c', 'd', 'e');
    expect(processor.droppedSpans).to.equal(2);
    await answering(flush);
    await processor.forceFlush();
    expect(exporter.exported).to.deep.equal(['in flight', 'a', 'b', 'c']);
  });

  const misbehaviours: Record<
    string,
    () => (...args: Parameters<SpanExporter['export']>) => unknown
  > = {
    throws: () => () => {
      throw new Error('thrown');
    },
    rejects: () => () => Promise.reject(new Error('rejected')),
    'never calls back': () => () => {},
    'calls back with nothing': () => (_spans, done) => done(undefined as never),
    'calls back twice': () => (spans, done) => {
      exporter.calls.push({ names: spans.map(({ name }) => name), succeed() {}, fail() {} });
      done({ code: 1 });
      setImmediate(() => done({ code: 0 }));
      done({ code: 0 });
    },
  };
  for (const [what, first] of Object.entries(misbehaviours)) {
    it(`is not wedged by an exporter that ${what} (T-BATCH-10, T-EXP-04, T-ERR-04)`, async () => {
      let calls = 0;
      begin(
        { exportTimeoutMillis: 10 },
        {
          export: (spans, done) =>
            ++calls === 1 ? first()(spans, done) : exporter.export(spans, done),
          forceFlush: () => exporter.forceFlush(),
          shutdown: () => exporter.shutdown(),
        },
      );
      end('first');
      await failureOf(processor.forceFlush());
      end('second');
      await answering(processor.forceFlush());
      await processor.shutdown();
      expect(exporter.exported.at(-1)).to.equal('second');
      expect(calls).to.equal(2);
      expect(exporter.shutdowns).to.equal(1);
    });
  }

  it('is not wedged by a flush or a shutdown of the exporter that never ends (T-BATCH-10)', async () => {
    const never = () => new Promise<void>(() => {});
    begin(
      { exportTimeoutMillis: 5 },
      { export: (_spans, done) => done({ code: 0 }), forceFlush: never, shutdown: never },
    );
    expect((await failureOf(processor.forceFlush())).name).to.equal('TimeoutError');
    expect((await failureOf(processor.shutdown())).name).to.equal('TimeoutError');
  });

  it('exports with tracing suppressed: an exporter makes no spans (T-EXP-07)', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    const inner: boolean[] = [];
    begin(
      {},
      {
        export: (_spans, done) => {
          inner.push(provider.getTracer('t').startSpan('request').isRecording());
          done({ code: 0 });
        },
        forceFlush: async () => {
          inner.push(provider.getTracer('t').startSpan('request').isRecording());
        },
        shutdown: () => Promise.resolve(),
      },
    );
    provider.getTracer('t').startActiveSpan('outer', (span) => span.end());
    await processor.forceFlush();
    context.disable();
    expect(inner).to.deep.equal([false, false]);
  });

  it('hands what waits to a synchronous export when the process ends', async () => {
    const sync: string[][] = [];
    begin(
      {},
      {
        export: (spans, done) => exporter.export(spans, done),
        exportSync: (spans) => void sync.push(spans.map(({ name }) => name)),
        shutdown: () => Promise.resolve(),
      },
    );
    end('a');
    // The export in flight is never answered.
    processor.forceFlush().catch(() => {});
    await turns();
    end('b', 'c');
    processor.flushSync!(1000);
    expect(sync).to.have.length(1);
    expect(sync[0]).to.include.members(['b', 'c']);
    expect(processor.droppedSpans).to.equal(0);
  });

  it('counts what it cannot hand over when the process ends', async () => {
    end('a');
    void processor.forceFlush();
    await turns();
    end('b');
    const before = processor.droppedSpans;
    processor.flushSync!(1000);
    expect(processor.droppedSpans).to.be.greaterThan(before);
    await answering(processor.shutdown());
  });

  it('needs an exporter: anything else throws at once', () => {
    for (const bad of [undefined, null, 'console', {}]) {
      expect(() => make(bad as never, {})).to.throw(TypeError, 'exporter');
    }
  });
}
