import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { remoteIdentity, type SpanIdentity } from '../lib/identity.js';
import { isSpanId, isTraceId, NO_SPAN_ID } from '../lib/ids.js';
import { extractBaggageHeaders, injectBaggageHeaders } from './baggage-headers.js';
import { firstOfList, readHeader } from './header.js';
import { contained } from './shield.js';
import { outgoingSpanContext, SAMPLED, withRemoteParent } from './span-context.js';

const TRACE_ID = 'ot-tracer-traceid';
const SPAN_ID = 'ot-tracer-spanid';
const SAMPLED_STATE = 'ot-tracer-sampled';
const BAGGAGE_PREFIX = 'ot-baggage-';

/**
 * Carries the span in the `ot-tracer-*` headers of the basic tracers, and baggage beside it in a header
 * for each entry, `ot-baggage-*`.
 *
 * The format has room for 64 bits of the trace id: the right half is written, so beyond a hop the trace
 * goes on under a shorter id, and a trace id whose right half is all zero can not be written. 64 or 128
 * bits are read, in either case. Baggage goes as it is, without any escapes: what a header can not hold
 * is left out. It travels with a span only.
 */
export class OTTracePropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const spanContext = outgoingSpanContext(context);
      const traceId = spanContext?.traceId.slice(16);
      if (spanContext === undefined || traceId === NO_SPAN_ID) return;
      setter.set(carrier, TRACE_ID, traceId!);
      setter.set(carrier, SPAN_ID, spanContext.spanId);
      const isSampled = (spanContext.traceFlags & SAMPLED) !== 0;
      setter.set(carrier, SAMPLED_STATE, String(isSampled));
      injectBaggageHeaders(context, carrier, setter, BAGGAGE_PREFIX, sendable);
    } catch (error) {
      contained('inject', 'OTTracePropagator', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const parent = readParent(carrier, getter);
      if (parent === undefined) return context;
      const found = withRemoteParent(context, parent);
      return extractBaggageHeaders(found, carrier, getter, BAGGAGE_PREFIX, (text) => text);
    } catch (error) {
      contained('extract', 'OTTracePropagator', error);
      return context;
    }
  }

  /** The headers of the span; those of baggage depend on its names. */
  fields(): string[] {
    return [TRACE_ID, SPAN_ID, SAMPLED_STATE];
  }
}

function readParent(carrier: unknown, getter: TextMapGetter): SpanIdentity | undefined {
  const read = (name: string) => firstOfList(readHeader(carrier, getter, name))?.toLowerCase();
  const trace = read(TRACE_ID);
  const traceId = trace?.length === 16 ? NO_SPAN_ID + trace : trace;
  if (!isTraceId(traceId)) return undefined;
  const spanId = read(SPAN_ID);
  if (!isSpanId(spanId)) return undefined;
  const sampled = read(SAMPLED_STATE);
  // Only `true` is written by anyone; other languages' propagators read `1` as well.
  const traceFlags = sampled === 'true' || sampled === '1' ? SAMPLED : 0;
  return remoteIdentity(traceId, spanId, traceFlags);
}

/** Printable ASCII without spaces around it, which HTTP takes away; tabs may stand inside. */
const FIELD_VALUE = /^(?:[!-~](?:[\t -~]*[!-~])?)?$/;

function sendable(value: unknown): string | undefined {
  const text = String(value);
  return FIELD_VALUE.test(text) ? text : undefined;
}
