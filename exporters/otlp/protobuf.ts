import { SpanStatusCode, type Attributes, type Link, type SpanContext } from '@opentelemetry/api';
import type { InstrumentationScope } from '../../lib/instrumentation-scope.js';
import type { ReadableSpan, TimedEvent } from '../../lib/readable-span.js';
import type { EntityRef } from '../../lib/entities.js';
import type { Resource } from '../../lib/resource.js';
import { SpanIdentity } from '../../lib/identity.js';
import { AttributeList } from '../../lib/attributes.js';
import { RecordList, type EventRecord, type LinkRecord } from '../../lib/records.js';
import {
  attributeListOf,
  eventRecordsOf,
  identityOf,
  linkRecordsOf,
  parentOf,
  type Span,
} from '../../lib/span.js';
import {
  anyValueKind,
  ARRAY,
  BOOL,
  BYTES,
  countItems,
  DOUBLE,
  INT,
  KVLIST,
  MAX_DEPTH,
  STRING,
} from './any-value.js';
import {
  encodingBy,
  partOf,
  reportUnencodable,
  type EncodedPart,
  type EncodedRequest,
} from './encoded-request.js';
import { groupSpans, type ResourceGroup, type ScopeGroup } from './group.js';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.js';
import { KeyTable, Piece } from './piece.js';
import { otlpFlags, otlpKind } from './span-fields.js';
import { asWritten, textsOf, type Events, type Links } from './span-texts.js';
import { BackwardWriter } from './writer.js';

/*
 * Every function writes the fields of its message from the last to the first (see BackwardWriter), so
 * that they come out in ascending order. A tag is `number << 3 | wire type`: 0 varint, 1 eight bytes,
 * 2 length and contents, 5 four bytes. Field numbers: CHECKLIST E-PB-01 to 04.
 */

/**
 * Spans as a binary `ExportTraceServiceRequest` (opentelemetry-proto 1.x), which is also `TracesData`.
 *
 * A span with invalid ids, or that throws while it is read, is left out and reported. The result is a view of a larger
 * buffer: copy it before handing its `buffer` to anything.
 */
export function encodeTraces(spans: readonly ReadableSpan[]): Uint8Array {
  return protobufEncoding.request(spans).body;
}

/** For exporters: requests with the number of spans in them, and parts that an outbox joins when they are sent. */
export const protobufEncoding = encodingBy('protobuf', { writeRequest, writePart, writeJoined });

function writePart(writer: BackwardWriter, group: ResourceGroup): EncodedPart {
  const { resource, scopes } = group;
  if (resource.asyncAttributesPending) {
    const spans = writeScopes(writer, scopes);
    return { resource, spans, content: writer.finishApart() };
  }
  if (resource.schemaUrl) writer.string(0x1a, resource.schemaUrl);
  const before = writer.size;
  const spans = writeScopes(writer, scopes);
  const after = writer.size;
  writeResource(writer, resource);
  writer.message(0x0a, 0);
  return partOf(group, spans, writer.finishApart(), { before, after });
}

function writeJoined(
  writer: BackwardWriter,
  resource: Resource,
  contents: readonly Uint8Array[],
): Uint8Array {
  if (resource.schemaUrl) writer.string(0x1a, resource.schemaUrl);
  for (let i = contents.length - 1; i >= 0; i--) writer.raw(contents[i]!);
  writeResource(writer, resource);
  writer.message(0x0a, 0);
  return writer.finishApart();
}

function writeRequest(writer: BackwardWriter, spans: readonly ReadableSpan[]): EncodedRequest {
  let count = 0;
  for (const { resource, scopes } of groupSpans(spans).toReversed()) {
    const size = writer.size;
    if (resource.schemaUrl) writer.string(0x1a, resource.schemaUrl);
    const inResource = writeScopes(writer, scopes);
    if (inResource === 0) {
      writer.rewind(size);
      continue;
    }
    writeResource(writer, resource);
    writer.message(0x0a, size);
    count += inResource;
  }
  return { body: writer.finish(), spans: count };
}

function writeScopes(writer: BackwardWriter, scopes: readonly ScopeGroup[]): number {
  let count = 0;
  for (let i = scopes.length - 1; i >= 0; i--) count += writeScopeSpans(writer, scopes[i]!);
  return count;
}

function writeResource(writer: BackwardWriter, { attributes, entityRefs }: Resource): void {
  const size = writer.size;
  for (const ref of entityRefs?.toReversed() ?? []) writeEntityRef(writer, ref);
  writeAttributes(writer, 0x0a, attributes);
  writer.message(0x0a, size);
}

function writeEntityRef(writer: BackwardWriter, ref: EntityRef): void {
  const size = writer.size;
  for (const key of ref.descriptionKeys.toReversed()) writer.string(0x22, key);
  for (const key of ref.idKeys.toReversed()) writer.string(0x1a, key);
  writer.string(0x12, ref.type);
  if (ref.schemaUrl) writer.string(0x0a, ref.schemaUrl);
  writer.message(0x1a, size);
}

