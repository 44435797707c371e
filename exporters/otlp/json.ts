import {
  SpanStatusCode,
  type Attributes,
  type HrTime,
  type Link,
  type TraceState,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '../../lib/instrumentation-scope.js';
import type { ReadableSpan, TimedEvent } from '../../lib/readable-span.js';
import type { Resource } from '../../lib/resource.js';
import {
  partOf,
  reportUnencodable,
  type EncodedPart,
  type EncodedRequest,
  type PartEncoding,
} from './encoded-request.js';
import { groupSpans, type ResourceGroup, type ScopeGroup } from './group.js';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.js';
import { literal, writeJsonAttributes } from './json-value.js';
import { otlpFlags, otlpKind, parentIdOf } from './span-fields.js';
import { isPlainTime, unusualUnixNano } from './unix-nano.js';
import { exclusively, type BackwardWriter } from './writer.js';

/**
 * Spans as the OTLP JSON of an `ExportTraceServiceRequest`, which is also that of `TracesData`: one line
 * without a line feed at its end (OTLP specification, JSON protobuf encoding; E-JSON-01 to 06).
 *
 * Members with default values are left out. A span with invalid ids, or that throws while it is read,
 * is left out and reported.
 */
export function encodeTracesJson(spans: readonly ReadableSpan[]): string {
  const { buffer, byteOffset, byteLength } = jsonRequest(spans).body;
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

/** The same as UTF-8, with the number of spans in it. The bytes are a view of a larger buffer. */
export function jsonRequest(spans: readonly ReadableSpan[]): EncodedRequest {
  return exclusively((writer) => writeRequest(writer, spans));
}

/** For an outbox: parts that are joined when they are sent. */
export const jsonParts: PartEncoding = {
  parts: (spans) =>
    groupSpans(spans)
      .map((group) => exclusively((writer) => writePart(writer, group)))
      .filter((part) => part.spans > 0),
  join: (resource, contents) => exclusively((writer) => writeJoined(writer, resource, contents)),
};

/*
 * Every function writes the members of its object from the last to the first (see BackwardWriter), so
 * that they come out in the order below: read each from bottom to top. The first member of an object is
 * always there; the others begin with a comma. What writes spans returns how many it wrote: none means
 * that its caller takes it back.
 */
const M = {
  attributes: literal(',"attributes":['),
  code: literal('"code":'),
  droppedAttributes: literal(',"droppedAttributesCount":'),
  droppedEvents: literal(',"droppedEventsCount":'),
  droppedLinks: literal(',"droppedLinksCount":'),
  endTime: literal(',"endTimeUnixNano":"'),
  events: literal(',"events":['),
  eventTime: literal('{"timeUnixNano":"'),
  firstAttributes: literal('{"attributes":['),
  flags: literal(',"flags":'),
  kind: literal(',"kind":'),
  links: literal(',"links":['),
  message: literal('"message":'),
  name: literal(',"name":'),
  parentSpanId: literal(',"parentSpanId":"'),
  resource: literal('{"resource":'),
  resourceSpans: literal('{"resourceSpans":['),
  schemaUrl: literal(',"schemaUrl":'),
  scope: literal('{"scope":'),
  scopeName: literal('{"name":'),
  scopeSpans: literal(',"scopeSpans":['),
  spanId: literal(',"spanId":"'),
  spans: literal(',"spans":['),
  startTime: literal(',"startTimeUnixNano":"'),
  status: literal(',"status":{'),
  traceId: literal('{"traceId":"'),
  traceState: literal(',"traceState":'),
  version: literal(',"version":'),
};
const COMMA = 0x2c;
const QUOTE = 0x22;
const END_LIST = 0x5d;
const END = 0x7d;

function writeRequest(w: BackwardWriter, spans: readonly ReadableSpan[]): EncodedRequest {
  w.byte(END);
  w.byte(END_LIST);
  const count = writeList(w, groupSpans(spans), writeResourceSpans);
  w.raw(M.resourceSpans);
  return { body: w.finish(), spans: count };
}

function writePart(w: BackwardWriter, group: ResourceGroup): EncodedPart {
  const { resource, scopes } = group;
  if (resource.asyncAttributesPending) {
    const spans = writeList(w, scopes, writeScopeSpans);
    return { resource, spans, content: w.finish() };
  }
  w.byte(END);
  w.byte(END_LIST);
  writeAfterScopes(w, resource);
  const before = w.size;
  const spans = writeList(w, scopes, writeScopeSpans);
  const after = w.size;
  writeBeforeScopes(w, resource);
  w.raw(M.resourceSpans);
  return partOf(group, spans, w.finish(), { before, after });
}

function writeJoined(
  w: BackwardWriter,
  resource: Resource,
  contents: readonly Uint8Array[],
): Uint8Array {
  w.byte(END);
  w.byte(END_LIST);
  writeAfterScopes(w, resource);
  for (let i = contents.length - 1; i >= 0; i--) {
    w.raw(contents[i]!);
    if (i > 0) w.byte(COMMA);
  }
  writeBeforeScopes(w, resource);
  w.raw(M.resourceSpans);
  return w.finish();
}

function writeResourceSpans(w: BackwardWriter, { resource, scopes }: ResourceGroup): number {
  writeAfterScopes(w, resource);
  const count = writeList(w, scopes, writeScopeSpans);
  writeBeforeScopes(w, resource);
  return count;
}

function writeAfterScopes(w: BackwardWriter, { schemaUrl }: Resource): void {
  w.byte(END);
  writeText(w, M.schemaUrl, schemaUrl);
  w.byte(END_LIST);
}

function writeBeforeScopes(w: BackwardWriter, { attributes }: Resource): void {
  w.raw(M.scopeSpans);
  w.byte(END);
  w.byte(END_LIST);
  writeJsonAttributes(w, attributes);
  w.raw(M.firstAttributes);
  w.raw(M.resource);
}

function writeScopeSpans(w: BackwardWriter, { scope, spans }: ScopeGroup): number {
  w.byte(END);
  writeText(w, M.schemaUrl, scope.schemaUrl);
  w.byte(END_LIST);
  const count = writeList(w, spans, writeSpan);
  w.raw(M.spans);
  writeScope(w, scope);
  w.raw(M.scope);
  return count;
}

function writeScope(w: BackwardWriter, { name, version, attributes }: InstrumentationScope): void {
  w.byte(END);
  writeAttributes(w, attributes);
  writeText(w, M.version, version);
  w.jsonString(name || '');
  w.raw(M.scopeName);
}

function writeSpan(w: BackwardWriter, span: ReadableSpan): number {
  const size = w.size;
  try {
    writeSpanMembers(w, span);
    return 1;
  } catch (error) {
    w.rewind(size);
    reportUnencodable(error);
    return 0;
  }
}

/** @throws TypeError when its ids are invalid */
function writeSpanMembers(w: BackwardWriter, span: ReadableSpan): void {
  const { traceId, spanId, traceState, traceFlags } = span.spanContext();
  w.byte(END);
  writeNumber(w, M.flags, otlpFlags(traceFlags, span.parentSpanContext));
  writeStatus(w, span.status);
  writeCount(w, M.droppedLinks, span.droppedLinksCount);
  if (span.links.length > 0) writeMember(w, M.links, span.links, writeLink);
  writeCount(w, M.droppedEvents, span.droppedEventsCount);
  if (span.events.length > 0) writeMember(w, M.events, span.events, writeEvent);
  writeCount(w, M.droppedAttributes, span.droppedAttributesCount);
  writeAttributes(w, span.attributes);
  writeTime(w, M.endTime, span.endTime);
  writeTime(w, M.startTime, span.startTime);
  writeNumber(w, M.kind, otlpKind(span.kind));
  w.jsonString(span.name);
  w.raw(M.name);
  const parentId = parentIdOf(span);
  if (parentId !== undefined) writeId(w, M.parentSpanId, parentId, SPAN_ID_BYTES);
  writeTraceState(w, traceState);
  const complete =
    writeId(w, M.spanId, spanId, SPAN_ID_BYTES) && writeId(w, M.traceId, traceId, TRACE_ID_BYTES);
  if (!complete) throw new TypeError(`invalid ids: trace ${traceId}, span ${spanId}`);
}

function writeStatus(w: BackwardWriter, { code, message }: ReadableSpan['status']): void {
  if (code === SpanStatusCode.UNSET) return;
  w.byte(END);
  w.digits(code);
  w.raw(M.code);
  if (message) {
    w.byte(COMMA);
    w.jsonString(message);
    w.raw(M.message);
  }
  w.raw(M.status);
}

function writeEvent(w: BackwardWriter, event: TimedEvent): number {
  w.byte(END);
  writeCount(w, M.droppedAttributes, event.droppedAttributesCount);
  writeAttributes(w, event.attributes);
  w.jsonString(event.name);
  w.raw(M.name);
  writeTime(w, M.eventTime, event.time);
  return 1;
}

/** A link may carry something without leading anywhere: then its ids are empty. */
function writeLink(
  w: BackwardWriter,
  { context, attributes, droppedAttributesCount }: Link,
): number {
  w.byte(END);
  writeNumber(w, M.flags, otlpFlags(context.traceFlags, context));
  writeCount(w, M.droppedAttributes, droppedAttributesCount);
  writeAttributes(w, attributes);
  writeTraceState(w, context.traceState);
  writeIdOrNone(w, M.spanId, context.spanId, SPAN_ID_BYTES);
  writeIdOrNone(w, M.traceId, context.traceId, TRACE_ID_BYTES);
  return 1;
}

/** Items with commas between them; those in which nothing was written are taken back. */
function writeList<T>(
  w: BackwardWriter,
  items: readonly T[],
  write: (w: BackwardWriter, item: T) => number,
): number {
  let count = 0;
  for (let i = items.length - 1; i >= 0; i--) {
    const size = w.size;
    if (count > 0) w.byte(COMMA);
    const written = write(w, items[i]!);
    if (written === 0) w.rewind(size);
    count += written;
  }
  return count;
}

function writeMember<T>(
  w: BackwardWriter,
  key: Uint8Array,
  items: readonly T[],
  write: (w: BackwardWriter, item: T) => number,
): void {
  w.byte(END_LIST);
  writeList(w, items, write);
  w.raw(key);
}

function writeAttributes(w: BackwardWriter, attributes: Attributes | undefined): void {
  if (attributes === undefined) return;
  const size = w.size;
  w.byte(END_LIST);
  writeJsonAttributes(w, attributes);
  if (w.size === size + 1) w.rewind(size);
  else w.raw(M.attributes);
}

function writeText(w: BackwardWriter, key: Uint8Array, text: string | undefined): void {
  if (!text) return;
  w.jsonString(text);
  w.raw(key);
}

function writeTraceState(w: BackwardWriter, state: TraceState | undefined): void {
  if (state !== undefined) writeText(w, M.traceState, state.serialize());
}

function writeNumber(w: BackwardWriter, key: Uint8Array, value: number): void {
  w.digits(value);
  w.raw(key);
}

function writeCount(w: BackwardWriter, key: Uint8Array, count: number | undefined): void {
  if (count! > 0) writeNumber(w, key, count!);
}

function writeId(w: BackwardWriter, key: Uint8Array, id: string, length: number): boolean {
  const size = w.size;
  w.byte(QUOTE);
  const valid = w.hex(id, length);
  if (valid) w.raw(key);
  else w.rewind(size);
  return valid;
}

function writeIdOrNone(w: BackwardWriter, key: Uint8Array, id: string, length: number): void {
  if (writeId(w, key, id, length)) return;
  w.byte(QUOTE);
  w.raw(key);
}

/** Nanoseconds since the epoch, as a string of decimal digits. */
function writeTime(w: BackwardWriter, key: Uint8Array, time: HrTime): void {
  w.byte(QUOTE);
  if (isPlainTime(time) && time[0] > 0) {
    w.digits(time[1], 9);
    w.digits(time[0]);
  } else {
    w.text(String(unusualUnixNano(time)));
  }
  w.raw(key);
}
