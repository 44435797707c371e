/*
 * The arithmetic of consistent probability sampling (specification: trace state probability sampling): a trace
 * has a random number R of 56 bits, a sampler a threshold T, and it keeps what has R >= T. Both are handled as
 * texts of 14 hex digits, which is how they travel: such texts compare like the numbers, exactly, and without
 * making anything.
 */

/** A threshold that nothing reaches, as the official composite sampler writes it. */
export const NO_THRESHOLD = -1n;

/** The least ratio other than 0: one trace in 2^56. */
export const LEAST_RATIO: number = 2 ** -56;

/** How many hex digits a threshold has at most. */
export const MAX_PRECISION = 14;

const RANGE = 2n ** 56n;

/**
 * The threshold of a ratio from {@link LEAST_RATIO} to 1, rounded to so many hex digits, not counting leading
 * `f`: small ratios are as exact as large ones. A smaller ratio gives {@link NO_THRESHOLD}.
 */
export function thresholdOf(ratio: number, precision = 4): bigint {
  if (!(ratio >= LEAST_RATIO)) return NO_THRESHOLD;
  // Times a power of two is exact in floating point; the subtraction would not be.
  const exact = RANGE - BigInt(Math.round(Math.min(1, ratio) * 2 ** 56));
  const leading = /^f*/.exec(digitsOf(exact))![0].length;
  const cut = 4n * BigInt(Math.max(0, MAX_PRECISION - leading - precision));
  return cut === 0n ? exact : ((exact + (1n << (cut - 1n))) >> cut) << cut;
}

/** Whether a value is a threshold: a whole number from 0 up to but not including 2^56. */
export function isThreshold(value: unknown): value is bigint {
  return typeof value === 'bigint' && value >= 0n && value < RANGE;
}

/** A threshold as 14 hex digits. */
export function digitsOf(threshold: bigint): string {
  return threshold.toString(16).padStart(MAX_PRECISION, '0');
}

/** 14 digits as they are written: without the zeros at the end. */
export function shortDigits(digits: string): string {
  return digits.replace(/0+$/, '') || '0';
}

/**
 * Whether the 14 digits of R, which stand in a text from an index on, reach those of T. The first digits differ
 * fifteen times of sixteen, so this mostly looks at one.
 */
export function reaches(text: string, from: number, threshold: string): boolean {
  for (let i = 0; i < MAX_PRECISION; i++) {
    const difference = text.charCodeAt(from + i) - threshold.charCodeAt(i);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** How many spans one stands for that was kept by a threshold: 2^56 / (2^56 - T). */
export function countOf(threshold: bigint): number {
  return 2 ** 56 / Number(RANGE - threshold);
}
