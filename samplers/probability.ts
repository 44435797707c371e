import type { Attributes, Context, Link, SpanKind } from '@opentelemetry/api';
import type { Sampler, SamplingResult } from '../lib/sampler.js';
import { createComposableProbabilitySampler, type ProbabilityOptions } from './composables.js';
import { createCompositeSampler, type CompositeSamplerOptions } from './composite.js';
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
export class ProbabilitySampler implements Sampler {
  readonly #composite: Sampler;
  readonly #ratio: number;

  constructor(ratio = 1, options: ProbabilitySamplerOptions = {}) {
    this.#ratio = usableRatio(ratio);
    const composable = createComposableProbabilitySampler(this.#ratio, options);
    this.#composite = createCompositeSampler(composable, options);
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    return this.#composite.shouldSample(context, traceId, spanName, spanKind, attributes, links);
  }

  toString(): string {
    return `ProbabilitySampler{${this.#ratio}}`;
  }
}
