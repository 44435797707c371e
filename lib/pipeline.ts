import type { AttributeLimits } from './attributes.js';
import type { ExceptionLog } from './exception-log.js';
import type { IdSource } from './identity.js';
import type { SpanLimits } from './limits.js';
import type { FanOut } from './processor.js';
import type { Resource } from './resource.js';
import type { Sampler } from './sampler.js';
import type { SpanCounts } from './span-counts.js';

/** All that the spans of one provider share: one frozen object, to which a span holds one reference. */
export interface Pipeline {
  readonly sampler: Sampler;
  readonly processor: FanOut;
  readonly ids: IdSource;
  readonly resource: Resource;
  /** Where exceptions go beside, or instead of, span events. */
  readonly exceptionLog: ExceptionLog | undefined;
  /** The spans so far. */
  readonly counts: SpanCounts;
  readonly limits: Readonly<Required<SpanLimits>>;
  readonly spanAttributes: AttributeLimits;
  readonly eventAttributes: AttributeLimits;
  readonly linkAttributes: AttributeLimits;
}

/** Which collection of attributes is bounded how. */
export function attributeLimits(
  limits: Readonly<Required<SpanLimits>>,
): Pick<Pipeline, 'spanAttributes' | 'eventAttributes' | 'linkAttributes'> {
  const length = limits.attributeValueLengthLimit;
  const depth = limits.attributeValueDepthLimit;
  return {
    spanAttributes: Object.freeze({ count: limits.attributeCountLimit, length, depth }),
    eventAttributes: Object.freeze({ count: limits.attributePerEventCountLimit, length, depth }),
    linkAttributes: Object.freeze({ count: limits.attributePerLinkCountLimit, length, depth }),
  };
}
