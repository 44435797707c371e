import { defaultTextMapGetter, ROOT_CONTEXT, trace, type SpanContext } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from './tracecontext.js';

/** The header that names trace and parent (W3C Trace Context). */
export const TRACE_PARENT_HEADER = 'traceparent';
/** The header with what vendors add (W3C Trace Context). */
export const TRACE_STATE_HEADER = 'tracestate';

const propagator = new W3CTraceContextPropagator();

/**
 * What a `traceparent` says, by the rules of {@link W3CTraceContextPropagator}: for one that came another way
 * than by headers, such as in a `<meta>` tag or a message.
 *
 * @returns null when it is malformed
 */
export function parseTraceParent(traceParent: string): SpanContext | null {
  const carrier = { [TRACE_PARENT_HEADER]: traceParent };
  const found = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
  return trace.getSpanContext(found) ?? null;
}
