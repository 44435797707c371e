/** Request headers; a function is asked before each attempt, so that tokens can be renewed. */
export type OtlpHeaders =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** Options of an {@link OTLPTraceExporter}; the names are those of the official SDK where it has them. */
export interface OTLPTraceExporterOptions {
  /**
   * Where requests go, used as it is (E-CFG-04: without a path it means `/`). Default
   * `http://localhost:4318/v1/traces`. {@link tracesUrl} makes it from a base URL.
   */
  url?: string;
  /** Added to each request. Those that describe the body are the exporter's own. Default none. */
  headers?: OtlpHeaders;
  /** Default `none`. */
  compression?: 'none' | 'gzip';
  /** Bound of one export with all its retries, in milliseconds. 0 is no limit. Default 10000. */
  timeoutMillis?: number;
  /** Default `http/protobuf`. */
  protocol?: 'http/protobuf' | 'http/json';
  /** Larger requests, before compression, are not sent. Default 67108864 (64 MiB). */
  maxRequestBytes?: number;
  /** Larger responses make an export fail. Default 4194304 (4 MiB). */
  maxResponseBytes?: number;
  /** Upper bound of the random wait before the first retry, in milliseconds. Default 1000. */
  initialBackoffMillis?: number;
  /** What that bound grows to, by half with each retry, in milliseconds. Default 5000. */
  maxBackoffMillis?: number;
}

/** Options with everything filled in. */
export type ResolvedOptions = Readonly<Required<Omit<OTLPTraceExporterOptions, 'url'>>> & {
  readonly url: URL;
};

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const COMPRESSIONS = ['none', 'gzip'] as const;

/**
 * Options with defaults filled in.
 *
 * @throws TypeError with the value, when one cannot be used; of a header only its name is told
 */
export function resolveOptions(options: OTLPTraceExporterOptions): ResolvedOptions {
  return {
    url: httpUrl(options.url ?? 'http://localhost:4318/v1/traces'),
    headers: typeof options.headers === 'function' ? options.headers : checked(options.headers),
    compression: oneOf('compression', options.compression ?? 'none', COMPRESSIONS),
    timeoutMillis: atLeast(0, 'timeoutMillis', options.timeoutMillis ?? 10_000),
    protocol: oneOf('protocol', options.protocol ?? 'http/protobuf', PROTOCOLS),
    maxRequestBytes: atLeast(1, 'maxRequestBytes', options.maxRequestBytes ?? 67_108_864),
    maxResponseBytes: atLeast(1, 'maxResponseBytes', options.maxResponseBytes ?? 4_194_304),
    initialBackoffMillis: atLeast(1, 'initialBackoffMillis', options.initialBackoffMillis ?? 1000),
    maxBackoffMillis: atLeast(1, 'maxBackoffMillis', options.maxBackoffMillis ?? 5000),
  };
}

/**
 * The URL for traces below a base URL such as `OTEL_EXPORTER_OTLP_ENDPOINT` (E-CFG-03): `v1/traces` is
 * added to its path, with one slash between. A URL meant for traces alone
 * (`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) is used as it is instead (E-CFG-04).
 *
 * @throws TypeError when it is no http or https URL
 */
export function tracesUrl(baseEndpoint: string): string {
  const url = httpUrl(baseEndpoint);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.pathname += 'v1/traces';
  return url.href;
}

/** Headers that can be sent. @throws TypeError with the name of one that cannot */
export function checked(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  if (typeof headers !== 'object' || headers === null) {
    throw new TypeError(`headers must be an object or a function, not ${String(headers)}`);
  }
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/i.test(name)) {
      throw new TypeError(`headers: "${name}" is no header name`);
    }
    if (typeof value !== 'string' || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw new TypeError(`headers: the value of "${name}" is no string that a header can hold`);
    }
  }
  return { ...headers };
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new TypeError(`url must be an http or https URL, not "${text}"`);
}

function oneOf<T extends string>(name: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw new TypeError(`${name} must be one of ${known.join(', ')}, not "${value}"`);
}

function atLeast(least: number, name: string, value: number): number {
  if (typeof value === 'number' && value >= least) return value;
  throw new TypeError(`${name} must be a number of at least ${least}, not ${String(value)}`);
}
