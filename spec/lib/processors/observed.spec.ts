import { DataPointType } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { BatchSpanProcessor } from '../../../lib/processors/batch.js';
import { SimpleSpanProcessor } from '../../../lib/processors/simple.js';
import { TracerProvider } from '../../../lib/provider.js';
import { ManualExporter, turns } from '../../support/manual-exporter.js';
import { metrics } from '../../support/metrics.js';
import { readableSpan, readableSpans } from '../../support/readable-spans.js';
import { resetDiagnostics, setErrorHandler } from '../../../lib/diagnostics.js';

const KINDS = {
  batching_span_processor: BatchSpanProcessor,
  simple_span_processor: SimpleSpanProcessor,
};
const SIZE = 'otel.sdk.processor.span.queue.size';
const CAPACITY = 'otel.sdk.processor.span.queue.capacity';
const PROCESSED = 'otel.sdk.processor.span.processed';

function unsampled() {
  const span = readableSpan();
  const context = { ...span.spanContext(), traceFlags: 0 };
  return readableSpan({ spanContext: () => context });
}

for (const [type, Processor] of Object.entries(KINDS)) {
  describe(`the metrics of a ${type}`, () => {
    before(() => setErrorHandler(() => {}));
    after(() => {
      setErrorHandler(() => {});
      resetDiagnostics();
    });

    function observed() {
      const { meterProvider, ...read } = metrics();
      const exporter = new ManualExporter();
      const options = { maxQueueSize: 4, selfObsMeterProvider: meterProvider };
      const processor = new Processor(exporter, options);
      /** The values of a metric, by `error.type`. */
      const values = async (name: string) =>
        Object.fromEntries(
          (await read.points(name)).map(({ attributes, value }) => [
            attributes['error.type'] ?? 'none',
            value,
          ]),
        );
      const end = (spans = 1) => readableSpans(spans).forEach((span) => processor.onEnd(span));
      return { ...read, values, processor, exporter, end };
    }

    it('have the type, and a name that differs by a number alone (T-OBS-08)', async () => {
      const first = (await observed().points(CAPACITY))[0]!.attributes;
      const second = (await observed().points(CAPACITY))[0]!.attributes;
      expect(first['otel.component.type']).to.equal(type);
      const number = Number(/^[a-z_]+\/(\d+)$/.exec(String(first['otel.component.name']))?.[1]);
      expect(first['otel.component.name']).to.equal(`${type}/${number}`);
      expect(second['otel.component.name']).to.equal(`${type}/${number + 1}`);
    });

    it('tell how many spans wait, and how many can (T-OBS-03)', async () => {
      const { values, metric, end, exporter, processor } = observed();
      expect(await values(SIZE)).to.deep.equal({ none: 0 });
      end(3);
      const inExport = exporter.exported.length;
      expect(await values(SIZE)).to.deep.equal({ none: 3 - inExport });
      expect(await values(CAPACITY)).to.deep.equal({ none: 4 });
      for (const name of [SIZE, CAPACITY]) {
        const { descriptor, ...sum } = await metric(name);
        expect(descriptor.unit).to.equal('{span}');
        expect(sum).to.include({ dataPointType: DataPointType.SUM, isMonotonic: false });
      }
      exporter.succeedAlways();
      await processor.shutdown();
      expect(await values(SIZE)).to.deep.equal({ none: 0 });
    });

    it('count spans as processed when export is called, whatever comes of it (T-OBS-04)', async () => {
      const { values, metric, end, exporter, processor } = observed();
      end();
      const flushed = processor.forceFlush().catch(() => {});
      await turns();
      expect(exporter.exported).to.have.length(1);
      expect(await values(PROCESSED)).to.deep.equal({ none: 1 });
      exporter.calls[0]!.fail();
      await flushed;
      expect(await values(PROCESSED)).to.deep.equal({ none: 1 });
      const { descriptor, ...sum } = await metric(PROCESSED);
      expect(descriptor.unit).to.equal('{span}');
      expect(sum).to.include({ dataPointType: DataPointType.SUM, isMonotonic: true });
    });

    it('count unsampled spans as processed, which are not exported (T-OBS-04)', async () => {
      const { values, processor, exporter } = observed();
      processor.onEnd(unsampled());
      expect(await values(PROCESSED)).to.deep.equal({ none: 1 });
      expect(exporter.exported).to.deep.equal([]);
    });

    it('count what a full queue drops with error.type queue_full (T-OBS-04)', async () => {
      const { values, end, exporter, processor } = observed();
      end(5 + 2);
      const dropped = type === 'simple_span_processor' ? 2 : 3;
      expect((await values(PROCESSED))['queue_full']).to.equal(dropped);
      exporter.succeedAlways();
      await processor.shutdown();
      expect(await values(PROCESSED)).to.deep.equal({ none: 7 - dropped, queue_full: dropped });
    });

    it('count what comes after shutdown with error.type already_shutdown (T-OBS-04)', async () => {
      const { values, end, processor } = observed();
      await processor.shutdown();
      end(2);
      expect(await values(PROCESSED)).to.deep.equal({ already_shutdown: 2 });
    });

    it('count what an ending process could not export with error.type process_ended', async () => {
      const { values, end, processor } = observed();
      end(3);
      const processed = (await values(PROCESSED))['none'] ?? 0;
      processor.flushSync(10);
      expect(await values(PROCESSED)).to.include({ process_ended: 3 - Number(processed) });
      expect(await values(SIZE)).to.deep.equal({ none: 0 });
    });

    it('go where those of the tracer provider go', async () => {
      const { meterProvider, points } = metrics();
      const processor = new Processor(new ManualExporter());
      const provider = new TracerProvider({ meterProvider, spanProcessors: [processor] });
      expect((await points(CAPACITY)).map(({ value }) => value)).to.deep.equal([2048]);
      await provider.shutdown();
    });

    it('are what stats() tells (T-OBS-03, T-OBS-04)', async () => {
      const { end, processor, exporter } = observed();
      end(7);
      exporter.succeedAlways();
      await processor.shutdown();
      const { dropped, ...stats } = processor.stats();
      expect(stats).to.include({ type, queueSize: 0, queueCapacity: 4 });
      expect(stats.processed + dropped['queue_full']!).to.equal(7);
    });

    it('do without an exporter that throws when it is asked to take part', () => {
      const exporter = Object.assign(new ManualExporter(), {
        observeWith: () => {
          throw new Error('observeWith');
        },
        stats: () => {
          throw new Error('stats');
        },
      });
      const selfObsMeterProvider = metrics().meterProvider;
      const processor = new Processor({ exporter, selfObsMeterProvider });
      expect(processor.stats()).to.not.have.property('exporter');
    });
  });
}
