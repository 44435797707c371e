import type { Attributes, AttributeValue, Span } from '@opentelemetry/api';
import {
  ATTR_HTTP_REQUEST_HEADER,
  ATTR_HTTP_RESPONSE_HEADER,
  ERROR_TYPE_VALUE_OTHER,
  HTTP_REQUEST_METHOD_VALUE_OTHER,
} from '@opentelemetry/semantic-conventions';
import { readHttpSettings, readSetting } from '../lib/config.js';

// What HTTP clients and servers have in common: method names, redaction, captured headers, error
// types (semantic conventions, HTTP). Nothing here knows a library.

/** Options of HTTP clients and servers alike: what is recorded of a request and its response. */
export interface HttpOptions {
  /** Request headers to record as `http.request.header.<name>`. Default: none. */
  readonly requestHeaders?: readonly string[];
  /** Response headers to record as `http.response.header.<name>`. Default: none. */
  readonly responseHeaders?: readonly string[];
  /** The methods that are recorded by name; replaces the default list. Others become `_OTHER`. */
  readonly knownMethods?: readonly string[];
  /** Query parameters whose values are not recorded; replaces the default list. */
  readonly sensitiveQueryParameters?: readonly string[];
}

/** What {@link HttpOptions} come to. */
export interface HttpRecording {
  readonly known: ReadonlySet<string>;
  readonly sensitive: ReadonlySet<string>;
  readonly captureRequest: HeaderCapture;
  readonly captureResponse: HeaderCapture;
}

/**
 * Prepares what is recorded: by the options, by the environment or the configuration file for those that
 * are left out, by the defaults for the rest.
 *
 * @throws TypeError for a bad option, with the value in the message
 */
export function httpRecording(side: 'client' | 'server', options: HttpOptions): HttpRecording {
  const said = readHttpSettings(side);
  return {
    known: knownMethods(options.knownMethods ?? said.knownMethods),
    sensitive: sensitiveQueryParameters(
      options.sensitiveQueryParameters ?? said.sensitiveQueryParameters,
    ),
    captureRequest: capturedHeaders('request', options.requestHeaders ?? said.requestHeaders ?? []),
    captureResponse: capturedHeaders(
      'response',
      options.responseHeaders ?? said.responseHeaders ?? [],
    ),
  };
}

/** The methods of RFC 9110 and PATCH (RFC 5789), with QUERY, which the conventions list as known too. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
  'QUERY',
]);

/**
 * The set of methods that are recorded by name. A list, here or else in
 * `OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS`, replaces the default one entirely and is case-sensitive.
 *
 * @throws TypeError for an entry that is not a non-empty string
 */
export function knownMethods(list?: readonly string[]): ReadonlySet<string> {
  if (list !== undefined) return new Set(names('knownMethods', list));
  const said = readSetting('knownMethods');
  return said === undefined ? KNOWN_METHODS : new Set(said);
}

/** A request method as spans show it. */
export interface RequestMethod {
  /** `http.request.method`: the method itself, or `_OTHER` for one that is not known. */
  readonly method: string;
  /** `http.request.method_original`: what was sent, where `method` is `_OTHER`. */
  readonly original?: string;
  /** The method's part of the span name: `HTTP` for one that is not known. */
  readonly spanName: string;
}

/**
 * Maps a request method to a bounded set of names, so that a stranger who makes up methods makes up
 * no new values. Case-sensitive. No method at all is HTTP's customary GET.
 */
export function requestMethod(
  method: string | undefined,
  known: ReadonlySet<string> = KNOWN_METHODS,
): RequestMethod {
  const sent = method ?? 'GET';
  if (known.has(sent)) return { method: sent, spanName: sent };
  return { method: HTTP_REQUEST_METHOD_VALUE_OTHER, original: sent, spanName: 'HTTP' };
}

const REDACTED = 'REDACTED';

/** Query parameters that carry signatures or keys (semantic conventions, `url.full`). */
export const SENSITIVE_QUERY_PARAMETERS: ReadonlySet<string> = new Set([
  'AWSAccessKeyId',
  'Signature',
  'sig',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Goog-Signature',
]);

/**
 * The set of query parameters whose values are not shown. A list replaces the default one entirely;
 * an empty list shows everything.
 *
 * @throws TypeError for an entry that is not a non-empty string
 */
export function sensitiveQueryParameters(list?: readonly string[]): ReadonlySet<string> {
  return list === undefined
    ? SENSITIVE_QUERY_PARAMETERS
    : new Set(names('sensitiveQueryParameters', list));
}

