import { report } from '../lib/diagnostics.js';
import { LEAST_RATIO, MAX_PRECISION } from '../lib/sampling-threshold.js';

/**
 * A ratio that sampling by threshold can do: 0, or 2^-56 to 1. Another one is reported and replaced by the nearest
 * that is; what is no number counts as 1 (see docs/RATIONALE.md).
 */
export function usableRatio(ratio: unknown): number {
  const usable = typeof ratio === 'number' && !Number.isNaN(ratio) ? nearestRatio(ratio) : 1;
  if (usable !== ratio) {
    report('sampler.ratio', `${String(ratio)} is no ratio from 0 to 1: ${usable} is used instead`);
  }
  return usable;
}

function nearestRatio(ratio: number): number {
  return ratio <= 0 ? 0 : Math.min(1, Math.max(LEAST_RATIO, ratio));
}

/** @throws RangeError for a precision that is no number of hex digits of a threshold */
export function checkPrecision(precision: number): void {
  if (Number.isInteger(precision) && precision >= 1 && precision <= MAX_PRECISION) return;
  throw new RangeError(`precision must be 1 to ${MAX_PRECISION} hex digits, not ${precision}`);
}

/** @throws RangeError for an option that is no finite number above 0 */
export function requirePositive(option: string, value: unknown): void {
  if (typeof value === 'number' && value > 0 && value < Infinity) return;
  throw new RangeError(`${option} must be a number above 0, not ${String(value)}`);
}
