import {
  SpanStatusCode,
  type Attributes,
  type Link,
  type SpanContext,
  type TraceState,
} from '@opentelemetry/api';
import type { InstrumentationScope } from '../../lib/instrumentation-scope.js';
import type { ReadableSpan, TimedEvent } from '../../lib/readable-span.js';
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
  encodingBy,
  partOf,
  reportUnencodable,
  type EncodedPart,
  type EncodedRequest,
} from './encoded-request.js';
import { groupSpans, type ResourceGroup, type ScopeGroup } from './group.js';
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.js';
import { writeListedPairs, writePairs } from './json-attributes.js';
import { writeJsonText, writeNanos, writeStagedJson } from './json-text.js';
import { piece, type Piece } from './piece.js';
import { otlpFlags, otlpKind } from './span-fields.js';
import { asWritten, textsOf, type Events, type Links } from './span-texts.js';
import type { BackwardWriter } from './writer.js';

/**
 * Spans as the OTLP JSON of an `ExportTraceServiceRequest`, which is also that of `TracesData`: one line
 * without a line feed at its end (OTLP specification, JSON protobuf encoding; E-JSON-01 to 06).
 *
 * Members with default values are left out. A span with invalid ids, or that throws while it is read,
 * is left out and reported.
 */
export function encodeTracesJson(spans: readonly ReadableSpan[]): string {
  const { buffer, byteOffset, byteLength } = encodeTracesJsonBytes(spans);
  return Buffer.from(buffer, byteOffset, byteLength).toString('utf8');
}

/**
 * The same as UTF-8. The result is a view of a larger buffer: copy it before handing its `buffer` to
 * anything.
 */
export function encodeTracesJsonBytes(spans: readonly ReadableSpan[]): Uint8Array {
  return jsonEncoding.request(spans).body;
}

/** For exporters: requests with the number of spans in them, and parts that an outbox joins when they are sent. */
export const jsonEncoding = encodingBy('json', { writeRequest, writePart, writeJoined });

/*
 * Texts are laid down from the last to the first (see BackwardWriter): read each function from bottom to
 * top. What writes spans returns how many it wrote: none means that its caller takes it back.
 */

const REQUEST = piece('{"resourceSpans":[');
const REQUEST_END = piece(']}');
const RESOURCE = piece('{"resource":{"attributes":[');
const SCOPES = piece(']},"scopeSpans":[');
const SCOPES_ALONE = piece('},"scopeSpans":[');
const ENTITY_REFS = piece('],"entityRefs":');
const SCOPE = piece('{"scope":{"name":"');
const SPANS = piece('},"spans":[');
const LIST_END = piece(']');
const MESSAGE_END = piece('}');
const TEXT_END = piece('"');
const COMMA = piece(',');

function writeRequest(w: BackwardWriter, spans: readonly ReadableSpan[]): EncodedRequest {
  w.piece(REQUEST_END);
  const count = writeList(w, groupSpans(spans), writeResourceSpans);
  w.piece(REQUEST);
  return { body: w.finish(), spans: count };
}

function writePart(w: BackwardWriter, group: ResourceGroup): EncodedPart {
  const { resource, scopes } = group;
  if (resource.asyncAttributesPending) {
    const spans = writeList(w, scopes, writeScopeSpans);
    return { resource, spans, content: w.finishApart() };
  }
  w.piece(REQUEST_END);
  writeAfterScopes(w, resource);
  const before = w.size;
  const spans = writeList(w, scopes, writeScopeSpans);
  const after = w.size;
  writeBeforeScopes(w, resource);
  w.piece(REQUEST);
  return partOf(group, spans, w.finishApart(), { before, after });
}

function writeJoined(
  w: BackwardWriter,
  resource: Resource,
  contents: readonly Uint8Array[],
): Uint8Array {
  w.piece(REQUEST_END);
  writeAfterScopes(w, resource);
  for (let i = contents.length - 1; i >= 0; i--) {
    w.raw(contents[i]!);
    if (i > 0) w.piece(COMMA);
  }
  writeBeforeScopes(w, resource);
  w.piece(REQUEST);
  return w.finishApart();
}

function writeResourceSpans(w: BackwardWriter, { resource, scopes }: ResourceGroup): number {
  writeAfterScopes(w, resource);
  const count = writeList(w, scopes, writeScopeSpans);
  writeBeforeScopes(w, resource);
  return count;
}

function writeAfterScopes(w: BackwardWriter, { schemaUrl }: Resource): void {
  w.piece(MESSAGE_END);
  writeMember(w, SCHEMA_URL, schemaUrl);
  w.piece(LIST_END);
}

function writeBeforeScopes(w: BackwardWriter, { attributes, entityRefs }: Resource): void {
  if (entityRefs === undefined) {
    w.piece(SCOPES);
  } else {
    w.piece(SCOPES_ALONE);
    w.text(JSON.stringify(entityRefs));
    w.piece(ENTITY_REFS);
  }
  writePairs(w, attributes);
  w.piece(RESOURCE);
}

