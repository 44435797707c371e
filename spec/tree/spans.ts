import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import type { Attributes, HrTime, Link, SpanContext, TraceState } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '../../lib/readable-span.js';
import { resourceFromAttributes } from '../../lib/resource.js';

/** What a spec says about a span; times are milliseconds from {@link DAWN}. */
export interface SpanSketch {
  readonly id: string;
  readonly parent?: string;
  /** Whether the parent is in another process. */
  readonly remote?: boolean;
  readonly traceState?: TraceState;
  readonly traceId?: string;
  readonly service?: string;
  readonly name?: string;
  readonly kind?: SpanKind;
  readonly from?: number;
  /** Absent: still running. */
  readonly to?: number;
  readonly error?: boolean | string;
  readonly attributes?: Attributes;
  readonly events?: readonly { at: number; name: string; attributes?: Attributes }[];
  readonly links?: Link[];
  readonly dropped?: number;
}

export const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

/** 2026-11-21T12:03:44.102Z */
export const DAWN: HrTime = [Date.UTC(2026, 10, 21, 12, 3, 44) / 1000, 102_000_000];

/** A finished (or, without `to`, running) span in the shape that exporters see. */
export function spanOf(sketch: SpanSketch): ReadableSpan {
  const { id, parent, from = 0, to, error, service = 'shop-api', traceId = TRACE_ID } = sketch;
  const context: SpanContext = { traceId, spanId: id, traceFlags: TraceFlags.SAMPLED };
  const scope = { name: 'spec' };
  return {
    name: sketch.name ?? id,
    kind: sketch.kind ?? SpanKind.INTERNAL,
    spanContext: () => context,
    ...(parent !== undefined && {
      parentSpanId: parent,
      parentSpanContext: {
        traceId,
        spanId: parent,
        traceFlags: TraceFlags.SAMPLED,
        ...(sketch.remote && { isRemote: true }),
        ...(sketch.traceState && { traceState: sketch.traceState }),
      },
    }),
    startTime: at(from),
    endTime: to === undefined ? [0, 0] : at(to),
    duration: to === undefined ? [0, 0] : toHrTime(to - from),
    status: error
      ? { code: SpanStatusCode.ERROR, ...(typeof error === 'string' && { message: error }) }
      : { code: SpanStatusCode.UNSET },
    attributes: sketch.attributes ?? {},
    links: sketch.links ?? [],
    events: (sketch.events ?? []).map((event): TimedEvent => ({ ...event, time: at(event.at) })),
    ended: to !== undefined,
    resource: resourceFromAttributes({ 'service.name': service }),
    instrumentationScope: scope,
    instrumentationLibrary: scope,
    droppedAttributesCount: sketch.dropped ?? 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

export function spansOf(...sketches: SpanSketch[]): ReadableSpan[] {
  return sketches.map(spanOf);
}

/** A moment so many milliseconds after {@link DAWN}. */
export function at(millis: number): HrTime {
  const [seconds, nanos] = toHrTime(millis);
  const sum = DAWN[1] + nanos;
  return [DAWN[0] + seconds + Math.floor(sum / 1e9), sum % 1e9];
}

function toHrTime(millis: number): HrTime {
  const seconds = Math.floor(millis / 1000);
  return [seconds, Math.round((millis - seconds * 1000) * 1e6)];
}
