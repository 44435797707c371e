import { keepLast } from './keep.js';

/** The official SDK as a contender; both its lines are put together alike. */
export function officialContender({
  TracerProvider,
  batchProcessor,
  simpleProcessor,
  ...packages
}) {
  const { api, asyncHooks, core, protoExporter, resources, sdk, transformer } = packages;
  api.context.setGlobalContextManager(new asyncHooks.AsyncLocalStorageContextManager().enable());
  const provider = (root, processor = keepLast, resource = {}) =>
    new TracerProvider({
      resource: resources.defaultResource().merge(resources.resourceFromAttributes(resource)),
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
    // Requests beyond its limit it refuses, and the spans are lost; without `requests` the limit is its own.
    exporterTo: (url, { requests } = {}) =>
      new protoExporter.OTLPTraceExporter({
        url,
        ...(requests !== undefined && { concurrencyLimit: requests }),
      }),
    batching: (exporter, options, resource) =>
      exporting(exporter, batchProcessor(exporter, options), resource),
    exportingEach: (exporter, resource) => exporting(exporter, simpleProcessor(exporter), resource),
  };

  function exporting(exporter, processor, resource) {
    return {
      tracer: provider(new sdk.AlwaysOnSampler(), processor, resource).getTracer('bench', '1.0.0'),
      async flush() {
        // The processor does not wait for the batch that is on its way already; the exporter does.
        await processor.forceFlush();
        await exporter.forceFlush();
      },
      shutdown: () => processor.shutdown(),
    };
  }
}
