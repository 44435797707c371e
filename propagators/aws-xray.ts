import { trace } from '@opentelemetry/api';
import type {
  Context,
  SpanContext,
  TextMapGetter,
  TextMapPropagator,
  TextMapSetter,
  TraceState,
} from '@opentelemetry/api';
import { remoteIdentity, type SpanIdentity } from '../lib/identity.js';
import { trimOws } from '../lib/ows.js';
import { isSpanId, isTraceId } from '../lib/ids.js';
import { firstValue, readHeader } from './header.js';
import { contained } from './shield.js';
import { outgoingSpanContext, SAMPLED, withRemoteParent } from './span-context.js';

const TRACE_HEADER = 'x-amzn-trace-id';

/**
 * Carries the span in the header of AWS X-Ray:
 * `X-Amzn-Trace-Id: Root=1-{8 hex}-{24 hex};Parent={16 hex};Sampled={0|1}`. Parts stand in any order;
 * those that it does not know (`Self`, `Lineage`) are ignored.
 *
 * A header without a parent, such as load balancers write, names no span; and one that leaves the
 * decision to us (`Sampled=?`, or none), which a span context can not express, is not read either: a
 * new trace starts, as with the official propagator. The trace state that a propagator before it has
 * found is kept, as X-Ray has none.
 *
 * X-Ray shows only traces whose ids begin with the time: see `AWSXRayIdGenerator`.
 */
export class AWSXRayPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    try {
      const spanContext = outgoingSpanContext(context);
      if (spanContext !== undefined) setter.set(carrier, TRACE_HEADER, format(spanContext));
    } catch (error) {
      contained('inject', 'AWSXRayPropagator', error);
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    try {
      const header = firstValue(readHeader(carrier, getter, TRACE_HEADER));
      return header === undefined ? context : withXRayHeader(context, header);
    } catch (error) {
      contained('extract', 'AWSXRayPropagator', error);
      return context;
    }
  }

  fields(): string[] {
    return [TRACE_HEADER];
  }
}

/** The context with the parent that the text of a header names, or unchanged if it names none. */
export function withXRayHeader(context: Context, header: string): Context {
  const parent = parse(header, trace.getSpanContext(context)?.traceState);
  return parent === undefined ? context : withRemoteParent(context, parent);
}

function format({ traceId, spanId, traceFlags }: SpanContext): string {
  const sampled = traceFlags & SAMPLED ? '1' : '0';
  return `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)};Parent=${spanId};Sampled=${sampled}`;
}

function parse(header: string, traceState: TraceState | undefined): SpanIdentity | undefined {
  const parts = knownParts(header);
  if (parts === undefined) return undefined;
  const traceId = parseRoot(parts.get('Root'));
  const spanId = parts.get('Parent')?.toLowerCase();
  const sampled = parts.get('Sampled');
  if (traceId === undefined || !isSpanId(spanId)) return undefined;
  if (sampled !== '0' && sampled !== '1') return undefined;
  return remoteIdentity(traceId, spanId, sampled === '1' ? SAMPLED : 0, traceState);
}

/** None where a part comes twice, as where HTTP has joined two headers: they may name two parents. */
function knownParts(header: string): Map<string, string> | undefined {
  const parts = new Map<string, string>();
  for (const part of header.split(';')) {
    const [key, value] = keyAndValue(part);
    if (key !== 'Root' && key !== 'Parent' && key !== 'Sampled') continue;
    if (parts.has(key)) return undefined;
    parts.set(key, value);
  }
  return parts;
}

function keyAndValue(part: string): [string, string] {
  const equals = part.indexOf('=');
  return [trimOws(part.slice(0, Math.max(0, equals))), trimOws(part.slice(equals + 1))];
}

/** `1-{8 hex}-{24 hex}`. */
function parseRoot(root: string | undefined): string | undefined {
  if (root?.length !== 35 || !root.startsWith('1-') || root[10] !== '-') return undefined;
  const traceId = (root.slice(2, 10) + root.slice(11)).toLowerCase();
  return isTraceId(traceId) ? traceId : undefined;
}
