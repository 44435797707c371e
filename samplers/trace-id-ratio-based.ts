import type { Attributes, Context, Link, SpanContext, SpanKind } from '@opentelemetry/api';
import { trace } from '@opentelemetry/api';
import { report } from '../lib/diagnostics.js';
import { SamplingDecision, type Sampler, type SamplingResult } from '../lib/sampler.js';

/**
 * Keeps the given share of traces, decided by the right-most 56 bits of the trace id: the same trace is
 * kept or dropped in every service, and a higher ratio keeps all that a lower one keeps
 * (specification: TraceIdRatioBased). Meant for roots: put it into a {@link ParentBasedSampler}.
 *
 * A ratio outside 0 to 1 is reported and clamped; one that is no number counts as 1.
 */
export class TraceIdRatioBasedSampler implements Sampler {
  readonly #ratio: number;
  /** The smallest 56-bit number that is kept, as 24 high and 32 low bits. */
  readonly #high: number;
  readonly #low: number;

  constructor(ratio = 1) {
    this.#ratio = usableRatio(ratio);
    const threshold = 2n ** 56n - BigInt(Math.round(this.#ratio * 2 ** 56));
    this.#high = Number(threshold >> 32n);
    this.#low = Number(threshold & 0xffffffffn);
  }

  shouldSample(
    context: Context,
    traceId: string,
    _spanName?: string,
    _spanKind?: SpanKind,
    _attributes?: Attributes,
    _links?: Link[],
  ): SamplingResult {
    const parent = trace.getSpanContext(context);
    if (parent !== undefined) warnOfParent(parent);
    return this.#keeps(traceId) ? KEEP : DROP;
  }

  #keeps(traceId: string): boolean {
    const high = parseInt(traceId.slice(18, 24), 16);
    if (high !== this.#high) return high > this.#high;
    return parseInt(traceId.slice(24), 16) >= this.#low;
  }

  toString(): string {
    return `TraceIdRatioBased{${decimal(this.#ratio)}}`;
  }
}

const KEEP: SamplingResult = Object.freeze({ decision: SamplingDecision.RECORD_AND_SAMPLED });
const DROP: SamplingResult = Object.freeze({ decision: SamplingDecision.NOT_RECORD });

function warnOfParent({ traceState }: SpanContext): void {
  report(
    'sampler.ratio-with-parent',
    'TraceIdRatioBasedSampler decides spans that have a parent, which breaks traces apart unless ' +
      'every service uses the same ratio: wrap it in a ParentBasedSampler',
  );
  if (/(^|;)(th|rv):/.test(traceState?.get('ot') ?? '')) {
    report(
      'sampler.ratio-with-threshold',
      'TraceIdRatioBasedSampler decides spans of traces that consistent probability sampling has ' +
        'decided already (tracestate ot): its counts become wrong',
    );
  }
}

function usableRatio(ratio: number): number {
  const usable = typeof ratio === 'number' && !Number.isNaN(ratio);
  const clamped = usable ? Math.min(1, Math.max(0, ratio)) : 1;
  if (clamped !== ratio) {
    report('sampler.ratio', `${String(ratio)} is no ratio from 0 to 1: ${clamped} is used instead`);
  }
  return clamped;
}

/** Six decimals, more where the ratio is finer than they can say. */
function decimal(ratio: number): string {
  const text = ratio.toFixed(6);
  const fine = ratio.toFixed(20).replace(/0+$/, '');
  return Number(text) !== ratio && fine.length > text.length ? fine : text;
}
