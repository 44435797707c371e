import type {
  Attributes,
  Context,
  SpanContext,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
} from '@opentelemetry/api';
import { REMOTE_PARENT_ATTRIBUTES_KEY, setValue } from '../lib/context.js';
import { report } from '../lib/diagnostics.js';
import { remoteIdentity } from '../lib/identity.js';
import { formatBaggage, outgoingBaggage, withParsedBaggage } from './baggage.js';
import { derivedSpanId, toSpanId, toTraceId } from './foreign-id.js';
import { firstValue, isToken, joinedValue, readHeader } from './header.js';
import type { HeaderValue } from './header.js';
import { contained } from './shield.js';
import { outgoingSpanContext, SAMPLED, withRemoteParent } from './span-context.js';

/** The names of the headers of an `XTracePropagator`, written in the case given here. */
export interface XTracePropagatorOptions {
  /** Default: `X-Trace-ID`. */
  traceIdHeader?: string;
  /** Default: `X-Span-ID`. */
  spanIdHeader?: string;
  /** `1` or `0`. Default: `X-Sampled`; `false` for no such header. */
  sampledHeader?: string | false;
  /** Baggage in the form of the W3C header. Default: `X-Baggage`; `false` for no such header. */
  baggageHeader?: string | false;
}

/**
 * Carries the span in plain X-headers, as hand-made systems do: `X-Trace-ID` and `X-Span-ID`, with
 * `X-Sampled` and `X-Baggage`; every name can be changed.
 *
 * Trace ids are read as 32 or 16 hexadecimal digits or as a UUID, span ids as 16 digits. Any other
 * printable text of at most 128 characters (`trace-456`) becomes the first bytes of its SHA-256, so that
 * every service makes the same id of it. What came in goes out again exactly as it was as long as it
 * stands for the span's trace id, and spans show it in `spantree.foreign.trace_id` and
 * `spantree.foreign.span_id`. A trace id alone gets a parent id derived from it. Without `X-Sampled`
 * the trace is sampled. Ids that can not be used are reported once as `x-trace.bad-id`, and a new trace
 * starts.
 *
 * Throws a `TypeError` when a name is no header name, or is used twice.
 */
export class XTracePropagator implements TextMapPropagator {
  readonly #traceId: string;
  readonly #spanId: string;
  readonly #sampled: string | undefined;
  readonly #baggage: string | undefined;

