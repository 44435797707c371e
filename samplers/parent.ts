import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { SPAN_KEY } from '../lib/context.js';
import { hasValidIds } from '../lib/ids.js';

/** The span context of the parent, where there is one that is valid. */
export function parentOf(context: Context): SpanContext | undefined {
  const parent = (context.getValue(SPAN_KEY) as Span | undefined)?.spanContext();
  return hasValidIds(parent) ? parent : undefined;
}
