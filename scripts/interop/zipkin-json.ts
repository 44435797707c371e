import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { Aspects } from './checks.js';
import { at, RESOURCE, SCOPE, type ExpectedSpan, type SentTrace } from './trace.js';
import { asZipkin, type Values } from './values.js';

/** A span of Zipkin's v2 API. */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name?: string;
  readonly kind?: string;
  readonly timestamp?: number;
  readonly duration?: number;
  readonly localEndpoint?: { readonly serviceName?: string };
  readonly remoteEndpoint?: { readonly serviceName?: string; readonly port?: number };
  readonly annotations?: readonly { timestamp: number; value: string }[];
  readonly tags?: Readonly<Record<string, string>>;
}

const KINDS: Record<SpanKind, string | undefined> = {
  [SpanKind.INTERNAL]: undefined,
  [SpanKind.SERVER]: 'SERVER',
  [SpanKind.CLIENT]: 'CLIENT',
  [SpanKind.PRODUCER]: 'PRODUCER',
  [SpanKind.CONSUMER]: 'CONSUMER',
};

/** What Zipkin must say of the trace; it writes names in lower case, and has no links. */
export function expectedZipkin({ begin, spans, serviceName }: SentTrace): Aspects {
  const of = (describe: (span: ExpectedSpan) => unknown) =>
    Object.fromEntries(spans.map((span) => [span.spanId, describe(span)]));
  return {
    'names and kinds': of(({ name, kind = SpanKind.INTERNAL }) => [
      name.toLowerCase(),
      KINDS[kind],
    ]),
    'ids and parents': of(({ traceId, parentSpanId }) => [traceId, parentSpanId]),
    times: of(({ from, to }) => [
      Number(at(begin, from) / 1000n),
      Math.max(1, Number((at(0n, to) - at(0n, from)) / 1000n)),
    ]),
    'tags of every kind, status, scope and resource': of((span) => tagsOf(span)),
    annotations: of(({ events = [] }) =>
      events.map(({ name, at: when, attributes = {} }) => [
        Number(at(begin, when) / 1000n),
        annotation(name, attributes),
      ]),
    ),
    endpoints: of(({ kind }) => [
      serviceName.toLowerCase(),
      ...(kind === SpanKind.CLIENT ? ['pay.test', 8443] : [undefined, undefined]),
    ]),
  };
}

/** What Zipkin's answer says. */
export function readZipkin(found: readonly ZipkinSpan[]): Aspects {
  const of = (describe: (span: ZipkinSpan) => unknown) =>
    Object.fromEntries(found.map((span) => [span.id, describe(span)]));
  return {
    'names and kinds': of(({ name, kind }) => [name, kind]),
    'ids and parents': of(({ traceId, parentId = '' }) => [traceId, parentId]),
    times: of(({ timestamp, duration }) => [timestamp, duration]),
    'tags of every kind, status, scope and resource': of(({ tags = {} }) => tags),
    annotations: of(({ annotations = [] }) => annotations.map((one) => [one.timestamp, one.value])),
    endpoints: of(({ localEndpoint, remoteEndpoint }) => [
      localEndpoint?.serviceName,
      remoteEndpoint?.serviceName,
      remoteEndpoint?.port,
    ]),
  };
}

function tagsOf({ attributes = {}, status, dropped }: ExpectedSpan): Record<string, string> {
  const counts = {
    'otel.dropped_attributes_count': dropped.attributes,
    'otel.dropped_events_count': dropped.events,
    'otel.dropped_links_count': dropped.links,
  };
  const dropCounts = Object.entries(counts).filter(([, count]) => count > 0);
  return {
    ...asZipkin(RESOURCE),
    ...asZipkin(attributes),
    'otel.scope.name': SCOPE.name,
    'otel.scope.version': SCOPE.version,
    'otel.library.name': SCOPE.name,
    'otel.library.version': SCOPE.version,
    ...Object.fromEntries(dropCounts.map(([key, count]) => [key, String(count)])),
    ...(status?.code === SpanStatusCode.OK && { 'otel.status_code': 'OK' }),
    ...(status?.code === SpanStatusCode.ERROR && {
      'otel.status_code': 'ERROR',
      error: status.message ?? '',
    }),
  };
}

/** `"name": {attributes}` (E-ZIP-07); all attributes of events in the trace are texts. */
function annotation(name: string, attributes: Values): string {
  const texts = asZipkin(attributes);
  return Object.keys(texts).length === 0
    ? name
    : `${JSON.stringify(name)}: ${JSON.stringify(texts)}`;
}
