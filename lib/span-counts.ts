import { SamplingDecision, type SampledParent } from './sampler.js';

/** Where the parent of a span is: the values of `otel.span.parent.origin`. */
export const PARENT_ORIGINS = ['none', 'local', 'remote'] as const;

const DECISIONS = 3;
const LOCAL = 1;
const REMOTE = 2;

/** What became of the spans of a provider so far. */
export interface SpanStats {
  /** All that were started, with those that the sampler dropped. */
  readonly started: number;
  /** Those that are recorded and exported. */
  readonly sampled: number;
  /** Those that are recorded for processors alone, and not exported. */
  readonly recordedOnly: number;
  /** Those that the sampler dropped. */
  readonly notSampled: number;
  /** Those of the recorded ones that have ended. */
  readonly ended: number;
  /** Those of the recorded ones that have not. */
  readonly open: number;
}

/**
 * Counts the spans of one provider, always: an addition at the start of a span, and one at its end. Whoever
 * wants to know reads, when they want to.
 */
export class SpanCounts {
  readonly #started = new Float64Array(PARENT_ORIGINS.length * DECISIONS);
  #endedSampled = 0;
  #endedRecordedOnly = 0;

  /** A span was started, recorded or not. */
  start(parent: SampledParent | undefined, decision: SamplingDecision): void {
    const origin = parent === undefined ? 0 : parent.isRemote === true ? REMOTE : LOCAL;
    this.#started[origin * DECISIONS + decision]!++;
  }

  /** A recorded span has ended. */
  end(isSampled: boolean): void {
    if (isSampled) this.#endedSampled++;
    else this.#endedRecordedOnly++;
  }

  /** How many recorded spans have ended. */
  get ended(): number {
    return this.#endedSampled + this.#endedRecordedOnly;
  }

  /** How many were started with a parent there (an index of {@link PARENT_ORIGINS}) and that decision. */
  started(origin: number, decision: SamplingDecision): number {
    return this.#started[origin * DECISIONS + decision]!;
  }

  /** How many recorded spans of that decision have not ended. */
  live(decision: SamplingDecision): number {
    const isSampled = decision === SamplingDecision.RECORD_AND_SAMPLED;
    return this.#all(decision) - (isSampled ? this.#endedSampled : this.#endedRecordedOnly);
  }

  /** A copy that does not change. */
  snapshot(): SpanStats {
    const sampled = this.#all(SamplingDecision.RECORD_AND_SAMPLED);
    const recordedOnly = this.#all(SamplingDecision.RECORD);
    const notSampled = this.#all(SamplingDecision.NOT_RECORD);
    return {
      started: sampled + recordedOnly + notSampled,
      sampled,
      recordedOnly,
      notSampled,
      ended: this.ended,
      open: sampled + recordedOnly - this.ended,
    };
  }

  #all(decision: SamplingDecision): number {
    return PARENT_ORIGINS.reduce((sum, _, origin) => sum + this.started(origin, decision), 0);
  }
}
