import { keepLast } from './keep.js';

/** The official SDK as a contender; both its lines are put together alike. */
export function officialContender({ api, asyncHooks, core, TracerProvider, sdk }) {
  api.context.setGlobalContextManager(new asyncHooks.AsyncLocalStorageContextManager().enable());
  const tracer = (root) =>
    new TracerProvider({
      sampler: new sdk.ParentBasedSampler({ root }),
      spanProcessors: [keepLast],
    }).getTracer('bench', '1.0.0');
  return {
    api,
    tracer: tracer(new sdk.AlwaysOnSampler()),
    droppingTracer: tracer(new sdk.AlwaysOffSampler()),
    traceContext: new core.W3CTraceContextPropagator(),
    baggage: new core.W3CBaggagePropagator(),
  };
}
