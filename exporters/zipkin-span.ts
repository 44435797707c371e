import { SpanKind, SpanStatusCode, type Attributes, type HrTime } from '@opentelemetry/api';
import { parentIdOf, type ReadableSpan, type TimedEvent } from '../lib/readable-span.js';
import type { Resource } from '../lib/resource.js';
import { isValidId, SPAN_ID_BYTES, TRACE_ID_BYTES } from './otlp/ids.js';
import { localEndpoint, remoteEndpoint, type ZipkinEndpoint } from './zipkin-endpoint.js';
import { attributesJson, attributeText, jsonText } from './zipkin-text.js';

/** A span in Zipkin's v2 model; members without a value are left out (E-ZIP-09). */
export interface ZipkinSpan {
  traceId: string;
  id: string;
  parentId?: string;
  name?: string;
  kind?: 'CLIENT' | 'SERVER' | 'PRODUCER' | 'CONSUMER';
  /** Microseconds since the epoch. */
  timestamp?: number;
  /** Microseconds. */
  duration: number;
  localEndpoint: ZipkinEndpoint;
  remoteEndpoint?: ZipkinEndpoint;
  annotations?: { timestamp?: number; value: string }[];
  tags?: Record<string, string>;
}

/** One without what comes from the resource. */
export type BareZipkinSpan = Omit<ZipkinSpan, 'localEndpoint'>;

const KINDS = {
  [SpanKind.INTERNAL]: undefined,
  [SpanKind.SERVER]: 'SERVER',
  [SpanKind.CLIENT]: 'CLIENT',
  [SpanKind.PRODUCER]: 'PRODUCER',
  [SpanKind.CONSUMER]: 'CONSUMER',
} as const;

/**
 * One span (specification: OpenTelemetry to Zipkin transformation). Links and trace state have no place in
 * Zipkin.
 *
 * @throws TypeError when its ids are invalid
 */
export function toZipkin(span: ReadableSpan, serviceName?: string): ZipkinSpan {
  return withResource(bareZipkin(span), span.resource, serviceName);
}

/** For a resource that is still being detected. @throws TypeError when its ids are invalid */
export function bareZipkin(span: ReadableSpan): BareZipkinSpan {
  const { traceId, spanId } = span.spanContext();
  if (!isValidId(traceId, TRACE_ID_BYTES) || !isValidId(spanId, SPAN_ID_BYTES)) {
    throw new TypeError(`invalid ids: trace ${traceId}, span ${spanId}`);
  }
  const parentId = parentIdOf(span);
  const kind = KINDS[span.kind];
  const timestamp = microsOf(span.startTime);
  const remote = remoteEndpoint(span);
  return {
    traceId: traceId.toLowerCase(),
    id: spanId.toLowerCase(),
    ...(isValidId(parentId, SPAN_ID_BYTES) && { parentId: parentId.toLowerCase() }),
    ...(span.name && { name: span.name }),
    ...(kind && { kind }),
    ...(timestamp && { timestamp }),
    duration: durationOf(span),
    ...(remote && { remoteEndpoint: remote }),
    ...(span.events.length > 0 && { annotations: span.events.map(toAnnotation) }),
    tags: tagsOf(span),
  };
}

/** Adds the resource: its name is the local endpoint, the rest tags, over which the span's own win. */
export function withResource(
  { tags: own, ...span }: BareZipkinSpan,
  resource: Resource,
  serviceName?: string,
): ZipkinSpan {
  const tags = newTags();
  addAttributes(tags, resource.attributes);
  delete tags['service.name'];
  // Spread, not assigned, so that any key is a plain one.
  const all = { ...tags, ...own };
  // Zipkin shows a span with any `error` tag as failed, also with a false one.
  if (all['error'] === 'false' && all['otel.status_code'] !== 'ERROR') delete all['error'];
  return {
    ...span,
    localEndpoint: localEndpoint(resource, serviceName),
    ...(Object.keys(all).length > 0 && { tags: all }),
  };
}

/** Whole microseconds (E-ZIP-07); `undefined` for what is no time after the epoch. */
function microsOf([seconds, nanos]: HrTime): number | undefined {
  const micros = Math.floor(seconds * 1e6 + Math.floor(nanos / 1000));
  return Number.isFinite(micros) && micros > 0 ? micros : undefined;
}

/** At least 1: Zipkin takes a span without duration for one that has not ended. */
function durationOf({ startTime, endTime }: ReadableSpan): number {
  const seconds = endTime[0] - startTime[0];
  const micros = Math.floor(seconds * 1e6 + Math.floor((endTime[1] - startTime[1]) / 1000));
  return micros >= 1 && Number.isFinite(micros) ? micros : 1;
}

/** `"name": {attributes}` (E-ZIP-07); the bare name where it has none. */
function toAnnotation({ time, name, attributes = {}, droppedAttributesCount = 0 }: TimedEvent): {
  timestamp?: number;
  value: string;
} {
  const all: Attributes = { ...attributes };
  if (droppedAttributesCount > 0) all[DROPPED_ATTRIBUTES] = droppedAttributesCount;
  const isBare = Object.keys(all).length === 0;
  const timestamp = microsOf(time);
  const value = isBare ? name : `${jsonText(name)}: ${attributesJson(all)}`;
  return { ...(timestamp && { timestamp }), value };
}

const DROPPED_ATTRIBUTES = 'otel.dropped_attributes_count';

/** Everything that Zipkin has no member for (E-ZIP-05, 06, 08; T-LIM-13). A span's own attributes win. */
function tagsOf(span: ReadableSpan): Record<string, string> {
  const { attributes, status } = span;
  const scope = span.instrumentationScope ?? span.instrumentationLibrary;
  const tags = newTags();
  addAttributes(tags, scope?.attributes);
  addAttributes(tags, attributes);
  addNamed(tags, ['otel.scope.name', 'otel.library.name'], scope?.name);
  addNamed(tags, ['otel.scope.version', 'otel.library.version'], scope?.version);
  addCount(tags, DROPPED_ATTRIBUTES, span.droppedAttributesCount);
  addCount(tags, 'otel.dropped_events_count', span.droppedEventsCount);
  addCount(tags, 'otel.dropped_links_count', span.droppedLinksCount);
  addStatus(tags, status);
  return tags;
}

/** Without a prototype any key is a plain one. */
function newTags(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

function addAttributes(tags: Record<string, string>, attributes: Attributes | undefined): void {
  if (attributes === undefined) return;
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) tags[key] = attributeText(value);
  }
}

/** The older names are asked for beside the newer ones. */
function addNamed(
  tags: Record<string, string>,
  keys: readonly string[],
  value: string | undefined,
): void {
  if (value) for (const key of keys) tags[key] = value;
}

function addCount(tags: Record<string, string>, key: string, count: number): void {
  if (count > 0) tags[key] = String(count);
}

function addStatus(tags: Record<string, string>, { code, message }: ReadableSpan['status']): void {
  if (code === SpanStatusCode.OK) tags['otel.status_code'] = 'OK';
  if (code !== SpanStatusCode.ERROR) return;
  tags['otel.status_code'] = 'ERROR';
  tags['error'] = message ?? '';
}
