import type {
  Context,
  SpanContext,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
} from '@opentelemetry/api';
import { setValue } from '../lib/context.js';
import { remoteIdentity } from '../lib/identity.js';
import { isHex, isSpanId, isTraceId, NO_SPAN_ID } from '../lib/ids.js';
import { firstOfList, readHeader } from './header.js';
import { contained } from './shield.js';
import { outgoingSpanContext, SAMPLED, withRemoteParent } from './span-context.js';

const B3 = 'b3';
const TRACE_ID = 'x-b3-traceid';
const SPAN_ID = 'x-b3-spanid';
const SAMPLED_STATE = 'x-b3-sampled';
const DEBUG_FLAGS = 'x-b3-flags';

/** Set to '1' in a context whose trace was marked for debugging; the official propagator's key. */
const DEBUG_KEY = Symbol.for('OpenTelemetry Context Key B3 Debug Flag');

/** The two forms of B3. */
export const B3InjectEncoding = {
  /** One header, `b3`. */
  SINGLE_HEADER: 0,
  /** A header for each field, `x-b3-traceid` and so on. */
  MULTI_HEADER: 1,
} as const;

/** The two forms of B3. */
export type B3InjectEncoding = (typeof B3InjectEncoding)[keyof typeof B3InjectEncoding];

/** How a `B3Propagator` writes. */
export interface B3PropagatorOptions {
  /** The form that is written; both are read. Default: the single header. */
  injectEncoding?: B3InjectEncoding;
}

/**
 * Carries the span in Zipkin's B3 headers. It writes one form and reads both: the single header first,
 * the multiple ones when that is absent or malformed.
 *
 * 64-bit trace ids are padded with zeros. A debug mark samples the span and travels on in either form.
 * Where B3 leaves the decision open ("defer"), which a span context can not express, the parent counts
 * as not sampled. A header with a decision alone (`b3: 0`) names no parent, so nothing is extracted.
 *
 * Throws a `TypeError` when the encoding is unknown.
 */
export class B3Propagator implements TextMapPropagator {
  readonly #single: boolean;

  constructor({ injectEncoding = B3InjectEncoding.SINGLE_HEADER }: B3PropagatorOptions = {}) {
    if (!Object.values(B3InjectEncoding).includes(injectEncoding)) {
      throw new TypeError(
        `injectEncoding: expected 0 (SINGLE_HEADER) or 1 (MULTI_HEADER), but got ${String(injectEncoding)}`,
      );
    }
    this.#single = injectEncoding === B3InjectEncoding.SINGLE_HEADER;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const spanContext = outgoingSpanContext(context);
      if (spanContext === undefined) return;
      const state = stateToSend(context, spanContext);
      if (this.#single) {
        setter.set(carrier, B3, `${spanContext.traceId}-${spanContext.spanId}-${state}`);
        return;
      }
      setter.set(carrier, TRACE_ID, spanContext.traceId);
      setter.set(carrier, SPAN_ID, spanContext.spanId);
      if (state === 'd') setter.set(carrier, DEBUG_FLAGS, '1');
      else setter.set(carrier, SAMPLED_STATE, state);
    } catch (error) {
      contained('inject', 'B3Propagator', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const single = firstOfList(readHeader(carrier, getter, B3));
      if (single !== undefined && isDecisionAlone(single)) return context;
      const found = (single && parseSingle(single)) || readMulti(carrier, getter);
      return found ? withB3(context, found) : context;
    } catch (error) {
      contained('extract', 'B3Propagator', error);
      return context;
    }
  }

  /** The headers of the form that is written. */
  fields(): string[] {
    return this.#single ? [B3] : [TRACE_ID, SPAN_ID, SAMPLED_STATE, DEBUG_FLAGS];
  }
}

/** The sampling states of B3: debug implies sampled; `undefined` leaves the decision open. */
type SamplingState = '1' | '0' | 'd' | undefined;

interface B3Fields {
  readonly traceId: string;
  readonly spanId: string;
  readonly state: SamplingState;
}

function stateToSend(context: Context, { traceFlags }: SpanContext): '1' | '0' | 'd' {
  if (context.getValue(DEBUG_KEY) === '1') return 'd';
  return (traceFlags & SAMPLED) === 0 ? '0' : '1';
}

function withB3(context: Context, { traceId, spanId, state }: B3Fields): Context {
  const traceFlags = state === '1' || state === 'd' ? SAMPLED : 0;
  const found = withRemoteParent(context, remoteIdentity(traceId, spanId, traceFlags));
  if (state === 'd') return setValue(found, DEBUG_KEY, '1');
  return found.getValue(DEBUG_KEY) === undefined ? found : found.deleteValue(DEBUG_KEY);
}

function isDecisionAlone(header: string): boolean {
  return header === '0' || header === '1' || header === 'd';
}

/** `{trace id}-{span id}[-{state}[-{parent span id}]]`, all of it. */
function parseSingle(header: string): B3Fields | undefined {
  const [trace, spanId, state, parent, ...rest] = header.split('-');
  const traceId = toTraceId(trace);
  if (traceId === undefined || !isSpanId(spanId) || rest.length > 0) return undefined;
  if (state !== undefined && !isDecisionAlone(state)) return undefined;
  if (parent !== undefined && !isParentId(parent)) return undefined;
  return { traceId, spanId, state: state as SamplingState };
}

function readMulti(carrier: unknown, getter: TextMapGetter): B3Fields | undefined {
  const traceId = toTraceId(firstOfList(readHeader(carrier, getter, TRACE_ID)));
  if (traceId === undefined) return undefined;
  const spanId = firstOfList(readHeader(carrier, getter, SPAN_ID));
  if (!isSpanId(spanId)) return undefined;
  if (firstOfList(readHeader(carrier, getter, DEBUG_FLAGS)) === '1') {
    return { traceId, spanId, state: 'd' };
  }
  const sampled = firstOfList(readHeader(carrier, getter, SAMPLED_STATE));
  if (sampled === undefined) return { traceId, spanId, state: undefined };
  if (sampled === '1' || sampled === 'true') return { traceId, spanId, state: '1' };
  if (sampled === '0' || sampled === 'false') return { traceId, spanId, state: '0' };
  return undefined;
}

/** 32 hex digits as they are, 16 padded to the left; anything else is no trace id. */
function toTraceId(text: string | undefined): string | undefined {
  const id = text?.length === 16 ? NO_SPAN_ID + text : text;
  return isTraceId(id) ? id : undefined;
}

function isParentId(text: string): boolean {
  return text.length === 16 && isHex(text, 0, 16);
}