function writeScopeSpans(w: BackwardWriter, { scope, spans }: ScopeGroup): number {
  w.piece(MESSAGE_END);
  writeMember(w, SCHEMA_URL, scope.schemaUrl);
  w.piece(LIST_END);
  const count = writeList(w, spans, tryToWriteSpan);
  w.piece(SPANS);
  writeScope(w, scope);
  return count;
}

function writeScope(w: BackwardWriter, scope: InstrumentationScope): void {
  writeAttributes(w, scope.attributes);
  writeMember(w, VERSION, scope.version);
  w.piece(TEXT_END);
  writeJsonText(w, scope.name || '');
  w.piece(SCOPE);
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
    if (count > 0) w.piece(COMMA);
    const written = write(w, items[i]!);
    if (written === 0) w.rewind(size);
    count += written;
  }
  return count;
}

function tryToWriteSpan(w: BackwardWriter, span: ReadableSpan): number {
  const size = w.size;
  try {
    writeSpan(w, span);
    return 1;
  } catch (error) {
    w.rewind(size);
    reportUnencodable(error);
    return 0;
  }
}

const TRACE_ID = piece('{"traceId":"');
const SPAN_ID = piece('","spanId":"');
const TRACE_STATE = piece(',"traceState":"');
const PARENT_ID = piece(',"parentSpanId":"');
const NAME = piece(',"name":"');
/** By kind. */
const KINDS = [0, 1, 2, 3, 4, 5].map((kind) => piece(`","kind":${kind},"startTimeUnixNano":"`));
const END_TIME = piece('","endTimeUnixNano":"');
const DROPPED_ATTRIBUTES = piece(',"droppedAttributesCount":');
const EVENTS = piece(',"events":[');
const DROPPED_EVENTS = piece(',"droppedEventsCount":');
const LINKS = piece(',"links":[');
const DROPPED_LINKS = piece(',"droppedLinksCount":');
const FLAGS = piece(',"flags":');

/** @throws TypeError when its ids are invalid */
function writeSpan(w: BackwardWriter, span: ReadableSpan): void {
  const { name } = span;
  const attributes = attributeListOf(span) ?? span.attributes;
  const events = eventRecordsOf(span) ?? span.events;
  const links = linkRecordsOf(span) ?? span.links;
  w.stageJson(textsOf(name, attributes, events, links));
  const identity = identityOf(span);
  const context = identity ?? span.spanContext();
  const parent = identity === undefined ? span.parentSpanContext : parentOf(span as Span);
  writeFlags(w, otlpFlags(context.traceFlags, parent));
  writeStatus(w, span.status);
  writeCount(w, DROPPED_LINKS, span.droppedLinksCount);
  writeLinks(w, links);
  writeCount(w, DROPPED_EVENTS, span.droppedEventsCount);
  writeEvents(w, events);
  writeCount(w, DROPPED_ATTRIBUTES, span.droppedAttributesCount);
  writeAttributes(w, attributes);
  w.piece(TEXT_END);
  writeNanos(w, span.endTime);
  w.piece(END_TIME);
  writeNanos(w, span.startTime);
  w.piece(KINDS[otlpKind(span.kind)]!);
  writeStagedJson(w, name);
  w.piece(NAME);
  writeParentId(w, parent ?? span.parentSpanId);
  writeState(w, context.traceState);
  w.piece(TEXT_END);
  if (context instanceof SpanIdentity) writeIdentity(w, context);
  else writeIds(w, context);
  w.piece(TRACE_ID);
}

function writeIdentity(w: BackwardWriter, identity: SpanIdentity): void {
  const { traceId } = identity;
  writeSpanId(w, identity);
  w.piece(SPAN_ID);
  if (typeof traceId === 'string') w.hexDigits(traceId, TRACE_ID_BYTES);
  else {
    w.hex32(traceId.fourth);
    w.hex32(traceId.third);
    w.hex32(traceId.second);
    w.hex32(traceId.first);
  }
}

function writeSpanId(w: BackwardWriter, { spanId, high, low }: SpanIdentity): void {
  if (spanId !== undefined) w.hexDigits(spanId, SPAN_ID_BYTES);
  else {
    w.hex32(low);
    w.hex32(high);
  }
}

/** Of a span of another maker. */
function writeIds(w: BackwardWriter, { traceId, spanId }: SpanContext): void {
  let complete = w.hexDigits(spanId, SPAN_ID_BYTES);
  w.piece(SPAN_ID);
  complete = w.hexDigits(traceId, TRACE_ID_BYTES) && complete;
  if (!complete) throw new TypeError(`invalid ids: trace ${traceId}, span ${spanId}`);
}

function writeParentId(
  w: BackwardWriter,
  parent: SpanIdentity | SpanContext | string | undefined,
): void {
  if (parent === undefined) return;
  const size = w.size;
  w.piece(TEXT_END);
  if (parent instanceof SpanIdentity) writeSpanId(w, parent);
  else if (!w.hexDigits(typeof parent === 'string' ? parent : parent.spanId, SPAN_ID_BYTES)) {
    return w.rewind(size);
  }
  w.piece(PARENT_ID);
}