// A scheme with however many slashes or backslashes (URL parsers forgive both for http), or a
// scheme-relative `//`. The authority ends at the first of / ? #: a backslash could end it as well,
// but taking more for the authority can only hide more.
const BEFORE_AUTHORITY = /^\s*(?:[a-z][a-z0-9+.-]*:[/\\]*|\/\/)/i;
const AFTER_AUTHORITY = /[/?#]/g;

/**
 * A URL that may be shown: credentials become `REDACTED:REDACTED@` and the values of sensitive query
 * parameters `REDACTED`. Everything else, the fragment too, stays as it was written: nothing is
 * decoded, encoded or put in order. Takes absolute and relative URLs, and never throws.
 */
export function redactUrl(
  url: string,
  sensitive: ReadonlySet<string> = SENSITIVE_QUERY_PARAMETERS,
): string {
  const safe = url.includes('@') ? redactCredentials(url) : url;
  const mark = safe.indexOf('?');
  if (mark < 0) return safe;
  const hash = safe.indexOf('#');
  if (hash >= 0 && hash < mark) return safe;
  const end = hash < 0 ? safe.length : hash;
  const query = safe.slice(mark + 1, end);
  const shown = redactQuery(query, sensitive);
  return shown === query ? safe : safe.slice(0, mark + 1) + shown + safe.slice(end);
}

function redactCredentials(url: string): string {
  const start = BEFORE_AUTHORITY.exec(url)?.[0].length;
  if (start === undefined) return url;
  AFTER_AUTHORITY.lastIndex = start;
  const end = AFTER_AUTHORITY.exec(url)?.index ?? url.length;
  const at = url.lastIndexOf('@', end - 1);
  if (at < start) return url;
  return `${url.slice(0, start)}${REDACTED}:${REDACTED}${url.slice(at)}`;
}

/**
 * A query string (without its `?`) that may be shown: the value of each sensitive parameter becomes
 * `REDACTED`, its key and everything else stay as they were written. Keys are compared
 * case-sensitively, after percent-decoding.
 */
export function redactQuery(
  query: string,
  sensitive: ReadonlySet<string> = SENSITIVE_QUERY_PARAMETERS,
): string {
  if (sensitive.size === 0) return query;
  let shown = '';
  let copied = 0;
  for (let start = 0; start <= query.length;) {
    const and = query.indexOf('&', start);
    const end = and < 0 ? query.length : and;
    const equals = query.indexOf('=', start);
    if (equals >= 0 && equals < end && sensitive.has(decoded(query.slice(start, equals)))) {
      shown += query.slice(copied, equals + 1) + REDACTED;
      copied = end;
    }
    start = end + 1;
  }
  return copied === 0 ? query : shown + query.slice(copied);
}

function decoded(key: string): string {
  if (!key.includes('%')) return key;
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** Reads one header by its lower-case name; several values come as a list or as one joined string. */
export type HeaderReader = (name: string) => string | readonly string[] | number | undefined;

/** Copies the chosen headers to a span, or into the attributes that a span will start with. */
export type HeaderCapture = (get: HeaderReader, target: Span | Attributes) => void;

const nothing: HeaderCapture = () => {};

/**
 * Prepares the capture of chosen headers as `http.request.header.<name>` or
 * `http.response.header.<name>`, lower-case, each a list of strings. No header is captured that was
 * not named, because headers carry secrets.
 *
 * @throws TypeError for an entry that is not a non-empty string
 */
export function capturedHeaders(
  kind: 'request' | 'response',
  headers: readonly string[],
): HeaderCapture {
  const attribute = kind === 'request' ? ATTR_HTTP_REQUEST_HEADER : ATTR_HTTP_RESPONSE_HEADER;
  const chosen = names(`${kind}Headers`, headers).map((name) => {
    const lower = name.toLowerCase();
    return [lower, attribute(lower)] as const;
  });
  if (chosen.length === 0) return nothing;
  return function captureHeaders(get, target) {
    for (const [name, key] of chosen) {
      const value = get(name);
      if (value !== undefined)
        put(target, key, typeof value === 'object' ? [...value] : [`${value}`]);
    }
  };
}

function put(target: Span | Attributes, key: string, value: AttributeValue): void {
  if (isSpan(target)) target.setAttribute(key, value);
  else target[key] = value;
}

function isSpan(target: Span | Attributes): target is Span {
  return typeof target['setAttribute'] === 'function';
}

const ERROR_CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

/**
 * `error.type` for something that was thrown: its code where it is one of the `ECONNREFUSED` kind,
 * else the name of its class, else `_OTHER`. Messages never, they have no bound. Never throws.
 */
export function errorType(error: unknown): string {
  try {
    return codeOrClass(error) ?? ERROR_TYPE_VALUE_OTHER;
  } catch {
    return ERROR_TYPE_VALUE_OTHER;
  }
}

function codeOrClass(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && ERROR_CODE.test(code)) return code;
  if (!(error instanceof Error)) return undefined;
  // A subclass that sets no name of its own calls itself Error.
  const type = error.name === 'Error' ? error.constructor.name : error.name;
  return typeof type === 'string' && type !== '' ? type : undefined;
}

function names(option: string, list: readonly string[]): readonly string[] {
  if (Array.isArray(list) && list.every(isName)) return list;
  throw new TypeError(`${option} takes a list of names, got ${JSON.stringify(list)}`);
}

function isName(entry: unknown): boolean {
  return typeof entry === 'string' && entry !== '';
}
