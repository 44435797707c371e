import type { Attributes, Context, Link, SpanKind, TraceState } from '@opentelemetry/api';
import type { SamplingDecision } from '../lib/sampler.js';
import { digitsOf, isThreshold, NO_THRESHOLD } from '../lib/sampling-threshold.js';

/** What a composable sampler would do with a span (specification: SamplingIntent). */
export interface SamplingIntent {
  /** The span is kept if the random number of its trace, of 56 bits, reaches this; a negative one keeps none. */
  readonly threshold: bigint;
  /** Whether spans may be counted by the threshold: it goes into the trace state then. */
  readonly thresholdReliable: boolean;
  /** Added to the span if it is kept. */
  readonly attributes?: Attributes;
  /**
   * The span's trace state, made from the parent's. What it does to the member `ot` is put right afterwards.
   *
   * @param decision what has been decided about the span
   */
  readonly updateTraceState?: (
    state: TraceState | undefined,
    decision?: SamplingDecision,
  ) => TraceState | undefined;
}

/** A part of a composite sampler (specification: ComposableSampler). */
export interface ComposableSampler {
  /**
   * The arguments are those of a sampler; in the place of the trace id stands one that is invalid, as the
   * decision by it is the composite sampler's.
   */
  getSamplingIntent(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingIntent;
  /** The sampler's description. */
  toString(): string;
}

/** An intent that is made once and used for many spans, with its threshold as digits. */
class FixedIntent implements SamplingIntent {
  readonly threshold: bigint;
  readonly thresholdReliable: boolean;
  /** Absent where nothing is kept. */
  readonly digits: string | undefined;

  constructor(threshold: bigint, thresholdReliable: boolean) {
    this.threshold = threshold;
    this.thresholdReliable = thresholdReliable;
    this.digits = isThreshold(threshold) ? digitsOf(threshold) : undefined;
  }
}

/** An intent for many spans. */
export function fixedIntent(threshold: bigint, thresholdReliable = true): SamplingIntent {
  return Object.freeze(new FixedIntent(threshold, thresholdReliable));
}

/** The threshold of anybody's intent as 14 hex digits; none where it is no threshold. */
export function digitsOfIntent(intent: SamplingIntent): string | undefined {
  if (intent instanceof FixedIntent) return intent.digits;
  return isThreshold(intent.threshold) ? digitsOf(intent.threshold) : undefined;
}

/** Keeps everything, and each span counts for one. */
export const KEEP_ALL: SamplingIntent = fixedIntent(0n);
/** Keeps the span; how many it stands for is not known. */
export const KEEP_UNCOUNTED: SamplingIntent = fixedIntent(0n, false);
/** Keeps nothing. */
export const KEEP_NONE: SamplingIntent = fixedIntent(NO_THRESHOLD, false);
