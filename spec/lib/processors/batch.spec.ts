import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { diagnosticCounts, resetDiagnostics } from '../../../lib/diagnostics.js';
import { BatchSpanProcessor, type BufferConfig } from '../../../lib/processors/batch.js';
import { TracerProvider } from '../../../lib/provider.js';
import { behavesLikeAnExportingProcessor } from '../../contract/span-processor.js';
import { runChild } from '../../support/child.js';
import { ManualExporter, turns } from '../../support/manual-exporter.js';
import { fakeTimers } from '../../support/timers.js';

function batching(options: BufferConfig = {}) {
  const exporter = new ManualExporter();
  const processor = new BatchSpanProcessor(exporter, options);
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
  const end = (count: number, prefix = 's') => {
    for (let i = 0; i < count; i++) tracer.startSpan(`${prefix}${i}`, {}, ROOT_CONTEXT).end();
  };
  return { exporter, processor, end, sizes: () => exporter.calls.map(({ names }) => names.length) };
}

describe('BatchSpanProcessor', () => {
  beforeEach(() => resetDiagnostics());

  behavesLikeAnExportingProcessor((exporter, options) => new BatchSpanProcessor(exporter, options));

  it('flushes all that waits in batches, one after the other (T-BATCH-03, T-PROC-09)', async () => {
    const { exporter, processor, end, sizes } = batching({ maxExportBatchSize: 10 });
    end(55);
    exporter.succeedAlways();
    await processor.forceFlush();
    expect(sizes()).to.deep.equal([10, 10, 10, 10, 10, 5]);
    expect(exporter.mostAtOnce).to.equal(1);
    expect(exporter.flushes).to.equal(1);
  });

  it('exports each span once and in order, whatever happens when (T-PROV-13)', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ end: fc.integer({ min: 1, max: 9 }) }),
        fc.constantFrom('flush', 'turn', 'answer', 'fail'),
      ),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 5 }), async (script, size) => {
        const { exporter, processor, end } = batching({ maxExportBatchSize: size });
        const flushes: Promise<unknown>[] = [];
        let ended = 0;
        let answered = 0;
        for (const step of script) {
          if (typeof step === 'object') {
            end(step.end, `${ended}-`);
            ended += step.end;
          } else if (step === 'flush') {
            const upTo = ended;
            const done = () => expect(exporter.exported.length).to.be.at.least(upTo);
            flushes.push(processor.forceFlush().then(done, done));
          } else if (step === 'turn') {
            await turns(1);
          } else if (answered < exporter.calls.length) {
            const call = exporter.calls[answered++]!;
            if (step === 'answer') call.succeed();
            else call.fail();
          }
        }
        for (; ; answered++) {
          while (answered < exporter.calls.length) exporter.calls[answered++]!.succeed();
          const before = exporter.calls.length;
          flushes.push(processor.forceFlush().catch(() => {}));
          await turns(2);
          if (exporter.calls.length === before) break;
          answered--;
        }
        await Promise.all(flushes);
        expect(exporter.exported).to.have.length(ended);
        expect(new Set(exporter.exported).size).to.equal(ended);
        expect(exporter.mostAtOnce).to.be.at.most(1);
      }),
      { numRuns: 60 },
    );
  });

  it('drops by default beyond 2048 spans, and exports 512 at a time (T-BATCH-01, T-BATCH-02)', async () => {
    const { exporter, processor, end, sizes } = batching();
    end(3000);
    expect(processor.droppedSpans).to.equal(952);
    expect(diagnosticCounts().get('processor.dropped')).to.equal(952);
    exporter.succeedAlways();
    await processor.forceFlush();
    expect(sizes()).to.deep.equal([512, 512, 512, 512]);
  });

  for (const [options, queue, batch] of [
    [{ maxQueueSize: 0 }, 2048, 512],
    [{ maxQueueSize: -1, maxExportBatchSize: NaN }, 2048, 512],
    [{ maxQueueSize: 1.5 }, 2048, 512],
    [{ maxQueueSize: '7' }, 2048, 512],
    [{ maxQueueSize: 10, maxExportBatchSize: 20 }, 10, 10],
  ] as [BufferConfig, number, number][]) {
    it(`takes ${queue} and ${batch} for ${JSON.stringify(options)}, with a report (T-BATCH-09)`, async () => {
      const { exporter, processor, end, sizes } = batching(options);
      expect(diagnosticCounts().get('processor.option')).to.be.at.least(1);
      end(queue + 5);
      expect(processor.droppedSpans).to.equal(5);
      exporter.succeedAlways();
      await processor.forceFlush();
      expect(sizes()[0]).to.equal(batch);
    });
  }

  it('fits its batch to a smaller queue without a word (T-BATCH-09)', () => {
    batching({ maxQueueSize: 10 });
    expect(diagnosticCounts().size).to.equal(0);
  });

  it('lets the process end by itself (T-BATCH-08)', async () => {
    const start = performance.now();
    const { code, stdout } = await runChild('batch-pending.ts').ended;
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: 'waiting' });
    expect(performance.now() - start).to.be.below(10_000);
  }).timeout(20_000);
});

