import { keepLast } from './keep.js';

/** The official SDK as a contender; both its lines are put together alike. */
export function officialContender({ api, asyncHooks, core, TracerProvider, sdk, transformer }) {
  api.context.setGlobalContextManager(new asyncHooks.AsyncLocalStorageContextManager().enable());
  const provider = (root, processor = keepLast) =>
    new TracerProvider({
      sampler: new sdk.ParentBasedSampler({ root }),
      spanProcessors: [processor],
    });
  const tracer = (root) => provider(root).getTracer('bench', '1.0.0');
  return {
    api,
    tracer: tracer(new sdk.AlwaysOnSampler()),
    droppingTracer: tracer(new sdk.AlwaysOffSampler()),
    traceContext: new core.W3CTraceContextPropagator(),
    baggage: new core.W3CBaggagePropagator(),
    encodings: {
      protobuf: (spans) => transformer.ProtobufTraceSerializer.serializeRequest(spans),
      json: (spans) => transformer.JsonTraceSerializer.serializeRequest(spans),
    },
    batching(exporter) {
      const processor = new sdk.BatchSpanProcessor(exporter);
      return {
        tracer: provider(new sdk.AlwaysOnSampler(), processor).getTracer('bench', '1.0.0'),
        flush: () => processor.forceFlush(),
      };
    },
  };
}
