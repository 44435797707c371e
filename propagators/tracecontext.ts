import type {
  Context,
  SpanContext,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
} from '@opentelemetry/api';
import { remoteIdentity, SpanIdentity } from '../lib/identity.js';
import { trimOws } from '../lib/ows.js';
import { TraceState } from '../lib/trace-state.js';
import {
  isHex,
  isHexPair,
  NO_SPAN_ID,
  NO_TRACE_ID,
  RANDOM_FLAG,
  traceparentText,
} from '../lib/ids.js';
import { digitValue, joinedValue, readHeader, readOtherSpelling } from './header.js';
import type { HeaderValue } from './header.js';
import { contained } from './shield.js';
import { outgoingIdentity, SAMPLED, withRemoteParent } from './span-context.js';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

/** `00-<32 hex>-<16 hex>-<2 hex>`; later versions may only add to it. */
const LENGTH = 55;
const DASH = 0x2d;
const KNOWN_FLAGS = SAMPLED | RANDOM_FLAG;
/** What is written for each state of the two known flags; other bits are unknown and go out as zero. */
const FLAGS = ['-00', '-01', '-02', '-03'] as const;

/**
 * Carries the span in the `traceparent` and `tracestate` headers (W3C Trace Context Level 2).
 *
 * Strict about what it reads: upper case, zero ids, a wrong length or more than one `traceparent` means
 * that a new trace starts, and one malformed `tracestate` member drops that whole header, though never
 * the `traceparent`. It always writes version 00, the sampled and the random flag, and no empty
 * `tracestate`.
 */
export class W3CTraceContextPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const outgoing = outgoingIdentity(context);
      if (outgoing === undefined) return;
      setter.set(carrier, TRACEPARENT, formatTraceparent(outgoing));
      const state = outgoing.traceState?.serialize();
      if (state) setter.set(carrier, TRACESTATE, state);
    } catch (error) {
      contained('inject', 'W3CTraceContextPropagator', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const plain = getter.get(carrier, TRACEPARENT);
      const parent = traceparentIn(plain ?? readOtherSpelling(carrier, getter, TRACEPARENT));
      if (parent === undefined) return context;
      // Most requests have no tracestate: where one name was in lower case, no other case is looked for.
      const state = joinedValue(
        plain === undefined
          ? readHeader(carrier, getter, TRACESTATE)
          : getter.get(carrier, TRACESTATE),
      );
      return withRemoteParent(context, parsedTraceparent(parent, state));
    } catch (error) {
      contained('extract', 'W3CTraceContextPropagator', error);
      return context;
    }
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }
}

function formatTraceparent(outgoing: SpanIdentity | SpanContext): string {
  const flags = outgoing.traceFlags & KNOWN_FLAGS;
  if (!(outgoing instanceof SpanIdentity)) return traceparent(outgoing, flags);
  const { traceId, spanId, high, low } = outgoing;
  if (typeof traceId === 'string' || spanId !== undefined) {
    return traceparent(outgoing.spanContext, flags);
  }
  const { first, second, third, fourth } = traceId;
  return traceparentText(first, second, third, fourth, high, low, flags);
}

function traceparent({ traceId, spanId }: SpanContext, flags: number): string {
  return '00-' + traceId + '-' + spanId + FLAGS[flags]!;
}

/** The text of a valid `traceparent`. */
function traceparentIn(header: HeaderValue): string | undefined {
  if (typeof header !== 'string') {
    // Two headers may name two parents; guessing which one is meant would join strangers' traces.
    return header?.length === 1 ? traceparentIn(header[0]) : undefined;
  }
  const text = header.length === LENGTH ? header : trimOws(header);
  return hasTraceparentForm(text) ? text : undefined;
}

function parsedTraceparent(text: string, state: string | undefined): SpanIdentity {
  return remoteIdentity(
    text.slice(3, 35),
    text.slice(36, 52),
    digitValue(text.charCodeAt(54)) & KNOWN_FLAGS,
    state ? new TraceState(state) : undefined,
  );
}

/** Looks at the length first: a character beyond the text has the engine make slower code, for good. */
function hasTraceparentForm(text: string): boolean {
  return (
    text.length >= LENGTH &&
    text.charCodeAt(2) === DASH &&
    text.charCodeAt(35) === DASH &&
    text.charCodeAt(52) === DASH &&
    isHex(text, 3, 35) &&
    isHex(text, 36, 52) &&
    isHexPair(text, 0) &&
    isHexPair(text, 53) &&
    hasKnownLength(text) &&
    !isZero(text, 3, NO_TRACE_ID) &&
    !isZero(text, 36, NO_SPAN_ID)
  );
}

/** Version 00 ends after the flags; a later one may go on after a dash. `ff` is no version. */
function hasKnownLength(text: string): boolean {
  if (text.startsWith('ff')) return false;
  if (text.length === LENGTH) return true;
  // A comma is where HTTP has joined two headers.
  return !text.startsWith('00') && text.charCodeAt(LENGTH) === DASH && !text.includes(',');
}

/** Looks at one digit first, which mostly settles it. */
function isZero(text: string, at: number, zero: string): boolean {
  return text.charCodeAt(at) === 0x30 && text.startsWith(zero, at);
}