describe('the timers of a BatchSpanProcessor', () => {
  const timers = fakeTimers();
  beforeEach(() => resetDiagnostics());

  it('export what waits 5 s after the first span (T-BATCH-01, T-BATCH-04)', async () => {
    const { exporter, end } = batching();
    end(1);
    timers.pass(2000);
    end(1, 'later');
    timers.pass(2999);
    await turns();
    expect(exporter.calls).to.have.length(0);
    timers.pass(1);
    await turns();
    expect(exporter.exported).to.deep.equal(['s0', 'later0']);
  });

  it('start anew when an export has ended (T-BATCH-04)', async () => {
    const { exporter, end } = batching({ scheduledDelayMillis: 100 });
    end(1, 'a');
    timers.pass(100);
    await turns();
    end(1, 'b');
    expect(timers.pending, 'the deadline of the export alone').to.equal(1);
    timers.pass(1000);
    await turns();
    expect(exporter.exported, 'while one is in flight').to.deep.equal(['a0']);
    exporter.calls[0]!.succeed();
    await turns();
    timers.pass(99);
    await turns();
    expect(exporter.exported).to.deep.equal(['a0']);
    timers.pass(1);
    await turns();
    expect(exporter.exported).to.deep.equal(['a0', 'b0']);
  });

  it('do not let a full batch wait, but not in the middle of end() either (T-BATCH-04, T-BATCH-08)', async () => {
    const { exporter, end } = batching({ maxExportBatchSize: 3 });
    end(3);
    expect(exporter.calls).to.have.length(0);
    timers.pass(0);
    await turns();
    expect(exporter.exported).to.deep.equal(['s0', 's1', 's2']);
    end(3, 'next');
    exporter.calls[0]!.succeed();
    await turns();
    timers.pass(0);
    await turns();
    expect(exporter.exported).to.have.length(6);
  });

  it('are not set for an empty queue (T-BATCH-05)', async () => {
    const { exporter, end } = batching();
    expect(timers.pending).to.equal(0);
    end(1);
    timers.pass(5000);
    await turns();
    exporter.calls[0]!.succeed();
    await turns();
    expect(timers.pending).to.equal(0);
  });

  it('never hold the process (T-BATCH-08)', async () => {
    const { end, processor } = batching();
    end(1);
    expect(timers.pending).to.equal(1);
    expect(timers.holding).to.equal(0);
    void processor.forceFlush();
    await turns();
    expect(timers.pending).to.equal(1);
    expect(timers.holding).to.equal(0);
  });

  it('give up an export after 30 s (T-BATCH-01, T-BATCH-06, T-EXP-02)', async () => {
    const { end, processor } = batching();
    end(1);
    const failed = processor.forceFlush().catch((error: Error) => error.name);
    await turns();
    timers.pass(29_999);
    await turns();
    expect(diagnosticCounts().has('export.failed')).to.equal(false);
    timers.pass(1);
    expect(await failed).to.equal('TimeoutError');
    expect(diagnosticCounts().get('export.failed')).to.equal(1);
  });

  it('are none for an export without a limit (T-BATCH-06)', async () => {
    const { end, processor, exporter } = batching({ exportTimeoutMillis: 0 });
    end(1);
    const flushed = processor.forceFlush();
    await turns();
    expect(timers.pending).to.equal(0);
    exporter.calls[0]!.succeed();
    await flushed;
  });

  it('are gone after a shutdown', async () => {
    const { end, processor, exporter } = batching();
    end(1);
    exporter.succeedAlways();
    await processor.shutdown();
    expect(timers.pending).to.equal(0);
  });
});
