import type {
  Attributes,
  HrTime,
  Link,
  SpanContext,
  SpanKind,
  SpanStatus,
} from '@opentelemetry/api';
import type { InstrumentationScope } from './instrumentation-scope.js';
import type { Resource } from './resource.js';

/** Something that happened at one moment of a span. */
export interface TimedEvent {
  readonly time: HrTime;
  readonly name: string;
  readonly attributes?: Attributes;
  /** How many attributes of this event its limit discarded. */
  readonly droppedAttributesCount?: number;
}

/**
 * A span as processors and exporters read it (specification: readable span). Times are `[seconds,
 * nanoseconds]` since the epoch.
 */
export interface ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind;
  readonly spanContext: () => SpanContext;
  readonly parentSpanContext?: SpanContext;
  /** The older name of `parentSpanContext.spanId`, for exporters written for SDK 1.x. */
  readonly parentSpanId?: string | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: Link[];
  readonly events: TimedEvent[];
  readonly ended: boolean;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  /** The older name of `instrumentationScope`, for exporters written for SDK 1.x; our own spans have it. */
  readonly instrumentationLibrary?: InstrumentationScope | undefined;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** The span id of the parent, by either name; undefined for a root. */
export function parentIdOf(span: ReadableSpan): string | undefined {
  return span.parentSpanContext?.spanId ?? span.parentSpanId;
}
