import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import { BatchSpanProcessor } from '../../../lib/processors/batch.js';
import { TracerProvider } from '../../../lib/provider.js';
import { startCollector, type Collector } from '../../support/collector.js';

/** More than the queue of the processor holds, many times over. */
const BURST = 30_000;

describe('BatchSpanProcessor over OTLPTraceExporter, with default settings', () => {
  let collector: Collector;
  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(() => collector.close());

  for (const end of ['shutdown', 'forceFlush'] as const) {
    it(`delivers every span of a synchronous burst before ${end} resolves`, async () => {
      const exporter = new OTLPTraceExporter({ url: collector.url });
      const processor = new BatchSpanProcessor(exporter);
      const provider = new TracerProvider({ spanProcessors: [processor] });
      const tracer = provider.getTracer('burst');
      for (let i = 0; i < BURST; i++) tracer.startSpan(`s${i}`, {}, ROOT_CONTEXT).end();
      await provider[end]();
      expect(exporter.stats()).to.include({ accepted: BURST, delivered: BURST });
      expect(collector.connections()).to.be.at.most(4);
      const ids = new Set(collector.spans().map(({ spanId }) => spanId));
      expect(ids.size).to.equal(BURST);
      await provider.shutdown();
    });
  }
});
