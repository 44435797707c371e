import { ROOT_CONTEXT } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import * as official from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { OTLPTraceExporter, ZipkinExporter } from '../../exporters/index.js';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { startCollector, type Collector } from '../support/collector.js';

/** The promise of a host name is what the official SDK's detectors make. */
describe('a resource of the official SDK that is still being detected', () => {
  let collector: Collector;
  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(() => collector.close());

  const exporters = {
    'OTLP as protobuf': () => new OTLPTraceExporter({ url: collector.url }),
    'OTLP as JSON': () => new OTLPTraceExporter({ url: collector.url, protocol: 'http/json' }),
    Zipkin: () => new ZipkinExporter({ url: collector.url }),
  };
  const processors = {
    'our batch processor': (exporter: OTLPTraceExporter) => new BatchSpanProcessor(exporter),
    'our simple processor': (exporter: OTLPTraceExporter) => new SimpleSpanProcessor(exporter),
    'the official batch processor': (exporter: OTLPTraceExporter) =>
      new official.BatchSpanProcessor(exporter),
    'the official simple processor': (exporter: OTLPTraceExporter) =>
      new official.SimpleSpanProcessor(exporter),
  };
  for (const [what, exporterTo] of Object.entries(exporters)) {
    for (const [who, processorOf] of Object.entries(processors)) {
      it(`is sent whole: ${what}, behind ${who}`, async () => {
        const host = new Promise<string>((resolve) => setTimeout(resolve, 20, 'late-host'));
        const provider = new official.BasicTracerProvider({
          resource: resourceFromAttributes({ 'service.name': 'shop', 'host.name': host }),
          spanProcessors: [processorOf(exporterTo())],
        });
        provider.getTracer('spec').startSpan('s', {}, ROOT_CONTEXT).end();
        await provider.forceFlush();
        const sent = collector.requests.map(({ body }) => body.toString('latin1')).join('');
        expect(sent).to.include('late-host').and.include('shop');
        await provider.shutdown();
      });
    }
  }
});
