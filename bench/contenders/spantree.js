import * as api from '@opentelemetry/api';
import { keepLast } from './keep.js';

/** This package as a contender: as built, or its sources when they run through tsx. */
export async function contender({ source = false } = {}) {
  const [sdk, propagators, exporters] = await Promise.all(
    source
      ? [
          import('../../lib/index.js'),
          import('../../propagators/index.js'),
          import('../../exporters/index.js'),
        ]
      : [import('spantree'), import('spantree/propagators'), import('spantree/exporters')],
  );
  api.context.setGlobalContextManager(new sdk.AsyncLocalStorageContextManager().enable());
  const provider = (root, processor = keepLast) =>
    new sdk.TracerProvider({
      sampler: new sdk.ParentBasedSampler({ root }),
      spanProcessors: [processor],
    });
  const tracer = (root) => provider(root).getTracer('bench', '1.0.0');
  return {
    api,
    tracer: tracer(new sdk.AlwaysOnSampler()),
    droppingTracer: tracer(new sdk.AlwaysOffSampler()),
    traceContext: new propagators.W3CTraceContextPropagator(),
    baggage: new propagators.W3CBaggagePropagator(),
    encodings: {
      protobuf: exporters.encodeTraces,
      // Bytes beside bytes; where there is only the function that makes a string of them, that is timed too.
      json: exporters.encodeTracesJsonBytes ?? exporters.encodeTracesJson,
    },
    exporterTo: (url) => new exporters.OTLPTraceExporter({ url }),
    batching(exporter, options) {
      const processor = new sdk.BatchSpanProcessor(exporter, options);
      return {
        tracer: provider(new sdk.AlwaysOnSampler(), processor).getTracer('bench', '1.0.0'),
        flush: () => processor.forceFlush(),
        shutdown: () => processor.shutdown(),
      };
    },
  };
}
