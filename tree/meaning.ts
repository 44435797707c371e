import type { Attributes } from '@opentelemetry/api';

/*
 * What attributes mean to a reader, by the stable semantic conventions first and the names before
 * them second, since many instrumentations still send those.
 */

/** The HTTP status of the response, if the span had one. */
export function httpStatus(attributes: Attributes): number | undefined {
  const status = attributes['http.response.status_code'] ?? attributes['http.status_code'];
  return typeof status === 'number' ? status : undefined;
}

/** A gRPC (or other RPC) status that is not success. */
export function rpcStatus(attributes: Attributes): string | undefined {
  const status = attributes['rpc.response.status_code'] ?? attributes['rpc.grpc.status_code'];
  if (status === undefined || status === 0 || status === 'OK') return undefined;
  return typeof status === 'number' ? `grpc ${status}` : asText(status);
}

/** `error.type`: an error class, or a code such as `ECONNRESET`. */
export function errorType(attributes: Attributes): string | undefined {
  return asText(attributes['error.type']);
}

/** The kind of database that was asked, such as `postgresql`. */
export function databaseSystem(attributes: Attributes): string | undefined {
  return asText(attributes['db.system.name'] ?? attributes['db.system']);
}

/** The query, as it was recorded. */
export function databaseQuery(attributes: Attributes): string | undefined {
  return asText(attributes['db.query.text'] ?? attributes['db.statement']);
}

/** Who was called: `inventory`, `api.acme-pay.test`, `127.0.0.1:4002`, or a queue's name. */
export function peer(attributes: Attributes): string | undefined {
  const name =
    asText(attributes['service.peer.name']) ??
    asText(attributes['peer.service']) ??
    asText(attributes['messaging.destination.name']);
  if (name !== undefined) return name;
  const host =
    asText(attributes['server.address']) ??
    asText(attributes['net.peer.name']) ??
    asText(attributes['network.peer.address']);
  if (host === undefined) return asText(attributes['rpc.service']);
  const port = attributes['server.port'] ?? attributes['net.peer.port'];
  return port === undefined || port === 80 || port === 443 ? host : `${host}:${asText(port)}`;
}

/** The path of the URL, without its query, which may hold what nobody should read. */
export function urlPath(attributes: Attributes): string | undefined {
  const path = asText(attributes['url.path']);
  if (path !== undefined) return path;
  const url = asText(attributes['url.full'] ?? attributes['http.url'] ?? attributes['http.target']);
  return url === undefined
    ? undefined
    : /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)/i.exec(url)?.[1];
}

/** The HTTP method, where the span is an HTTP request. */
export function httpMethod(attributes: Attributes): string | undefined {
  return asText(attributes['http.request.method'] ?? attributes['http.method']);
}

/** The ids as a hand-made upstream sent them (`trace-456`), where they are no W3C ids. */
export function foreignIds(attributes: Attributes): { traceId?: string; spanId?: string } {
  const traceId = asText(attributes['spantree.foreign.trace_id']);
  const spanId = asText(attributes['spantree.foreign.span_id']);
  return { ...(traceId && { traceId }), ...(spanId && { spanId }) };
}

/** Whether an attribute is the application's own: not from a namespace of the conventions, nor ours. */
export function isCustom(key: string): boolean {
  const dot = key.indexOf('.');
  return !CONVENTIONS.has(dot < 0 ? key : key.slice(0, dot));
}

/** An attribute's value in one line, nested values to a small depth; not yet made safe to print. */
export function formatValue(value: unknown, depth = 0): string {
  if (typeof value === 'string') return quoteIfNeeded(value, depth);
  if (value === null || typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return `<${value.byteLength} bytes>`;
  if (depth > 2) return Array.isArray(value) ? '[…]' : '{…}';
  if (Array.isArray(value)) return `[${formatItems(value, depth)}]`;
  return `{${formatEntries(value as Record<string, unknown>, depth)}}`;
}

const MOST_ITEMS = 10;

function formatItems(items: readonly unknown[], depth: number): string {
  const shown = items.slice(0, MOST_ITEMS).map((item) => formatValue(item, depth + 1));
  if (items.length > MOST_ITEMS) shown.push('…');
  return shown.join(',');
}

function formatEntries(map: Record<string, unknown>, depth: number): string {
  const shown: string[] = [];
  for (const key in map) {
    if (shown.push(`${key}:${formatValue(map[key], depth + 1)}`) < MOST_ITEMS) continue;
    shown.push('…');
    break;
  }
  return shown.join(',');
}

/** Quotes what could be misread: the empty string, spaces, and separators inside lists. */
function quoteIfNeeded(text: string, depth: number): string {
  const bounded = text.length > 1024 ? text.slice(0, 1024) : text;
  const plain = depth === 0 ? /^[^\s"]+$/ : /^[^\s",:[\]{}]+$/;
  return plain.test(bounded) ? bounded : `"${bounded}"`;
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** The first words of the conventions' attribute names, and of ours. */
const CONVENTIONS = new Set(
  (
    'android artifact aspnetcore aws az azure browser cassandra cicd client cloud cloudevents ' +
    'cloudfoundry code component container cpu cpython db deployment destination device disk dns ' +
    'dotnet elasticsearch enduser error event exception express faas feature_flag file fastify ' +
    'gcp gen_ai geo go graphql hapi hardware heroku host http hw ios jsonrpc jvm k8s koa linux log ' +
    'mcp message messaging mongodb mysql nestjs net network next nodejs oci onc_rpc openai ' +
    'opentracing oracle oracle_cloud os otel peer pg pool postgresql process profile redis rpc ' +
    'security_rule server service session signalr source spantree state system telemetry test thread ' +
    'tls tracing url user_agent v8js vcs webengine zos'
  ).split(' '),
);
