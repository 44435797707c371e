import { SpanStatusCode, type Attributes, type Link, type TraceState } from '@opentelemetry/api';
import type { InstrumentationScope } from '../../lib/instrumentation-scope.js';
import type { ReadableSpan, TimedEvent } from '../../lib/readable-span.js';
import type { Resource } from '../../lib/resource.js';
import { attributeListOf } from '../../lib/span.js';
import {
  partOf,
  reportUnencodable,
  type EncodedPart,
  type EncodedRequest,
  type Encoding,
} from './encoded-request.js';
import { groupSpans, type ResourceGroup, type ScopeGroup } from './group.js';
import { isValidId, SPAN_ID_BYTES, TRACE_ID_BYTES } from './ids.js';
import { escaped, nanosText } from './json-text.js';
import { listedPairs, pairsOf } from './json-value.js';
import { otlpFlags, otlpKind, parentIdOf } from './span-fields.js';
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

/** For an exporter; its outbox joins parts when they are sent. */
export const jsonEncoding: Encoding = {
  name: 'json',
  request: jsonRequest,
  parts: (spans) =>
    groupSpans(spans)
      .map((group) => exclusively((writer) => writePart(writer, group)))
      .filter((part) => part.spans > 0),
  join: (resource, contents) => exclusively((writer) => writeJoined(writer, resource, contents)),
};

/*
 * A span is joined to one text, which the engine turns into bytes at once: no slower than putting its bytes
 * together piece by piece, and shorter. The texts are laid down from the last to the first (see
 * BackwardWriter): read each function from bottom to top. What writes spans returns how many it wrote: none
 * means that its caller takes it back.
 */

function writeRequest(w: BackwardWriter, spans: readonly ReadableSpan[]): EncodedRequest {
  w.text(']}');
  const count = writeList(w, groupSpans(spans), writeResourceSpans);
  w.text('{"resourceSpans":[');
  return { body: w.finish(), spans: count };
}

function writePart(w: BackwardWriter, group: ResourceGroup): EncodedPart {
  const { resource, scopes } = group;
  if (resource.asyncAttributesPending) {
    const spans = writeList(w, scopes, writeScopeSpans);
    return { resource, spans, content: w.finish() };
  }
  w.text(`${afterScopes(resource)}]}`);
  const before = w.size;
  const spans = writeList(w, scopes, writeScopeSpans);
  const after = w.size;
  w.text(`{"resourceSpans":[${beforeScopes(resource)}`);
  return partOf(group, spans, w.finish(), { before, after });
}

function writeJoined(
  w: BackwardWriter,
  resource: Resource,
  contents: readonly Uint8Array[],
): Uint8Array {
  w.text(`${afterScopes(resource)}]}`);
  for (let i = contents.length - 1; i >= 0; i--) {
    w.raw(contents[i]!);
    if (i > 0) w.text(',');
  }
  w.text(`{"resourceSpans":[${beforeScopes(resource)}`);
  return w.finish();
}

function writeResourceSpans(w: BackwardWriter, { resource, scopes }: ResourceGroup): number {
  w.text(afterScopes(resource));
  const count = writeList(w, scopes, writeScopeSpans);
  w.text(beforeScopes(resource));
  return count;
}

function writeScopeSpans(w: BackwardWriter, { scope, spans }: ScopeGroup): number {
  w.text(`]${member('schemaUrl', scope.schemaUrl)}}`);
  const count = writeList(w, spans, writeSpan);
  w.text(`{"scope":${scopeText(scope)},"spans":[`);
  return count;
}

function writeSpan(w: BackwardWriter, span: ReadableSpan): number {
  const size = w.size;
  try {
    w.text(spanText(span));
    return 1;
  } catch (error) {
    w.rewind(size);
    reportUnencodable(error);
    return 0;
  }
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
    if (count > 0) w.text(',');
    const written = write(w, items[i]!);
    if (written === 0) w.rewind(size);
    count += written;
  }
  return count;
}

function beforeScopes({ attributes }: Resource): string {
  return `{"resource":{"attributes":[${pairsOf(attributes)}]},"scopeSpans":[`;
}