const STATUS = piece(',"status":{');
const MESSAGE = piece('"message":"');
const CODES = [0, 1, 2].map((code) => piece(`"code":${code}}`));

function writeStatus(w: BackwardWriter, { code, message }: ReadableSpan['status']): void {
  if (code === SpanStatusCode.UNSET) return;
  w.piece(CODES[code]!);
  if (message) {
    w.piece(MESSAGE_GAP);
    writeJsonText(w, message);
    w.piece(MESSAGE);
  }
  w.piece(STATUS);
}

const MESSAGE_GAP = piece('",');

const EVENT = piece('{"timeUnixNano":"');
const EVENT_NAME = piece('","name":"');

function writeEvents(w: BackwardWriter, events: Events): void {
  if (events instanceof RecordList) writeRecords(w, EVENTS, events, writeEventRecord);
  else writeMessages(w, EVENTS, events, writeReadEvent);
}

function writeEventRecord(w: BackwardWriter, event: EventRecord): void {
  writeEvent(w, event, writeStagedJson);
}

function writeReadEvent(w: BackwardWriter, event: TimedEvent): void {
  writeEvent(w, event, writeJsonText);
}

function writeEvent(
  w: BackwardWriter,
  event: TimedEvent | EventRecord,
  writeName: typeof writeJsonText,
): void {
  const { name, attributes, droppedAttributesCount } = event;
  w.piece(MESSAGE_END);
  writeCount(w, DROPPED_ATTRIBUTES, droppedAttributesCount);
  writeAttributes(w, attributes);
  w.piece(TEXT_END);
  writeName(w, name);
  w.piece(EVENT_NAME);
  writeNanos(w, event.time);
  w.piece(EVENT);
}

function writeLinks(w: BackwardWriter, links: Links): void {
  if (links instanceof RecordList) writeRecords(w, LINKS, links, writeLink);
  else writeMessages(w, LINKS, links, writeLink);
}

function writeLink(w: BackwardWriter, link: Link | LinkRecord): void {
  const { context, attributes, droppedAttributesCount } = link;
  writeFlags(w, otlpFlags(context.traceFlags, context));
  writeCount(w, DROPPED_ATTRIBUTES, droppedAttributesCount);
  writeAttributes(w, attributes);
  writeLinked(w, context);
}

/** A link may carry something without leading anywhere: then its ids are empty. */
function writeLinked(w: BackwardWriter, { traceId, spanId, traceState }: SpanContext): void {
  writeState(w, traceState);
  w.piece(TEXT_END);
  w.hexDigits(spanId, SPAN_ID_BYTES);
  w.piece(SPAN_ID);
  w.hexDigits(traceId, TRACE_ID_BYTES);
  w.piece(TRACE_ID);
}

/** The last member of a message. */
function writeFlags(w: BackwardWriter, flags: number): void {
  w.piece(MESSAGE_END);
  w.digits(flags);
  w.piece(FLAGS);
}

function writeMessages<T>(
  w: BackwardWriter,
  member: Piece,
  items: readonly T[],
  write: (w: BackwardWriter, item: T) => void,
): void {
  if (items.length === 0) return;
  w.piece(LIST_END);
  for (let i = items.length - 1; i >= 0; i--) {
    write(w, items[i]!);
    if (i > 0) w.piece(COMMA);
  }
  w.piece(member);
}

function writeRecords<R extends { readonly previous: R | undefined }>(
  w: BackwardWriter,
  member: Piece,
  { last }: { readonly last: R | undefined },
  write: (w: BackwardWriter, record: R) => void,
): void {
  if (last === undefined) return;
  w.piece(LIST_END);
  for (let record: R | undefined = last; record !== undefined; record = record.previous) {
    write(w, record);
    if (record.previous !== undefined) w.piece(COMMA);
  }
  w.piece(member);
}

const ATTRIBUTES = piece(',"attributes":[');

function writeAttributes(
  w: BackwardWriter,
  attributes: AttributeList | Attributes | undefined,
): void {
  if (attributes === undefined) return;
  const size = w.size;
  w.piece(LIST_END);
  const empty = w.size;
  const written = asWritten(attributes);
  if (written instanceof AttributeList) writeListedPairs(w, written);
  else writePairs(w, written);
  if (w.size > empty) w.piece(ATTRIBUTES);
  else w.rewind(size);
}

function writeCount(w: BackwardWriter, member: Piece, count: number | undefined): void {
  if (!(count! > 0)) return;
  w.digits(count!);
  w.piece(member);
}

function writeState(w: BackwardWriter, state: TraceState | undefined): void {
  if (state !== undefined) writeMember(w, TRACE_STATE, state.serialize());
}

const SCHEMA_URL = piece(',"schemaUrl":"');
const VERSION = piece(',"version":"');

/** A member that is left out when it is empty. */
function writeMember(w: BackwardWriter, member: Piece, text: string | undefined): void {
  if (!text) return;
  w.piece(TEXT_END);
  writeJsonText(w, text);
  w.piece(member);
}
