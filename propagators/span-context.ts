import type { Context, Span as ApiSpan, SpanContext } from '@opentelemetry/api';
import { isTracingSuppressed, setValue, SPAN_KEY } from '../lib/context.js';
import { DroppedSpan } from '../lib/dropped-span.js';
import { SpanIdentity } from '../lib/identity.js';
import { hasValidIds } from '../lib/ids.js';
import { identityOf, Span } from '../lib/span.js';

/** The trace flag "sampled" (W3C Trace Context Level 2, 3.2.2.5.1). */
export const SAMPLED = 0x01;

/**
 * The span context to write: that of the span in the context, unless it is invalid or tracing is
 * suppressed there (an exporter's own requests carry no trace). The ids of our own spans are valid by
 * construction, and looking at 48 digits would cost more than all the rest of writing them.
 */
export function outgoingSpanContext(context: Context): SpanContext | undefined {
  const outgoing = outgoingIdentity(context);
  return outgoing instanceof SpanIdentity ? outgoing.spanContext : outgoing;
}

/** The same without making the span context of a span of ours. */
export function outgoingIdentity(context: Context): SpanIdentity | SpanContext | undefined {
  const span = context.getValue(SPAN_KEY) as ApiSpan | undefined;
  if (span === undefined || isTracingSuppressed(context)) return undefined;
  const identity = identityOf(span);
  if (identity !== undefined) return identity;
  const spanContext = span.spanContext();
  return span instanceof Span || hasValidIds(spanContext) ? spanContext : undefined;
}

/** A context whose span is the remote parent that a header named. */
export function withRemoteParent(context: Context, parent: SpanIdentity): Context {
  return setValue(context, SPAN_KEY, new DroppedSpan(parent));
}
