import type {
  Context,
  SpanContext,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
} from '@opentelemetry/api';
import { remoteIdentity, type SpanIdentity } from '../lib/identity.js';
import { isSpanId, isTraceId, NO_SPAN_ID, NO_TRACE_ID } from '../lib/ids.js';
import { extractBaggageHeaders, injectBaggageHeaders } from './baggage-headers.js';
import { firstOfList, isToken, readHeader, table } from './header.js';
import { percentEncoded, strictlyDecoded } from './percent.js';
import { contained } from './shield.js';
import { outgoingSpanContext, SAMPLED, withRemoteParent } from './span-context.js';

const UBER_TRACE_ID = 'uber-trace-id';
const UBER_CONTEXT = 'uberctx';

/** Jaeger's own flags: its bit 2 is not the random flag of W3C, and neither may pass for the other. */
const JAEGER_SAMPLED = 0x01;
const JAEGER_DEBUG = 0x02;

/** Names of the headers of a `JaegerPropagator`. */
export interface JaegerPropagatorOptions {
  /** Default: `uber-trace-id`. */
  customTraceHeader?: string;
  /** What the name of a baggage header starts with, without the dash. Default: `uberctx`. */
  customBaggageHeaderPrefix?: string;
}

/**
 * Carries the span in Jaeger's `uber-trace-id` header and each baggage entry in one of its own
 * (`uberctx-<name>`; metadata stays behind). Ids may come in any length up to 32 and 16 digits, in
 * either case, and with percent-encoded colons. The debug flag counts as sampled. Baggage that is found
 * is added to what the context holds.
 *
 * Throws a `TypeError` when an option is no header name.
 */
export class JaegerPropagator implements TextMapPropagator {
  readonly #header: string;
  readonly #prefix: string;

  /** @param options the name of the trace header alone, or all options */
  constructor(options: string | JaegerPropagatorOptions = {}) {
    const { customTraceHeader = UBER_TRACE_ID, customBaggageHeaderPrefix = UBER_CONTEXT } =
      typeof options === 'string' ? { customTraceHeader: options } : options;
    this.#header = checkedName('customTraceHeader', customTraceHeader);
    this.#prefix = `${checkedName('customBaggageHeaderPrefix', customBaggageHeaderPrefix)}-`;
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const spanContext = outgoingSpanContext(context);
      if (spanContext !== undefined) setter.set(carrier, this.#header, formatTraceId(spanContext));
      injectBaggageHeaders(context, carrier, setter, this.#prefix, encoded);
    } catch (error) {
      contained('inject', 'JaegerPropagator', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const header = firstOfList(readHeader(carrier, getter, this.#header.toLowerCase()));
      const parent = header === undefined ? undefined : parseTraceId(header);
      const found = parent === undefined ? context : withRemoteParent(context, parent);
      return extractBaggageHeaders(found, carrier, getter, this.#prefix, strictlyDecoded);
    } catch (error) {
      contained('extract', 'JaegerPropagator', error);
      return context;
    }
  }

  /** The trace header; those of baggage depend on its names. */
  fields(): string[] {
    return [this.#header];
  }
}

/** What `encodeURIComponent` leaves as it is. */
const UNRESERVED = table(/[\w\-.!~*'()]/);

function encoded(value: unknown): string {
  return percentEncoded(value, UNRESERVED);
}

function checkedName(option: string, name: string): string {
  if (isToken(name)) return name;
  throw new TypeError(`${option}: expected the name of a header, but got ${JSON.stringify(name)}`);
}

/** `{trace id}:{span id}:{parent id}:{flags}`; the parent is not sent any more, and 0 says so. */
function formatTraceId({ traceId, spanId, traceFlags }: SpanContext): string {
  return `${traceId}:${spanId}:0:${(traceFlags & SAMPLED) === 0 ? '00' : '01'}`;
}

function parseTraceId(header: string): SpanIdentity | undefined {
  const parts = strictlyDecoded(header)?.toLowerCase().split(':');
  if (parts?.length !== 4) return undefined;
  const [trace, span, , flags] = parts as [string, string, string, string];
  const traceId = NO_TRACE_ID.slice(trace.length) + trace;
  const spanId = NO_SPAN_ID.slice(span.length) + span;
  if (!isTraceId(traceId) || !isSpanId(spanId) || !/^[0-9a-f]{1,2}$/.test(flags)) return undefined;
  const sampled = (parseInt(flags, 16) & (JAEGER_SAMPLED | JAEGER_DEBUG)) !== 0;
  return remoteIdentity(traceId, spanId, sampled ? SAMPLED : 0);
}