function writeScopeSpans(writer: BackwardWriter, { scope, spans }: ScopeGroup): number {
  const size = writer.size;
  if (scope.schemaUrl) writer.string(0x1a, scope.schemaUrl);
  let count = 0;
  for (let i = spans.length - 1; i >= 0; i--) {
    const before = writer.size;
    try {
      writeSpan(writer, spans[i]!);
      count++;
    } catch (error) {
      writer.rewind(before);
      reportUnencodable(error);
    }
  }
  if (count === 0) {
    writer.rewind(size);
    return 0;
  }
  writeScope(writer, scope);
  writer.message(0x12, size);
  return count;
}

function writeScope(writer: BackwardWriter, scope: InstrumentationScope): void {
  const size = writer.size;
  if (scope.attributes !== undefined) writeAttributes(writer, 0x1a, scope.attributes);
  if (scope.version) writer.string(0x12, scope.version);
  if (scope.name) writer.string(0x0a, scope.name);
  writer.message(0x0a, size);
}

/** @throws TypeError when its ids are invalid */
function writeSpan(writer: BackwardWriter, span: ReadableSpan): void {
  const size = writer.size;
  const { name } = span;
  const attributes = attributeListOf(span) ?? span.attributes;
  const events = eventRecordsOf(span) ?? span.events;
  const links = linkRecordsOf(span) ?? span.links;
  writer.stage(textsOf(name, attributes, events, links));
  const identity = identityOf(span);
  const context = identity ?? span.spanContext();
  const parent = identity === undefined ? span.parentSpanContext : parentOf(span as Span);
  writer.fixed32(0x85, otlpFlags(context.traceFlags, parent));
  writeStatus(writer, span.status);
  if (span.droppedLinksCount > 0) writer.uint32(0x70, span.droppedLinksCount);
  writeLinks(writer, links);
  if (span.droppedEventsCount > 0) writer.uint32(0x60, span.droppedEventsCount);
  writeEvents(writer, events);
  if (span.droppedAttributesCount > 0) writer.uint32(0x50, span.droppedAttributesCount);
  writeAttributes(writer, 0x4a, attributes);
  writer.time(0x41, span.endTime);
  writer.time(0x39, span.startTime);
  writer.uint32(0x30, otlpKind(span.kind));
  if (name !== '') writer.stagedString(0x2a, name);
  writeParentId(writer, parent ?? span.parentSpanId);
  const state = context.traceState?.serialize();
  if (state) writer.string(0x1a, state);
  if (context instanceof SpanIdentity) writeIdentity(writer, context);
  else writeIds(writer, context);
  writer.message(0x12, size);
}

function writeParentId(
  writer: BackwardWriter,
  parent: SpanIdentity | SpanContext | string | undefined,
): void {
  if (parent instanceof SpanIdentity) writeSpanId(writer, 0x22, parent);
  else {
    const id = typeof parent === 'object' ? parent.spanId : parent;
    if (id !== undefined) writer.id(0x22, id, SPAN_ID_BYTES);
  }
}

function writeIdentity(writer: BackwardWriter, identity: SpanIdentity): void {
  const { traceId } = identity;
  writeSpanId(writer, 0x12, identity);
  if (typeof traceId === 'string') writer.id(0x0a, traceId, TRACE_ID_BYTES);
  else writer.id128(0x0a, traceId);
}

function writeSpanId(writer: BackwardWriter, tag: number, identity: SpanIdentity): void {
  const { spanId } = identity;
  if (spanId === undefined) writer.id64(tag, identity.high, identity.low);
  else writer.id(tag, spanId, SPAN_ID_BYTES);
}

/** Of a span of another maker. */
function writeIds(writer: BackwardWriter, { traceId, spanId }: SpanContext): void {
  const complete =
    writer.id(0x12, spanId, SPAN_ID_BYTES) && writer.id(0x0a, traceId, TRACE_ID_BYTES);
  if (!complete) throw new TypeError(`invalid ids: trace ${traceId}, span ${spanId}`);
}

function writeStatus(writer: BackwardWriter, { code, message }: ReadableSpan['status']): void {
  if (code === SpanStatusCode.UNSET) return;
  const size = writer.size;
  writer.uint32(0x18, code);
  if (message) writer.string(0x12, message);
  writer.message(0x7a, size);
}

function writeEvents(writer: BackwardWriter, events: Events): void {
  if (events instanceof RecordList) writeRecords(writer, events, writeEventRecord);
  else for (let i = events.length - 1; i >= 0; i--) writeEvent(writer, events[i]!, writeString);
}

function writeEventRecord(writer: BackwardWriter, event: EventRecord): void {
  writeEvent(writer, event, writeStagedString);
}

function writeEvent(
  writer: BackwardWriter,
  event: TimedEvent | EventRecord,
  writeName: typeof writeString,
): void {
  const { name, attributes, droppedAttributesCount } = event;
  const size = writer.size;
  if (droppedAttributesCount! > 0) writer.uint32(0x20, droppedAttributesCount!);
  writeAttributes(writer, 0x1a, attributes);
  writeName(writer, 0x12, name);
  writer.time(0x09, event.time);
  writer.message(0x5a, size);
}

