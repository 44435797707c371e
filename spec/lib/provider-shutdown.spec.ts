import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { resetDiagnostics, setErrorHandler } from '../../lib/diagnostics.js';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import type { SpanProcessor } from '../../lib/processor.js';
import { TracerProvider } from '../../lib/provider.js';
import { ManualExporter, turns } from '../support/manual-exporter.js';

/** A processor that counts its calls. */
class Counting implements SpanProcessor {
  started = 0;
  ended = 0;
  flushes = 0;
  shutdowns = 0;
  onStart(): void {
    this.started++;
  }
  onEnd(): void {
    this.ended++;
  }
  async forceFlush(): Promise<void> {
    this.flushes++;
  }
  async shutdown(): Promise<void> {
    this.shutdowns++;
  }
}

function failing(error: unknown): SpanProcessor {
  const fail = () => Promise.reject(error);
  return { onStart: () => {}, onEnd: () => {}, forceFlush: fail, shutdown: fail };
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('did not fail'),
    (error: unknown) => error,
  );
}

describe('forceFlush and shutdown of a provider', () => {
  let codes: string[];
  beforeEach(() => {
    codes = [];
    resetDiagnostics();
    setErrorHandler(({ code }) => codes.push(code));
  });
  afterEach(() => setErrorHandler(() => {}));

  it('call every processor, even if one fails (T-PROV-11, T-PROV-09)', async () => {
    const [error, counting] = [new Error('failed'), new Counting()];
    const broken = failing(error);
    broken.forceFlush = () => {
      throw error;
    };
    const provider = new TracerProvider({ spanProcessors: [broken, counting] });
    expect(await failure(provider.forceFlush())).to.equal(error);
    expect(await failure(provider.shutdown())).to.equal(error);
    expect([counting.flushes, counting.shutdowns]).to.deep.equal([1, 1]);
  });

  it('reject with all failures when there are several (T-PROV-12)', async () => {
    const errors = [new Error('a'), new Error('b')];
    const provider = new TracerProvider({ spanProcessors: errors.map(failing) });
    const error = (await failure(provider.forceFlush())) as AggregateError;
    expect(error).to.be.instanceOf(AggregateError);
    expect(error.errors).to.deep.equal(errors);
    await failure(provider.shutdown());
  });

  it('take a bounded time, and tell that it ran out (T-PROV-12, T-PROC-10)', async () => {
    const never = new Promise<never>(() => {});
    const hanging = { ...failing(undefined), forceFlush: () => never, shutdown: () => never };
    const provider = new TracerProvider({
      spanProcessors: [hanging],
      forceFlushTimeoutMillis: 20,
    });
    const own = (await failure(provider.forceFlush({ timeoutMillis: 5 }))) as Error;
    expect(own.message).to.equal('forceFlush took longer than 5 ms');
    const configured = (await failure(provider.shutdown())) as Error;
    expect(configured.name).to.equal('TimeoutError');
    expect(configured.message).to.contain('20 ms');
  });

  it('do not lose the process when nobody waits for their failure', async () => {
    const provider = new TracerProvider({ spanProcessors: [failing(new Error('down'))] });
    void provider.forceFlush();
    void provider.shutdown();
    await turns(); // an unhandled rejection would fail this test
    expect(codes).to.deep.equal(['provider.flush-failed', 'provider.shutdown-failed']);
  });

  it('work once: a second shutdown does nothing (T-PROV-09, T-PROC-07)', async () => {
    const counting = new Counting();
    const provider = new TracerProvider({ spanProcessors: [counting] });
    const first = provider.shutdown();
    expect(provider.shutdown()).to.equal(first);
    await first;
    await provider.shutdown();
    expect(counting.shutdowns).to.equal(1);
  });

  it('leave nothing to processors afterwards: no start, no end, no flush (T-PROC-07)', async () => {
    const counting = new Counting();
    const provider = new TracerProvider({ spanProcessors: [counting] });
    const open = provider.getTracer('t').startSpan('open', {}, ROOT_CONTEXT);
    await provider.shutdown();
    open.end();
    provider.getTracer('t').startSpan('late', {}, ROOT_CONTEXT).end();
    await provider.forceFlush();
    expect(counting).to.deep.include({ started: 1, ended: 0, flushes: 0, shutdowns: 1 });
  });

  it('may overlap: no span is lost, none is exported twice (T-PROV-13)', async () => {
    const exporter = new ManualExporter().succeedAlways();
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 7 });
    const provider = new TracerProvider({ spanProcessors: [processor] });
    const expected: string[] = [];
    const flushes: Promise<void>[] = [];
    for (let i = 0; i < 200; i++) {
      provider
        .getTracer(`t${i % 3}`)
        .startSpan(`s${i}`, {}, ROOT_CONTEXT)
        .end();
      expected.push(`s${i}`);
      if (i % 20 === 0) flushes.push(provider.forceFlush());
      if (i % 50 === 0) await turns(1);
    }
    flushes.push(provider.forceFlush(), provider.shutdown(), provider.shutdown());
    await Promise.all(flushes);
    expect(exporter.exported).to.deep.equal(expected);
    expect(exporter.mostAtOnce).to.equal(1);
    expect(exporter.shutdowns).to.equal(1);
  });

  it('flush before they shut down (T-PROC-08)', async () => {
    const exporter = new ManualExporter().succeedAlways();
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    provider.getTracer('t').startSpan('last', {}, ROOT_CONTEXT).end();
    await provider.shutdown();
    expect(exporter.exported).to.deep.equal(['last']);
    expect([exporter.flushes, exporter.shutdowns]).to.deep.equal([1, 1]);
  });
});
