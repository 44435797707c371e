import { report } from '../../lib/diagnostics.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import type { Resource } from '../../lib/resource.js';
import { groupSpans, type ResourceGroup } from './group.js';
import type { SpoolEncoding } from './spool-record.js';
import { exclusively, type BackwardWriter } from './writer.js';

/** A request with all spans in it, ready to be sent. */
export interface EncodedRequest {
  readonly body: Uint8Array;
  /** The spans in it; fewer than were given when some could not be encoded. */
  readonly spans: number;
}

/** The encoded spans of one resource, which becomes a request when the resource is put before them. */
export interface EncodedPart {
  readonly resource: Resource;
  readonly spans: number;
  /** The spans alone (`ScopeSpans` in OTLP), to be joined with those of other parts of the same resource. */
  readonly content: Uint8Array;
  /**
   * The same as a complete request, whose middle `content` is. Not there while attributes of the resource
   * are still being detected.
   */
  readonly request?: Uint8Array;
}

/** What an encoding does for an outbox. */
export interface PartEncoding {
  /** Spans as parts, one for each resource; without a part where none of its spans can be encoded. */
  parts(spans: readonly ReadableSpan[]): EncodedPart[];
  /** One request of one resource with the contents of several parts. */
  join(resource: Resource, contents: readonly Uint8Array[]): Uint8Array;
}

/** What an exporter to a backend needs of an encoding. */
export interface Encoding extends PartEncoding {
  /** Tells the files of a spool apart. */
  readonly name: SpoolEncoding;
  /** Spans as one request. */
  request(spans: readonly ReadableSpan[]): EncodedRequest;
}

/** How an encoding lays things down. */
export interface Layout {
  readonly writeRequest: (writer: BackwardWriter, spans: readonly ReadableSpan[]) => EncodedRequest;
  readonly writePart: (writer: BackwardWriter, group: ResourceGroup) => EncodedPart;
  readonly writeJoined: (
    writer: BackwardWriter,
    resource: Resource,
    contents: readonly Uint8Array[],
  ) => Uint8Array;
}

/** An encoding, by the writer that all share. */
export function encodingBy(
  name: SpoolEncoding,
  { writeRequest, writePart, writeJoined }: Layout,
): Encoding {
  return {
    name,
    request: (spans) => exclusively((writer) => writeRequest(writer, spans)),
    parts: (spans) =>
      groupSpans(spans)
        .map((group) => exclusively((writer) => writePart(writer, group)))
        .filter((part) => part.spans > 0),
    join: (resource, contents) => exclusively((writer) => writeJoined(writer, resource, contents)),
  };
}

/**
 * The part in a request that has just been written from its end, and was of these sizes before and after
 * its contents.
 */
export function partOf(
  { resource }: { readonly resource: Resource },
  spans: number,
  request: Uint8Array,
  sizes: { readonly before: number; readonly after: number },
): EncodedPart {
  const { length } = request;
  return {
    resource,
    spans,
    content: request.subarray(length - sizes.after, length - sizes.before),
    request,
  };
}

/** A span that is left out: its ids are invalid, or code of another maker threw while it was read. */
export function reportUnencodable(error: unknown): void {
  report('otlp.span', 'a span cannot be encoded: it is left out; the error says why', error);
}
