import type { SpanContext } from '@opentelemetry/api';
import { otFieldsOf, withThreshold } from '../ot-trace-state.js';
import type { ReadableSpan } from '../readable-span.js';
import { MAX_PRECISION } from '../sampling-threshold.js';

/** How a trace was kept. */
export interface TailDecision {
  /** From which randomness on traces of its sort are kept. */
  readonly threshold: string;
  readonly randomness: string;
  /** Whether thresholds that came in say nothing. */
  readonly recordsUnsampled: boolean;
}

const SAMPLED = 1;

/**
 * The span as the inner processor sees it: sampled, and with the threshold of the decision in its trace state.
 * The span itself stays as it is, as others look at it too.
 */
export function keptView(span: ReadableSpan, decision: TailDecision): ReadableSpan {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const adjusted = withThreshold(traceState, thresholdFor(traceState, decision));
  const context = {
    traceId,
    spanId,
    traceFlags: traceFlags | SAMPLED,
    traceState: adjusted,
  } as SpanContext;
  return Object.create(span, { spanContext: { value: () => context } }) as ReadableSpan;
}

/** The randomness that all services see in a trace: its `rv`, else the last 56 bits of its id. */
export function randomnessOf({ traceId, traceState }: SpanContext): string {
  return otFieldsOf(traceState).rv ?? traceId.slice(-MAX_PRECISION);
}

/**
 * The higher one of two that the trace has passed. One that its randomness does not reach is wrong, and nothing
 * can be counted then.
 */
function thresholdFor(
  traceState: SpanContext['traceState'],
  { threshold, randomness, recordsUnsampled }: TailDecision,
): string | undefined {
  const earlier = recordsUnsampled ? undefined : otFieldsOf(traceState).th;
  if (earlier === undefined) return threshold;
  if (randomness < earlier) return undefined;
  return earlier > threshold ? earlier : threshold;
}
