import {
  INVALID_TRACEID,
  type Attributes,
  type Context,
  type Link,
  type SpanContext,
  type SpanKind,
  type TraceState as ApiTraceState,
} from '@opentelemetry/api';
import { report } from '../lib/diagnostics.js';
import { RANDOM_FLAG } from '../lib/ids.js';
import { otFieldsOf, withThreshold, type OtFields } from '../lib/ot-trace-state.js';
import { requireMethods } from '../lib/require-methods.js';
import { parentIn, SamplingDecision, type Sampler, type SamplingResult } from '../lib/sampler.js';
import { digitsOf, MAX_PRECISION, reaches } from '../lib/sampling-threshold.js';
import { TraceState } from '../lib/trace-state.js';
import { digitsOfIntent, type ComposableSampler } from './intent.js';

/** Options of {@link createCompositeSampler}. */
export interface CompositeSamplerOptions {
  /**
   * Whether roots get a random number of their own (`rv` in the trace state), for id generators whose
   * right-most 56 bits are not random. Default false.
   */
  explicitRandomness?: boolean;
}

/**
 * Decides by what a composable sampler intends, and keeps the books in the member `ot` of the trace state:
 * `th` says with which probability a span was kept, so that sampled spans can be counted
 * (specification: CompositeSampler).
 *
 * @throws TypeError when the delegate is no composable sampler
 */
export function createCompositeSampler(
  delegate: ComposableSampler,
  options?: CompositeSamplerOptions,
): Sampler {
  return new CompositeSampler(delegate, options);
}

const KEEP: SamplingResult = Object.freeze({ decision: SamplingDecision.RECORD_AND_SAMPLED });
const DROP: SamplingResult = Object.freeze({ decision: SamplingDecision.NOT_RECORD });
const ZERO = '0'.repeat(MAX_PRECISION);
/** Where the right-most 56 bits of a trace id begin. */
const RANDOM_AT = 32 - MAX_PRECISION;

/** A composite sampler, and what samplers of one part are made of: see {@link createCompositeSampler}. */
export class CompositeSampler implements Sampler {
  readonly #delegate: ComposableSampler;
  readonly #explicitRandomness: boolean;
  /** What roots without a trace state get, and by which threshold. */
  #rootDigits = '';
  #rootState = new TraceState();

  constructor(delegate: ComposableSampler, { explicitRandomness }: CompositeSamplerOptions = {}) {
    requireMethods('delegate', delegate, ['getSamplingIntent']);
    this.#delegate = delegate;
    this.#explicitRandomness = explicitRandomness === true;
  }

  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const parent = parentIn(context);
    const intent = this.#delegate.getSamplingIntent(
      context,
      INVALID_TRACEID,
      spanName,
      spanKind,
      attributes,
      links,
    );
    const state = parent?.traceState;
    const ot = otFieldsOf(state);
    const rv = this.#explicitRandomness && parent === undefined ? randomDigits() : undefined;
    const digits = digitsOfIntent(intent);
    const reliable = intent.thresholdReliable;
    const sampled = digits !== undefined && isKept(digits, reliable, traceId, ot.rv ?? rv);
    if (sampled && reliable) watchRandomness(parent, ot, digits);

    const result = sampled ? KEEP : DROP;
    const th = sampled && reliable ? digits : undefined;
    const updated = intent.updateTraceState?.(state, result.decision);
    const traceState =
      intent.updateTraceState !== undefined && updated !== state
        ? withOt(updated, ot, th, rv)
        : this.#stateFor(state, ot, th, rv);
    const added = sampled ? intent.attributes : undefined;
    if (traceState === undefined && added === undefined) return result;
    return {
      decision: result.decision,
      ...(added !== undefined && { attributes: added }),
      ...(traceState !== undefined && { traceState }),
    };
  }

  /** What the parent's trace state becomes; `undefined` where it stays as it is. */
  #stateFor(
    state: ApiTraceState | undefined,
    ot: OtFields,
    th: string | undefined,
    rv: string | undefined,
  ): ApiTraceState | undefined {
    if (rv === undefined && ot.th === th && !ot.unclear) return undefined;
    if (state !== undefined || rv !== undefined || th === undefined) {
      return withThreshold(state, th, rv);
    }
    if (th !== this.#rootDigits) {
      this.#rootDigits = th;
      this.#rootState = withThreshold(undefined, th) as TraceState;
    }
    return this.#rootState;
  }

  toString(): string {
    return String(this.#delegate);
  }
}

/** By the trace's random number; by one just for this span where nobody is to count by the threshold. */
function isKept(
  digits: string,
  reliable: boolean,
  traceId: string,
  rv: string | undefined,
): boolean {
  if (digits === ZERO) return true;
  if (!reliable) return reaches(randomDigits(), 0, digits);
  return rv === undefined ? reaches(traceId, RANDOM_AT, digits) : reaches(rv, 0, digits);
}

/** Somebody's trace state with the member `ot` of the parent, and the threshold. */
function withOt(
  state: ApiTraceState | undefined,
  { value }: OtFields,
  th: string | undefined,
  rv: string | undefined,
): ApiTraceState {
  const given = state ?? new TraceState();
  return withThreshold(value === '' ? given.unset('ot') : given.set('ot', value), th, rv);
}

/** Trace ids are presumed to be random, but whose are not makes counts wrong. */
function watchRandomness(parent: SpanContext | undefined, ot: OtFields, digits: string): void {
  if (parent === undefined || ot.rv !== undefined || digits === ZERO) return;
  if ((parent.traceFlags & RANDOM_FLAG) !== 0) return;
  report(
    'sampler.presumed-randomness',
    'a caller does not say that its trace ids are random (flag 2 of W3C Trace Context Level 2); they are taken for ' +
      'random, which most are: update the SDK of the callers to be sure',
  );
}

function randomDigits(): string {
  const random = crypto.getRandomValues(new Uint32Array(2));
  return digitsOf((BigInt(random[0]! & 0xffffff) << 32n) | BigInt(random[1]!));
}
