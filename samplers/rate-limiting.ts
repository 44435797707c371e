import { composable, createComposableParentThresholdSampler } from './composables.js';
import { CompositeSampler } from './composite.js';
import { KEEP_NONE, KEEP_UNCOUNTED, type ComposableSampler } from './intent.js';
import { requirePositive } from './ratio.js';
import { TokenBucket } from './token-bucket.js';

/** Options of {@link RateLimitingSampler}. */
export interface RateLimitingOptions {
  /** How many are kept in a second on average; may be less than 1. */
  tracesPerSecond: number;
  /** How many may be kept at once after a quiet time, at least 1. Default: those of one second, or 1. */
  burst?: number;
  /** Milliseconds of a clock that does not jump. Default `performance.now()`. */
  now?: () => number;
}

/**
 * Keeps all spans up to so many a second, and none beyond: for a part of a composite sampler. How many spans a
 * kept one stands for is not known, so that none carries a threshold.
 *
 * @throws RangeError for a rate or a burst that is none
 */
export function createComposableRateLimitingSampler(
  options: RateLimitingOptions,
): ComposableSampler {
  const bucket = bucketFrom(options);
  return composable(`ComposableRateLimitingSampler{${options.tracesPerSecond}}`, () =>
    bucket.take() ? KEEP_UNCOUNTED : KEEP_NONE,
  );
}

/**
 * Keeps so many traces that begin here in a second, the first that come, and does what the parent did for all
 * others. Counts cannot be made from what it keeps; `AdaptiveSampler` is the one for that.
 *
 * @throws RangeError for a rate or a burst that is none
 */
export class RateLimitingSampler extends CompositeSampler {
  readonly #tracesPerSecond: number;

  constructor(options: RateLimitingOptions) {
    super(createComposableParentThresholdSampler(createComposableRateLimitingSampler(options)));
    this.#tracesPerSecond = options.tracesPerSecond;
  }

  override toString(): string {
    return `RateLimitingSampler{${this.#tracesPerSecond}}`;
  }
}

function bucketFrom({ tracesPerSecond, burst, now }: RateLimitingOptions): TokenBucket {
  requirePositive('tracesPerSecond', tracesPerSecond);
  const size = burst ?? Math.max(1, tracesPerSecond);
  if (!(size >= 1 && size < Infinity)) {
    throw new RangeError(`burst must be a number from 1 up, not ${String(burst)}`);
  }
  return new TokenBucket(tracesPerSecond, size, now ?? (() => performance.now()));
}
