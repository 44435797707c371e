import { report } from '../lib/diagnostics.js';
import type { ReadableSpan } from '../lib/readable-span.js';
import type { Resource } from '../lib/resource.js';
import type { EncodedPart, EncodedRequest, Encoding } from './otlp/encoded-request.js';
import { bareZipkin, toZipkin, withResource, type BareZipkinSpan } from './zipkin-span.js';
import { jsonText } from './zipkin-text.js';

/**
 * The JSON list that Zipkin's `/api/v2/spans` takes; what is between its brackets is the content of a part.
 * While the resource is still being detected the content is a whole list, of spans without it: the first
 * byte tells one from the other.
 *
 * A span with invalid ids, or that throws while it is read, is left out and reported.
 */
export function zipkinEncoding(serviceName?: string): Encoding {
  return {
    name: 'zipkin',
    request: (spans) => zipkinRequest(spans, serviceName),
    parts: (spans) =>
      [...byResource(spans)].flatMap(([resource, group]) => partOf(resource, group, serviceName)),
    join: (resource, contents) =>
      joined(contents.map((content) => settled(content, resource, serviceName))),
  };
}

/** Spans as one request, in their order. */
export function zipkinRequest(
  spans: readonly ReadableSpan[],
  serviceName?: string,
): EncodedRequest {
  const texts = textsOf(spans, (span) => toZipkin(span, serviceName));
  return { body: Buffer.from(`[${texts.join()}]`), spans: texts.length };
}

function byResource(spans: readonly ReadableSpan[]): Map<Resource, ReadableSpan[]> {
  const groups = new Map<Resource, ReadableSpan[]>();
  for (const span of spans) {
    const group = groups.get(span.resource);
    if (group === undefined) groups.set(span.resource, [span]);
    else group.push(span);
  }
  return groups;
}

/** None where none of the spans can be encoded. */
function partOf(
  resource: Resource,
  spans: readonly ReadableSpan[],
  serviceName?: string,
): EncodedPart[] {
  if (resource.asyncAttributesPending) {
    const texts = textsOf(spans, bareZipkin);
    const content = Buffer.from(`[${texts.join()}]`);
    return texts.length > 0 ? [{ resource, spans: texts.length, content }] : [];
  }
  const { body, spans: count } = zipkinRequest(spans, serviceName);
  return count > 0
    ? [{ resource, spans: count, content: body.subarray(1, -1), request: body }]
    : [];
}

function textsOf(
  spans: readonly ReadableSpan[],
  modelOf: (span: ReadableSpan) => BareZipkinSpan,
): string[] {
  const texts: string[] = [];
  for (const span of spans) {
    try {
      texts.push(jsonText(modelOf(span)));
    } catch (error) {
      report(
        'zipkin.span',
        'a span cannot be encoded for Zipkin: it is left out; the error says why',
        error,
      );
    }
  }
  return texts;
}

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

function joined(contents: readonly Uint8Array[]): Uint8Array {
  const pieces = contents.flatMap((content, i) => [i === 0 ? OPEN : COMMA, content]);
  return Buffer.concat([...pieces, CLOSE]);
}

/** The content with the resource in its spans. */
function settled(content: Uint8Array, resource: Resource, serviceName?: string): Uint8Array {
  if (content[0] !== OPEN[0]) return content;
  const { buffer, byteOffset, byteLength } = content;
  const text = Buffer.from(buffer, byteOffset, byteLength).toString();
  const spans = (JSON.parse(text) as BareZipkinSpan[]).map((span) =>
    jsonText(withResource(span, resource, serviceName)),
  );
  return Buffer.from(spans.join());
}
