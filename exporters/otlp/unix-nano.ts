import type { HrTime } from '@opentelemetry/api';

/** The largest number of seconds whose nanoseconds surely fit 64 bits, and this code's 48-bit products. */
const MAX_SECONDS = 0xffffffff;

const LARGEST = 0xffff_ffff_ffff_ffffn;

/** Whether a time is what clocks give: whole seconds, and whole nanoseconds below a second. */
export function isPlainTime(time: HrTime): boolean {
  const [seconds, nanos] = time;
  return (
    Number.isInteger(seconds) &&
    seconds >= 0 &&
    seconds <= MAX_SECONDS &&
    Number.isInteger(nanos) &&
    nanos >= 0 &&
    nanos < 1e9
  );
}

/**
 * Nanoseconds since the epoch of any other time, as an unsigned 64-bit integer: fractions are cut, what
 * is before the epoch or no number becomes 0.
 */
export function unusualUnixNano(time: HrTime): bigint {
  const [seconds, nanos] = time;
  if (!Number.isFinite(seconds) || !Number.isFinite(nanos)) return 0n;
  const total = BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.trunc(nanos));
  if (total < 0n) return 0n;
  return total > LARGEST ? LARGEST : total;
}
