/**
 * The propagators, for those who put their own together: `start({ propagators: ['b3'] })` knows them by
 * name. All run anywhere, not in Node alone.
 */
export { B3InjectEncoding, B3Propagator } from './b3.js';
export type { B3PropagatorOptions } from './b3.js';
export { W3CBaggagePropagator } from './baggage.js';
export { headerGetter, headerSetter } from './carrier.js';
export { childEnvironment } from './child-environment.js';
export { CompositePropagator } from './composite.js';
export type { CompositePropagatorOptions } from './composite.js';
export { environmentGetter, environmentName, environmentSetter } from './environment.js';
export { JaegerPropagator } from './jaeger.js';
export type { JaegerPropagatorOptions } from './jaeger.js';
export { OTTracePropagator } from './ot-trace.js';
export { parseTraceParent, TRACE_PARENT_HEADER, TRACE_STATE_HEADER } from './parse-trace-parent.js';
export { W3CTraceContextPropagator } from './tracecontext.js';
export { XTracePropagator } from './x-trace.js';
export type { XTracePropagatorOptions } from './x-trace.js';