function writeLinks(writer: BackwardWriter, links: Links): void {
  if (links instanceof RecordList) writeRecords(writer, links, writeLink);
  else for (let i = links.length - 1; i >= 0; i--) writeLink(writer, links[i]!);
}

function writeLink(writer: BackwardWriter, link: Link | LinkRecord): void {
  const { context, attributes, droppedAttributesCount } = link;
  const size = writer.size;
  writer.fixed32(0x35, otlpFlags(context.traceFlags, context));
  if (droppedAttributesCount! > 0) writer.uint32(0x28, droppedAttributesCount!);
  writeAttributes(writer, 0x22, attributes);
  writeLinked(writer, context);
  writer.message(0x6a, size);
}

function writeRecords<R extends { readonly previous: R | undefined }>(
  writer: BackwardWriter,
  { last }: { readonly last: R | undefined },
  write: (writer: BackwardWriter, record: R) => void,
): void {
  for (let record = last; record !== undefined; record = record.previous) write(writer, record);
}

/** A link may carry something without leading anywhere: then its ids are left out. */
function writeLinked(writer: BackwardWriter, { traceId, spanId, traceState }: SpanContext): void {
  const state = traceState?.serialize();
  if (state) writer.string(0x1a, state);
  writer.id(0x12, spanId, SPAN_ID_BYTES);
  writer.id(0x0a, traceId, TRACE_ID_BYTES);
}

function writeString(writer: BackwardWriter, tag: number, text: string): void {
  writer.string(tag, text);
}

/** One of the span's {@link textsOf}. */
function writeStagedString(writer: BackwardWriter, tag: number, text: string): void {
  writer.stagedString(tag, text);
}

function writeAttributes(
  writer: BackwardWriter,
  tag: number,
  attributes: AttributeList | Attributes | undefined,
): void {
  if (attributes === undefined) return;
  const written = asWritten(attributes);
  if (written instanceof AttributeList) writeListedPairs(writer, tag, written);
  else writePairs(writer, tag, written, 0);
}

/** Each attribute as a `KeyValue` under the tag. Properties that are `undefined` are left out. */
function writePairs(
  writer: BackwardWriter,
  tag: number,
  attributes: Attributes,
  depth: number,
): void {
  const keys = Object.keys(attributes);
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i]!;
    const value = attributes[key];
    if (value === undefined) continue;
    const size = writer.size;
    writeMember(writer, value, depth);
    writer.keyValue(tag, keyFields.of(key), size);
  }
}

/** The `key` fields of key-value pairs. */
const keyFields = new KeyTable((key) => {
  const writer = new BackwardWriter();
  writer.string(0x0a, key);
  return new Piece(writer.finish());
});

/** The same for attributes as they were written, whose texts are staged. */
function writeListedPairs(
  writer: BackwardWriter,
  tag: number,
  { keys, values }: AttributeList,
): void {
  const known = keyFields.ofList(keys);
  for (let i = known.length - 1; i >= 0; i--) {
    const value = values[i];
    const size = writer.size;
    if (typeof value === 'string') writer.stagedString(0x0a, value);
    else writeMember(writer, value, 0);
    writer.keyValue(tag, known[i]!, size);
  }
}

function writeAnyValue(writer: BackwardWriter, tag: number, value: unknown, depth: number): void {
  const size = writer.size;
  writeMember(writer, value, depth);
  writer.message(tag, size);
}

/** The member of the oneof is written also when it is empty, 0 or false (E-PB-04). */
function writeMember(writer: BackwardWriter, value: unknown, depth: number): void {
  switch (anyValueKind(value)) {
    case STRING:
      writer.string(0x0a, String(value));
      break;
    case BOOL:
      writer.uint32(0x10, value ? 1 : 0);
      break;
    case INT:
      writer.int64(0x18, value as number | bigint);
      break;
    case DOUBLE:
      writer.double(0x21, value as number);
      break;
    case ARRAY:
      writeArray(writer, value as unknown[], depth);
      break;
    case KVLIST:
      if (depth < MAX_DEPTH) writeMap(writer, value as Attributes, depth);
      break;
    case BYTES:
      writer.bytes(0x3a, value as Uint8Array);
      break;
  }
}

function writeArray(writer: BackwardWriter, items: unknown[], depth: number): void {
  countItems(items.length, depth);
  const size = writer.size;
  if (depth < MAX_DEPTH) {
    for (let i = items.length - 1; i >= 0; i--) writeAnyValue(writer, 0x0a, items[i], depth + 1);
  }
  writer.message(0x2a, size);
}

function writeMap(writer: BackwardWriter, map: Attributes, depth: number): void {
  const size = writer.size;
  countItems(Object.keys(map).length, depth);
  writePairs(writer, 0x0a, map, depth + 1);
  writer.message(0x32, size);
}
