import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { isTracingSuppressed } from '../../../lib/context.js';
import { diagnosticCounts, resetDiagnostics } from '../../../lib/diagnostics.js';
import { ExportResultCode, type FlushOptions, type SpanExporter } from '../../../lib/exporter.js';
import { AsyncLocalStorageContextManager } from '../../../lib/node/context.js';
import { BatchSpanProcessor, type BufferConfig } from '../../../lib/processors/batch.js';
import { TracerProvider } from '../../../lib/provider.js';

/** An exporter that takes spans over, and writes down what happens to it. */
function enqueuing(options: BufferConfig = {}) {
  const batches: string[][] = [];
  const calls: string[] = [];
  let turn = 0;
  const turns: number[] = [];
  const exporter: SpanExporter = {
    export: (_spans, done) => {
      calls.push('export');
      done({ code: ExportResultCode.SUCCESS });
    },
    enqueue: (spans) => {
      batches.push(spans.map(({ name }) => name));
      turns.push(turn);
      return true;
    },
    forceFlush: async (flush?: FlushOptions) => void calls.push(`flush ${flush?.timeoutMillis}`),
    shutdown: async () => void calls.push('shutdown'),
    exportSync: (spans, millis) => void calls.push(`sync ${spans.length} in ${millis}`),
  };
  const processor = new BatchSpanProcessor(exporter, options);
  const provider = new TracerProvider({ spanProcessors: [processor] });
  const tracer = provider.getTracer('t');
  let ended = 0;
  const end = (count: number) => {
    for (let i = 0; i < count; i++) tracer.startSpan(`s${ended++}`, {}, ROOT_CONTEXT).end();
  };
  const pass = async (count: number) => {
    for (let i = 0; i < count; i++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      turn++;
    }
  };
  const names = () => batches.flat();
  const expected = () => Array.from({ length: ended }, (_, i) => `s${i}`);
  return { exporter, processor, provider, end, batches, calls, turns, pass, names, expected };
}

describe('BatchSpanProcessor, over an exporter with a queue of its own', () => {
  beforeEach(() => resetDiagnostics());

  it('hands batches over, one in a turn of the event loop', async () => {
    const { end, batches, turns, pass, expected, names } = enqueuing({ maxExportBatchSize: 10 });
    end(35);
    expect(batches, 'not within end()').to.have.length(0);
    await pass(30);
    expect(batches.map(({ length }) => length)).to.deep.equal([10, 10, 10]);
    expect(new Set(turns).size, 'turns').to.be.at.least(2);
    expect(names()).to.deep.equal(expected().slice(0, 30));
  });

  it('hands the rest over when its time has come', async () => {
    const { end, pass, names, expected } = enqueuing({ scheduledDelayMillis: 5 });
    end(3);
    await pass(30);
    expect(names()).to.deep.equal(expected());
  });

  it('hands a batch over on the spot where the queue would overflow, and loses nothing', () => {
    const { end, batches, processor } = enqueuing({ maxQueueSize: 20, maxExportBatchSize: 8 });
    end(100);
    expect(batches.map(({ length }) => length)).to.deep.equal(Array(10).fill(8));
    expect(processor.droppedSpans).to.equal(0);
    expect(diagnosticCounts().size).to.equal(0);
  });

  it('hands over all in a flush, then flushes the exporter within its bounds (T-PROC-09)', async () => {
    const { end, processor, provider, calls, names, expected } = enqueuing({
      exportTimeoutMillis: 700,
      maxExportBatchSize: 10,
    });
    end(25);
    await processor.forceFlush();
    expect(names()).to.deep.equal(expected());
    await processor.forceFlush({ timeoutMillis: 300 });
    await provider.forceFlush({ timeoutMillis: 0 });
    expect(calls).to.deep.equal(['flush 700', 'flush 300', 'flush 700']);
  });

  it('hands over all at shutdown, and leaves the flush to the exporter (T-PROC-08)', async () => {
    const { end, processor, calls, names, expected } = enqueuing({ maxExportBatchSize: 10 });
    end(25);
    await processor.shutdown();
    end(1);
    expect(names()).to.deep.equal(expected().slice(0, 25));
    expect(calls).to.deep.equal(['shutdown']);
  });

  it('lets the exporter send what it holds when the process ends, without spans of its own too', () => {
    const { end, processor, calls } = enqueuing();
    end(3);
    processor.flushSync(500);
    processor.flushSync(400);
    expect(calls).to.deep.equal(['sync 3 in 500', 'sync 0 in 400']);
  });

  it('survives an exporter that throws, and counts the spans (T-BATCH-10)', () => {
    const { end, exporter, processor } = enqueuing({ maxQueueSize: 10, maxExportBatchSize: 10 });
    exporter.enqueue = () => {
      throw new Error('no');
    };
    end(25);
    expect(processor.droppedSpans).to.equal(20);
    expect(diagnosticCounts().get('export.failed')).to.equal(2);
  });

  it('survives an exporter that ends spans itself while it takes others', async () => {
    const { end, exporter, processor, names } = enqueuing({
      maxQueueSize: 4,
      maxExportBatchSize: 2,
    });
    const take = exporter.enqueue!.bind(exporter);
    let more = 20;
    exporter.enqueue = (spans) => {
      if (more-- > 0) end(1);
      return take(spans);
    };
    end(50);
    await processor.shutdown();
    await processor.shutdown();
    expect(names().length).to.be.at.least(50);
    expect(new Set(names()).size).to.equal(names().length);
  });

  it('hands over with tracing suppressed (T-EXP-07)', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    try {
      const { end, exporter } = enqueuing({ maxQueueSize: 1, maxExportBatchSize: 1 });
      let suppressed = false;
      exporter.enqueue = () => {
        suppressed = isTracingSuppressed(context.active());
        return true;
      };
      end(2);
      expect(suppressed).to.equal(true);
    } finally {
      context.disable();
    }
  });

  it('hands over each span once and in order, whatever happens when', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ end: fc.integer({ min: 1, max: 30 }) }),
        fc.constantFrom('flush', 'turn'),
      ),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 6 }), async (script, size) => {
        const options = { maxQueueSize: 10, maxExportBatchSize: size };
        const { end, pass, processor, names, expected } = enqueuing(options);
        for (const step of script) {
          if (typeof step === 'object') end(step.end);
          else if (step === 'flush') await processor.forceFlush();
          else await pass(1);
        }
        await processor.shutdown();
        expect(names()).to.deep.equal(expected());
        expect(processor.droppedSpans).to.equal(0);
      }),
      { numRuns: 40 },
    );
  });
});
