import { LEAST_RATIO, thresholdOf } from '../lib/sampling-threshold.js';
import { AdaptiveRatio } from './adaptive-ratio.js';
import { composable, createComposableParentThresholdSampler } from './composables.js';
import { CompositeSampler, type CompositeSamplerOptions } from './composite.js';
import { fixedIntent, type ComposableSampler } from './intent.js';
import { requirePositive } from './ratio.js';

/** Options of {@link AdaptiveSampler}. */
export interface AdaptiveOptions {
  /** How many traces are to be kept in a second, on average. */
  tracesPerSecond: number;
  /** At least this share is kept, even if that is more than asked for. Default 0.0001. */
  minRatio?: number;
  /** At most this share is kept, even if that is less than asked for. Default 1. */
  maxRatio?: number;
  /** How far back the load is averaged, in seconds, as long as it does not change in steps. Default 5. */
  memorySeconds?: number;
  /** Milliseconds of a clock that does not jump. Default `performance.now()`. */
  now?: () => number;
}

/** Options of {@link AdaptiveSampler}. */
export interface AdaptiveSamplerOptions extends AdaptiveOptions, CompositeSamplerOptions {}

/**
 * Keeps so many spans in a second, with a probability that follows the load: for a part of a composite sampler,
 * below rules say.
 *
 * @throws RangeError for an option out of its range
 */
export function createComposableAdaptiveSampler(options: AdaptiveOptions): ComposableSampler {
  const { minRatio = 0.0001, maxRatio = 1, now = () => performance.now() } = options;
  const { tracesPerSecond, memorySeconds = 5 } = options;
  requirePositive('tracesPerSecond', tracesPerSecond);
  requirePositive('memorySeconds', memorySeconds);
  if (!(minRatio >= LEAST_RATIO && minRatio <= maxRatio && maxRatio <= 1)) {
    throw new RangeError(
      `minRatio and maxRatio must be above 0, at most 1, and in order, not ${minRatio} and ${maxRatio}`,
    );
  }
  const adaptive = new AdaptiveRatio({ tracesPerSecond, memorySeconds, minRatio, maxRatio }, now);
  let intent = fixedIntent(thresholdOf(adaptive.ratio));
  return composable(`ComposableAdaptiveSampler{${tracesPerSecond}}`, () => {
    if (adaptive.observe()) intent = fixedIntent(thresholdOf(adaptive.ratio));
    return intent;
  });
}

/**
 * Keeps so many of the traces that begin here in a second, each with the same chance, and does what the parent
 * did for all others. The chance follows the load, between a least and a greatest ratio, and stands in the trace
 * state of each span (`ot=th:…`), so that counts made from sampled spans stay right whatever the load does.
 *
 * @throws RangeError for an option out of its range
 */
export class AdaptiveSampler extends CompositeSampler {
  readonly #tracesPerSecond: number;

  constructor(options: AdaptiveSamplerOptions) {
    super(
      createComposableParentThresholdSampler(createComposableAdaptiveSampler(options)),
      options,
    );
    this.#tracesPerSecond = options.tracesPerSecond;
  }

  override toString(): string {
    return `AdaptiveSampler{${this.#tracesPerSecond}}`;
  }
}
