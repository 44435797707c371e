import { report } from '../diagnostics.js';

/** A size that a user gave, or the default (specification: invalid values are reported and replaced). */
export function sizeOr(fallback: number, name: string, value: number | undefined): number {
  return usable(fallback, name, value, Number.isInteger(value) && value! > 0);
}

/** A time that a user gave, or the default; 0 and infinity are times. */
export function millisOr(fallback: number, name: string, value: number | undefined): number {
  return usable(fallback, name, value, typeof value === 'number' && value >= 0);
}

function usable(fallback: number, name: string, value: number | undefined, ok: boolean): number {
  if (value === undefined) return fallback;
  if (ok) return value;
  report('processor.option', `${name} cannot be ${String(value)}: ${fallback} is used`);
  return fallback;
}
