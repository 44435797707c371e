import { createComposableProbabilitySampler, type ProbabilityOptions } from './composables.js';
import { CompositeSampler, type CompositeSamplerOptions } from './composite.js';
import { usableRatio } from './ratio.js';

/** Options of {@link ProbabilitySampler}. */
export interface ProbabilitySamplerOptions extends ProbabilityOptions, CompositeSamplerOptions {}

/**
 * Keeps the given share of traces, by the random number of each, whatever parents say: services with different
 * ratios keep the same traces as far as they can. Sampled spans carry their threshold in the trace state
 * (`ot=th:…`), so that they can be counted (specification: ProbabilitySampler).
 *
 * A ratio other than 0 and 2^-56 to 1 is reported, and the nearest used; what is no number counts as 1.
 *
 * @throws RangeError for a precision that is none
 */
export class ProbabilitySampler extends CompositeSampler {
  readonly #ratio: number;

  constructor(ratio = 1, options: ProbabilitySamplerOptions = {}) {
    const usable = usableRatio(ratio);
    super(createComposableProbabilitySampler(usable, options), options);
    this.#ratio = usable;
  }

  override toString(): string {
    return `ProbabilitySampler{${this.#ratio}}`;
  }
}
