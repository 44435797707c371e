import {
  isSpanContextValid,
  type Attributes,
  type HrTime,
  type SpanContext,
} from '@opentelemetry/api';
import type { ReadableSpan } from '../../lib/index.js';

/** A finished span as plain data: whatever is the same for two SDKs is equal here. */
export interface ShownSpan {
  name: unknown;
  kind: unknown;
  context: string;
  parent: string;
  start: string;
  end: string;
  duration: string;
  status: object;
  attributes: Record<string, unknown>;
  events: ShownEvent[];
  links: ShownLink[];
  dropped: { attributes: number; events: number; links: number };
  scope: { name: unknown; version?: unknown; schemaUrl?: unknown; attributes: unknown };
  resource: Record<string, unknown>;
  ended: boolean;
}

export interface ShownEvent {
  name: unknown;
  time: string;
  attributes: Record<string, unknown>;
  dropped: number;
}

export interface ShownLink {
  context: string;
  attributes: Record<string, unknown>;
  dropped: number;
}

/** @param begun when the program began, in milliseconds: what was not given lies between that and now */
export function shownSpan(span: ReadableSpan, begun: number): ShownSpan {
  const { resource, instrumentationScope: scope, startTime, endTime } = span;
  return {
    name: span.name,
    kind: span.kind,
    context: shownContext(span.spanContext()),
    parent: shownContext(span.parentSpanContext),
    start: shownTime(startTime, begun),
    end: shownTime(endTime, begun),
    duration: shownDuration(span),
    status: { ...span.status },
    attributes: shownAttributes(span.attributes),
    events: span.events.map(({ name, time, attributes, droppedAttributesCount: dropped }) => ({
      name,
      time: shownTime(time, begun),
      attributes: shownAttributes(attributes),
      dropped: dropped ?? 0,
    })),
    links: span.links.map(({ context, attributes, droppedAttributesCount: dropped }) => ({
      context: shownContext(context),
      attributes: shownAttributes(attributes),
      dropped: dropped ?? 0,
    })),
    dropped: {
      attributes: span.droppedAttributesCount,
      events: span.droppedEventsCount,
      links: span.droppedLinksCount,
    },
    scope: { ...scope, attributes: shownAttributes(scope.attributes) },
    resource: shownResource(resource.attributes),
    ended: span.ended,
  };
}

/** `traceId-spanId-flags`, whether it is remote, and the trace state. */
export function shownContext(context: SpanContext | undefined): string {
  if (context === undefined) return 'nothing';
  const { traceId, spanId, traceFlags, traceState, isRemote } = context;
  const ids = isSpanContextValid(context)
    ? `${traceId}-${spanId}`
    : `${traceId}-${spanId} (invalid)`;
  const state = traceState?.serialize();
  return `${ids}-0${traceFlags}${isRemote ? ' remote' : ''}${state ? ` ${state}` : ''}`;
}

/** Where Node was started by its path, the official SDK names an unknown service by that (C-RES-01). */
function shownResource(attributes: Attributes): Record<string, unknown> {
  const shown = shownAttributes(attributes);
  const name = String(shown['service.name']).replace(
    /^unknown_service:.*[\\/]/,
    'unknown_service:',
  );
  return 'service.name' in shown ? { ...shown, 'service.name': name } : shown;
}

export function shownAttributes(attributes: object | undefined): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes ?? {}).map(([key, value]) => [key, shownValue(value)]),
  );
}

/** A value as JSON can say it, with all that JSON would lose. */
export function shownValue(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { number: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { bigint: String(value) };
    case 'object':
      if (value === null) return null;
      if (value instanceof Uint8Array) return { bytes: [...value].join(' ') };
      if (Array.isArray(value)) return value.map((item) => shownValue(item));
      return { map: shownAttributes(value) };
    default:
      return { odd: String(value) };
  }
}

/** `performance.now()` readings that programs give are multiples of this, and below a tenth of a second. */
export const READING_STEP = 20;

/** Now, a reading of the monotonic clock, or the time that was given, to the nanosecond. */
export function shownTime([seconds, nanos]: HrTime, begun: number): string {
  const millis = seconds * 1000 + nanos / 1e6;
  if (millis > begun - 50 && millis < Date.now() + 50) return 'now';
  const reading = millis - performance.timeOrigin;
  if (reading > -READING_STEP / 2 && reading < 100 + READING_STEP / 2) {
    return `reading of ${Math.round(reading / READING_STEP) * READING_STEP}`;
  }
  return `${seconds} s ${nanos} ns`;
}

/** The duration is what lies between the ends: to the nanosecond. */
function shownDuration({ startTime, endTime, duration }: ReadableSpan): string {
  const [seconds, nanos] = duration;
  const isExact =
    nanosOf(endTime) - nanosOf(startTime) === nanosOf(duration) && nanos >= 0 && nanos < 1e9;
  return isExact ? 'end - start' : `${seconds} s ${nanos} ns`;
}

function nanosOf([seconds, nanos]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}