function afterScopes({ schemaUrl }: Resource): string {
  return `]${member('schemaUrl', schemaUrl)}}`;
}

function scopeText({ name, version, attributes }: InstrumentationScope): string {
  const text = `{"name":"${escaped(name || '')}"${member('version', version)}`;
  return `${text}${attributesText(attributes)}}`;
}

/** @throws TypeError when its ids are invalid */
function spanText(span: ReadableSpan): string {
  const { traceId, spanId, traceState, traceFlags } = span.spanContext();
  if (!isValidId(traceId, TRACE_ID_BYTES) || !isValidId(spanId, SPAN_ID_BYTES)) {
    throw new TypeError(`invalid ids: trace ${traceId}, span ${spanId}`);
  }
  const parentId = parentIdOf(span);
  const { events, links, droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  const list = attributeListOf(span);

  let text = `{"traceId":"${traceId.toLowerCase()}","spanId":"${spanId.toLowerCase()}"`;
  if (traceState !== undefined) text += stateText(traceState);
  if (isValidId(parentId, SPAN_ID_BYTES)) text += `,"parentSpanId":"${parentId.toLowerCase()}"`;
  text += `,"name":"${escaped(span.name)}","kind":${otlpKind(span.kind)}`;
  text += `,"startTimeUnixNano":"${nanosText(span.startTime)}`;
  text += `","endTimeUnixNano":"${nanosText(span.endTime)}"`;
  text += list === undefined ? attributesText(span.attributes) : inList(listedPairs(list));
  if (droppedAttributesCount > 0) text += `,"droppedAttributesCount":${droppedAttributesCount}`;
  if (events.length > 0) text += `,"events":[${joined(events, eventText)}]`;
  if (droppedEventsCount > 0) text += `,"droppedEventsCount":${droppedEventsCount}`;
  if (links.length > 0) text += `,"links":[${joined(links, linkText)}]`;
  if (droppedLinksCount > 0) text += `,"droppedLinksCount":${droppedLinksCount}`;
  text += statusText(span.status);
  return `${text},"flags":${otlpFlags(traceFlags, span.parentSpanContext)}}`;
}

function joined<T>(items: readonly T[], textOf: (item: T) => string): string {
  let text = '';
  for (const item of items) text += (text === '' ? '' : ',') + textOf(item);
  return text;
}

function statusText({ code, message }: ReadableSpan['status']): string {
  if (code === SpanStatusCode.UNSET) return '';
  return `,"status":{${message ? `"message":"${escaped(message)}",` : ''}"code":${code}}`;
}

function eventText({ name, time, attributes, droppedAttributesCount }: TimedEvent): string {
  const text = `{"timeUnixNano":"${nanosText(time)}","name":"${escaped(name)}"`;
  return `${text}${attributesText(attributes)}${droppedText(droppedAttributesCount)}}`;
}

/** A link may carry something without leading anywhere: then its ids are empty. */
function linkText({ context, attributes, droppedAttributesCount }: Link): string {
  const { traceId, spanId, traceState, traceFlags } = context;
  let text = `{"traceId":"${idOrNone(traceId, TRACE_ID_BYTES)}"`;
  text += `,"spanId":"${idOrNone(spanId, SPAN_ID_BYTES)}"`;
  if (traceState !== undefined) text += stateText(traceState);
  text += attributesText(attributes) + droppedText(droppedAttributesCount);
  return `${text},"flags":${otlpFlags(traceFlags, context)}}`;
}

function idOrNone(id: string, length: number): string {
  return isValidId(id, length) ? id.toLowerCase() : '';
}

function attributesText(attributes: Attributes | undefined): string {
  return attributes === undefined ? '' : inList(pairsOf(attributes));
}

function inList(pairs: string): string {
  return pairs === '' ? '' : `,"attributes":[${pairs}]`;
}

function droppedText(count: number | undefined): string {
  return count! > 0 ? `,"droppedAttributesCount":${count}` : '';
}

function stateText(state: TraceState): string {
  return member('traceState', state.serialize());
}

/** A member that is left out when it is empty. */
function member(key: string, text: string | undefined): string {
  return text ? `,"${key}":"${escaped(text)}"` : '';
}
