import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../../exporters/memory.js';
import { resetDiagnostics, setErrorHandler } from '../../../lib/diagnostics.js';
import type { SpanExporter } from '../../../lib/exporter.js';
import { BatchSpanProcessor } from '../../../lib/processors/batch.js';
import { SimpleSpanProcessor } from '../../../lib/processors/simple.js';
import { TracerProvider } from '../../../lib/provider.js';
import type { ReadableSpan } from '../../../lib/readable-span.js';
import { fakeTimers } from '../../support/timers.js';

for (const Processor of [SimpleSpanProcessor, BatchSpanProcessor]) {
  describe(`${Processor.name} and hostile spans`, () => {
    beforeEach(() => {
      resetDiagnostics();
      setErrorHandler(() => {});
    });

    it('goes on after a span whose resource throws (T-BATCH-10, T-ERR-04)', async () => {
      const exporter = new InMemorySpanExporter();
      const processor = new Processor(exporter);
      const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
      const hostile = Object.create(tracer.startSpan('a', {}, ROOT_CONTEXT), {
        resource: {
          get: () => {
            throw new Error('boom');
          },
        },
      }) as ReadableSpan;
      processor.onEnd(hostile);
      const failure: unknown = await processor.forceFlush().catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(Error);
      tracer.startSpan('b', {}, ROOT_CONTEXT).end();
      await processor.forceFlush();
      expect(exporter.getFinishedSpans().map(({ name }) => name)).to.include('b');
    });
  });
}

describe('BatchSpanProcessor and an exporter that is done at once', () => {
  const timers = fakeTimers();

  it('looks after spans that end during an export, in a flush too', async () => {
    const exported: string[] = [];
    const exporter: SpanExporter = {
      export: (spans, done) => {
        exported.push(...spans.map(({ name }) => name));
        if (exported.length === 1) tracer.startSpan('b', {}, ROOT_CONTEXT).end();
        done({ code: 0 });
      },
      shutdown: () => Promise.resolve(),
    };
    const processor = new BatchSpanProcessor(exporter);
    const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
    tracer.startSpan('a', {}, ROOT_CONTEXT).end();
    await processor.forceFlush();
    expect(exported).to.deep.equal(['a']);
    expect(timers.pending).to.equal(1);
  });

  it('exports nothing where nothing waits any more (T-BATCH-05)', async () => {
    const sizes: number[] = [];
    const exporter: SpanExporter = {
      export: (spans, done) => {
        sizes.push(spans.length);
        done({ code: 0 });
      },
      shutdown: () => Promise.resolve(),
    };
    const processor = new BatchSpanProcessor(exporter, { maxExportBatchSize: 1 });
    const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
    for (const name of ['a', 'b', 'c']) tracer.startSpan(name, {}, ROOT_CONTEXT).end();
    await processor.forceFlush();
    timers.pass(60_000);
    expect(sizes).to.deep.equal([1, 1, 1]);
  });
});
