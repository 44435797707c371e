import type { Link, SpanContext } from '@opentelemetry/api';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from '../exporters/otlp/ids.js';
import type { InstrumentationScope } from '../lib/instrumentation-scope.js';
import type { ReadableSpan, TimedEvent } from '../lib/readable-span.js';
import type { Resource } from '../lib/resource.js';
import { listOf, objectOf, readAttributes, type Json } from './read-any-value.js';
import {
  readCount,
  readId,
  readKind,
  readStatusCode,
  readText,
  readTime,
  readTraceState,
} from './read-fields.js';
import { receivedResource } from './received-resource.js';

/** What was found in a JSON value. */
export interface TracesRead {
  readonly spans: ReadableSpan[];
  /** Spans without a valid trace id and span id: they belong nowhere. */
  readonly invalid: number;
}

/**
 * The spans in OTLP JSON: `TracesData`, `ExportTraceServiceRequest`, what the OpenTelemetry Collector's
 * file exporter writes and what Tempo answers, or a list of those (OTLP specification, JSON encoding).
 *
 * Generous: enums may be names or numbers, 64-bit integers text or numbers, ids of any case; unknown
 * members are ignored (E-JSON-07), what is missing or cannot be read has its default. Never throws.
 *
 * @returns `undefined` when the value is nothing of the kind; no spans for OTLP's other signals
 */
export function readTraces(value: unknown): TracesRead | undefined {
  const spans: ReadableSpan[] = [];
  const documents = Array.isArray(value) ? (value as unknown[]) : [value];
  let invalid = 0;
  let isOtlp = false;
  for (const document of documents) {
    const traces = resourceSpansOf(objectOf(document));
    if (traces === undefined) continue;
    isOtlp = true;
    for (const item of traces) invalid += readResourceSpans(objectOf(item), spans);
  }
  return isOtlp ? { spans, invalid } : undefined;
}

const OTHER_SIGNALS = ['resourceLogs', 'resourceMetrics', 'resourceProfiles'];

/** Tempo calls them batches, and may put a trace around them. */
function resourceSpansOf(document: Json): readonly unknown[] | undefined {
  const found =
    document['resourceSpans'] ??
    document['batches'] ??
    objectOf(document['trace'])['resourceSpans'];
  if (Array.isArray(found)) return found;
  return OTHER_SIGNALS.some((signal) => signal in document) ? [] : undefined;
}

/** Before OTLP 0.15 scopes were called instrumentation libraries. Returns how many spans are invalid. */
function readResourceSpans(from: Json, spans: ReadableSpan[]): number {
  const resource = receivedResource(
    readAttributes(objectOf(from['resource'])['attributes']),
    readText(from['schemaUrl']),
  );
  let invalid = 0;
  for (const item of listOf(from['scopeSpans'] ?? from['instrumentationLibrarySpans'])) {
    const inScope = objectOf(item);
    const scope = readScope(inScope);
    for (const given of listOf(inScope['spans'])) {
      const span = readSpan(objectOf(given), resource, scope);
      if (span === undefined) invalid++;
      else spans.push(span);
    }
  }
  return invalid;
}

function readScope(from: Json): InstrumentationScope {
  const scope = objectOf(from['scope'] ?? from['instrumentationLibrary']);
  const version = readText(scope['version']);
  const schemaUrl = readText(from['schemaUrl']);
  return {
    name: readText(scope['name']),
    ...(version !== '' && { version }),
    ...(schemaUrl !== '' && { schemaUrl }),
    attributes: readAttributes(scope['attributes']),
  };
}

function readSpan(
  from: Json,
  resource: Resource,
  instrumentationScope: InstrumentationScope,
): ReadableSpan | undefined {
  const traceId = readId(from['traceId'], TRACE_ID_BYTES);
  const spanId = readId(from['spanId'], SPAN_ID_BYTES);
  if (traceId === undefined || spanId === undefined) return undefined;
  const context = contextOf(traceId, spanId, from);
  const startTime = readTime(from['startTimeUnixNano']);
  const endTime = readTime(from['endTimeUnixNano']);
  const message = readText(objectOf(from['status'])['message']);
  return {
    name: readText(from['name']),
    kind: readKind(from['kind']),
    spanContext: () => context,
    ...parentOf(from, context),
    startTime,
    endTime,
    duration: difference(startTime, endTime),
    status: {
      code: readStatusCode(objectOf(from['status'])['code']),
      ...(message !== '' && { message }),
    },
    attributes: readAttributes(from['attributes']),
    links: listOf(from['links']).map((link) => readLink(objectOf(link))),
    events: listOf(from['events']).map((event) => readEvent(objectOf(event))),
    ended: endTime[0] > 0 || endTime[1] > 0,
    resource,
    instrumentationScope,
    instrumentationLibrary: instrumentationScope,
    droppedAttributesCount: readCount(from['droppedAttributesCount']),
    droppedEventsCount: readCount(from['droppedEventsCount']),
    droppedLinksCount: readCount(from['droppedLinksCount']),
  };
}

/** OTLP: SpanFlags. The first bit says that the second is known. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;
const SAMPLED = 1;

/** Spans without flags were made before OTLP had them: what is exported was sampled. */
function contextOf(traceId: string, spanId: string, from: Json): SpanContext {
  const traceState = readTraceState(from['traceState']);
  const traceFlags = from['flags'] === undefined ? SAMPLED : readCount(from['flags']) & 0xff;
  return { traceId, spanId, traceFlags, ...(traceState && { traceState }) };
}

/** The parent's own context where it is known whether that is remote; its trace state is the child's. */
function parentOf(
  from: Json,
  { traceId, traceFlags, traceState }: SpanContext,
): Pick<ReadableSpan, 'parentSpanId' | 'parentSpanContext'> {
  const spanId = readId(from['parentSpanId'], SPAN_ID_BYTES);
  if (spanId === undefined) return {};
  const flags = readCount(from['flags']);
  if ((flags & HAS_IS_REMOTE) === 0) return { parentSpanId: spanId };
  const isRemote = (flags & IS_REMOTE) !== 0;
  const parentSpanContext = {
    traceId,
    spanId,
    traceFlags,
    isRemote,
    ...(traceState && { traceState }),
  };
  return { parentSpanId: spanId, parentSpanContext };
}

function readLink(from: Json): Link {
  const context = contextOf(
    readId(from['traceId'], TRACE_ID_BYTES) ?? '',
    readId(from['spanId'], SPAN_ID_BYTES) ?? '',
    from,
  );
  return {
    context: { ...context, isRemote: (readCount(from['flags']) & IS_REMOTE) !== 0 },
    attributes: readAttributes(from['attributes']),
    droppedAttributesCount: readCount(from['droppedAttributesCount']),
  };
}

function readEvent(from: Json): TimedEvent {
  return {
    time: readTime(from['timeUnixNano']),
    name: readText(from['name']),
    attributes: readAttributes(from['attributes']),
    droppedAttributesCount: readCount(from['droppedAttributesCount']),
  };
}

function difference(
  from: readonly [number, number],
  to: readonly [number, number],
): [number, number] {
  const seconds = to[0] - from[0];
  const nanos = to[1] - from[1];
  if (seconds < 0 || (seconds === 0 && nanos < 0)) return [0, 0];
  return nanos < 0 ? [seconds - 1, nanos + 1e9] : [seconds, nanos];
}
