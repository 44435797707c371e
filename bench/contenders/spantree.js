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
    // JSON is made into bytes, as the exporter sends them; the public function makes a string of them.
    encodings: { protobuf: exporters.encodeTraces, json: exporters.encodeTracesJson },
    batching(exporter) {
      const processor = new sdk.BatchSpanProcessor(exporter);
      return {
        tracer: provider(new sdk.AlwaysOnSampler(), processor).getTracer('bench', '1.0.0'),
        flush: () => processor.forceFlush(),
      };
    },
  };
}
