import * as api from '@opentelemetry/api';
import { keepLast } from './keep.js';

/** This package as a contender: as built, or its sources when they run through tsx. */
export async function contender({ source = false } = {}) {
  const [sdk, propagators] = await Promise.all(
    source
      ? [import('../../lib/index.js'), import('../../propagators/index.js')]
      : [import('spantree'), import('spantree/propagators')],
  );
  api.context.setGlobalContextManager(new sdk.AsyncLocalStorageContextManager().enable());
  const tracer = (root) =>
    new sdk.TracerProvider({
      sampler: new sdk.ParentBasedSampler({ root }),
      spanProcessors: [keepLast],
    }).getTracer('bench', '1.0.0');
  return {
    api,
    tracer: tracer(new sdk.AlwaysOnSampler()),
    droppingTracer: tracer(new sdk.AlwaysOffSampler()),
    traceContext: new propagators.W3CTraceContextPropagator(),
    baggage: new propagators.W3CBaggagePropagator(),
  };
}
