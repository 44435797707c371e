import * as api from '@opentelemetry/api';
import { keepLast } from './keep.js';

/** This package as a contender: as built, or its sources when they run through tsx. */
export async function contender({ source = false } = {}) {
  const [sdk, propagators, exporters, { renderTree }] = await Promise.all(
    source
      ? [
          import('../../lib/index.js'),
          import('../../propagators/index.js'),
          import('../../exporters/index.js'),
          import('../../tree/index.js'),
        ]
      : [
          import('spantree'),
          import('spantree/propagators'),
          import('spantree/exporters'),
          import('spantree/tree'),
        ],
  );
  api.context.setGlobalContextManager(new sdk.AsyncLocalStorageContextManager().enable());
  const provider = (root, processor = keepLast, resource = {}) =>
    new sdk.TracerProvider({
      resource: sdk.resourceFromAttributes(resource),
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
    batching: (exporter, options, resource) =>
      exporting(new sdk.BatchSpanProcessor(exporter, options), resource),
    exportingEach: (exporter, resource) =>
      exporting(new sdk.SimpleSpanProcessor(exporter), resource),
    renderTree,
  };

  function exporting(processor, resource) {
    return {
      tracer: provider(new sdk.AlwaysOnSampler(), processor, resource).getTracer('bench', '1.0.0'),
      flush: () => processor.forceFlush(),
      shutdown: () => processor.shutdown(),
    };
  }
}