  constructor({
    traceIdHeader = 'X-Trace-ID',
    spanIdHeader = 'X-Span-ID',
    sampledHeader = 'X-Sampled',
    baggageHeader = 'X-Baggage',
  }: XTracePropagatorOptions = {}) {
    checkNames({ traceIdHeader, spanIdHeader, sampledHeader, baggageHeader });
    this.#traceId = traceIdHeader;
    this.#spanId = spanIdHeader;
    this.#sampled = sampledHeader || undefined;
    this.#baggage = baggageHeader || undefined;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const spanContext = outgoingSpanContext(context);
      if (spanContext !== undefined) this.#injectSpan(context, spanContext, carrier, setter);
      const baggage = this.#baggage && outgoingBaggage(context);
      const header = baggage ? formatBaggage(baggage) : '';
      if (header !== '') setter.set(carrier, this.#baggage!, header);
    } catch (error) {
      contained('inject', 'XTracePropagator', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const found = this.#extractSpan(context, carrier, getter);
      const header = joinedValue(read(carrier, getter, this.#baggage));
      return header === undefined ? found : withParsedBaggage(found, header);
    } catch (error) {
      contained('extract', 'XTracePropagator', error);
      return context;
    }
  }

  fields(): string[] {
    const names = [this.#traceId, this.#spanId, this.#sampled, this.#baggage];
    return names.filter((name) => name !== undefined);
  }

  #injectSpan(
    context: Context,
    { traceId, spanId, traceFlags }: SpanContext,
    carrier: unknown,
    setter: TextMapSetter,
  ): void {
    const came = context.getValue(ORIGINAL_IDS_KEY) as OriginalIds | undefined;
    const sameTrace = came?.traceId === traceId;
    setter.set(carrier, this.#traceId, sameTrace ? came.traceText : traceId);
    // Without a span of our own in between, the caller's id goes on; if it sent none, so do we.
    const spanText = sameTrace && came.spanId === spanId ? came.spanText : spanId;
    if (spanText !== undefined) setter.set(carrier, this.#spanId, spanText);
    if (this.#sampled) setter.set(carrier, this.#sampled, traceFlags & SAMPLED ? '1' : '0');
  }

  #extractSpan(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const traceText = firstValue(read(carrier, getter, this.#traceId));
    if (!traceText) return context;
    const spanText = firstValue(read(carrier, getter, this.#spanId)) || undefined;
    const traceId = toTraceId(traceText);
    const spanId = spanText === undefined ? traceId && derivedSpanId(traceId) : toSpanId(spanText);
    if (traceId === undefined || spanId === undefined) {
      const name = traceId === undefined ? this.#traceId : this.#spanId;
      report('x-trace.bad-id', `${name} holds no id that can be used: a new trace starts`);
      return context;
    }
    const sampled = isSampled(firstValue(read(carrier, getter, this.#sampled)));
    const traceFlags = sampled ? SAMPLED : 0;
    const found = withRemoteParent(context, remoteIdentity(traceId, spanId, traceFlags));
    return withOriginals(found, { traceId, traceText, spanId, spanText });
  }
}

/** The ids that came in, as they were written, with the ids that were made of them. */
interface OriginalIds {
  readonly traceId: string;
  readonly traceText: string;
  readonly spanId: string;
  /** `undefined` when there was a trace id alone. */
  readonly spanText: string | undefined;
}

const ORIGINAL_IDS_KEY = Symbol.for('spantree.x-trace.original-ids');

/** Keeps what differs from the ids in use: to be sent on, and to be shown. */
function withOriginals(context: Context, ids: OriginalIds): Context {
  const { traceId, traceText, spanId, spanText } = ids;
  const shown: Attributes = {};
  if (traceText !== traceId) shown['spantree.foreign.trace_id'] = traceText;
  if (spanText !== undefined && spanText !== spanId) shown['spantree.foreign.span_id'] = spanText;
  const isForeign = Object.keys(shown).length > 0;
  const attributes = isForeign ? shown : undefined;
  const original = isForeign || spanText === undefined ? sendable(ids) : undefined;
  return withOptional(
    withOptional(context, ORIGINAL_IDS_KEY, original),
    REMOTE_PARENT_ATTRIBUTES_KEY,
    attributes,
  );
}

/** The value under its key; what an earlier header left there goes if there is none. */
function withOptional(context: Context, key: symbol, value: unknown): Context {
  if (value !== undefined) return setValue(context, key, value);
  return context.getValue(key) === undefined ? context : context.deleteValue(key);
}

/** Header values are bytes: texts with other characters, from other carriers, go out as our ids. */
function sendable(ids: OriginalIds): OriginalIds {
  const { traceId, traceText, spanId, spanText } = ids;
  return {
    ...ids,
    traceText: isByteString(traceText) ? traceText : traceId,
    spanText: spanText === undefined || isByteString(spanText) ? spanText : spanId,
  };
}

function isByteString(text: string): boolean {
  return /^[\x20-\xff]*$/.test(text);
}

function isSampled(text: string | undefined): boolean {
  return text === undefined || !/^(?:0|false)$/i.test(text);
}

/** Plain objects may hold the name as it is configured, HTTP servers have it in lower case. */
function read(carrier: unknown, getter: TextMapGetter, name: string | undefined): HeaderValue {
  if (name === undefined) return undefined;
  return readHeader(carrier, getter, name.toLowerCase()) ?? getter.get(carrier, name);
}

function checkNames(options: Record<string, string | false>): void {
  const seen = new Set<string>();
  for (const [option, name] of Object.entries(options)) {
    const canBeLeftOut = option === 'sampledHeader' || option === 'baggageHeader';
    if (name === false && canBeLeftOut) continue;
    if (typeof name !== 'string' || !isToken(name)) {
      throw new TypeError(
        `${option}: expected the name of a header, but got ${JSON.stringify(name)}`,
      );
    }
    if (seen.has(name.toLowerCase())) {
      throw new TypeError(`${option}: the header ${JSON.stringify(name)} has another use already`);
    }
    seen.add(name.toLowerCase());
  }
}
