import { report } from './diagnostics.js';

/**
 * Bounds of what one span may hold (specification: span limits, attribute limits). 0 is a limit like
 * any other.
 */
export interface SpanLimits {
  /** Attributes of a span. Default 128. */
  attributeCountLimit?: number;
  /** Characters of a string value, bytes of a binary one. Default: no limit. */
  attributeValueLengthLimit?: number;
  /** How deep arrays and maps may nest; deeper ones become an empty value. Least 1, default 64. */
  attributeValueDepthLimit?: number;
  /** Events of a span. Default 128. */
  eventCountLimit?: number;
  /** Links of a span. Default 128. */
  linkCountLimit?: number;
  /** Attributes of one event. Default 128. */
  attributePerEventCountLimit?: number;
  /** Attributes of one link. Default 128. */
  attributePerLinkCountLimit?: number;
}

/** Limits of attribute collections in general; span-specific ones win (T-LIM-10). */
export interface GeneralLimits {
  attributeCountLimit?: number;
  attributeValueLengthLimit?: number;
}

const DEFAULTS: Required<SpanLimits> = {
  attributeCountLimit: 128,
  attributeValueLengthLimit: Infinity,
  attributeValueDepthLimit: 64,
  eventCountLimit: 128,
  linkCountLimit: 128,
  attributePerEventCountLimit: 128,
  attributePerLinkCountLimit: 128,
};

/**
 * The limits in force: those given, else the general ones, else the defaults.
 *
 * A value that is no limit (negative, not a number, a fraction) is reported and counts as not given.
 */
export function resolveLimits(
  limits: SpanLimits = {},
  general: GeneralLimits = {},
): Readonly<Required<SpanLimits>> {
  const resolved = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS) as (keyof SpanLimits)[]) {
    const value = limits[name] ?? (general as SpanLimits)[name];
    if (value === undefined) continue;
    const least = name === 'attributeValueDepthLimit' ? 1 : 0;
    if (value === Infinity || (Number.isInteger(value) && value >= least)) resolved[name] = value;
    else report('limits.invalid', `${name} is ${String(value)}, which is no limit: it is ignored`);
  }
  return Object.freeze(resolved);
}
