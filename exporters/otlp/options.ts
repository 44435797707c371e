import type { MeterProvider } from '@opentelemetry/api';
import type { HttpAgentOptions } from './http-agent.js';
import { httpTarget, type HttpTarget } from './http-target.js';

export { tracesUrl } from './http-target.js';

/** Request headers; a function is asked before each attempt, so that tokens can be renewed. */
export type OtlpHeaders =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** Options of an {@link OTLPTraceExporter}; the names are those of the official SDK where it has them. */
export interface OTLPTraceExporterOptions {
  /**
   * Where requests go, used as it is (E-CFG-04: without a path it means `/`). Default
   * `http://localhost:4318/v1/traces`, for gRPC `http://localhost:4317`. {@link tracesUrl} makes it from a
   * base URL. `unix:/path/of/socket` is a socket in the file system, with `/v1/traces` behind it; gRPC also
   * takes `host:port`.
   */
  url?: string;
  /** Added to each request. Those that describe the body are the exporter's own. Default none. */
  headers?: OtlpHeaders;
  /** Default `none`. */
  compression?: 'none' | 'gzip';
  /**
   * In milliseconds; 0 is no limit. Through `export` the bound of one export with all its retries, through
   * `enqueue` the bound of one attempt. A connection has 3000 to be made. Default 10000.
   */
  timeoutMillis?: number;
  /**
   * Requests that are on their way at the same time, each on a connection of its own; with `spool` there may be
   * one more, of what waited on disk. Default 4.
   */
  concurrencyLimit?: number;
  /** Default `http/protobuf`. */
  protocol?: 'http/protobuf' | 'http/json' | 'grpc';
  /** Larger requests, before compression, are not sent. Default 67108864 (64 MiB). */
  maxRequestBytes?: number;
  /** Larger responses make an export fail. Default 4194304 (4 MiB). */
  maxResponseBytes?: number;
  /** Upper bound of the random wait before the first retry, in milliseconds. Default 1000. */
  initialBackoffMillis?: number;
  /** What that bound grows to, by half with each retry, in milliseconds. Default 5000. */
  maxBackoffMillis?: number;
  /**
   * Encoded spans that wait, those on their way among them, in bytes; what comes beyond is dropped and
   * counted (`enqueue` only). Default 67108864 (64 MiB).
   */
  maxQueueBytes?: number;
  /**
   * How long spans are tried again before they are dropped and counted, in milliseconds; 0 is no limit
   * (`enqueue` only). Default 300000 (five minutes).
   */
  maxAgeMillis?: number;
  /**
   * Where spans that the queue cannot hold, or that cannot be delivered, wait on disk (`enqueue` only).
   * They are sent when the backend is back, by this process or a later one, at least once. Default none.
   */
  spool?: SpoolOptions;
  /** Certificates of the authorities to trust instead of the well-known ones, as PEM. */
  ca?: Pem;
  /** The client's private key, as PEM; with `cert`. */
  key?: Pem;
  /** The client's certificate, as PEM; with `key`. */
  cert?: Pem;
  /** The path of a socket in the file system to connect to, whatever the host of `url`. */
  socketPath?: string;
  /**
   * Options of the HTTP agent, over those that the other options make, or a function that makes an agent of
   * your own: for a proxy, say. The agent of a function is not used for the last spans of a process that
   * ends without `shutdown`. Not for gRPC. Default: an agent that keeps connections and uses the proxy that
   * the environment names.
   */
  httpAgentOptions?: HttpAgentOptions;
  /** No TLS where a gRPC `url` has no scheme. Default false. */
  insecure?: boolean;
  /** A product token that is put before the exporter's own `User-Agent` (E-CFG-14). */
  userAgent?: string;
  /**
   * Where the exporter's own metrics go (`otel.sdk.exporter.*`). Default: where those of the tracer provider
   * go that it belongs to.
   */
  selfObsMeterProvider?: MeterProvider;
}

/**
 * A spool on disk. What is written survives the end of the process in any way; the loss of power it need not
 * survive. A disk that fails or is full is reported, and the spans are counted as dropped.
 */
export interface SpoolOptions {
  /**
   * A directory of its own for each backend: whoever uses it sends what others have left there. Any number
   * of processes may. It is made, for the user alone, when it is missing.
   */
  directory: string;
  /**
   * Bound of all files in it, in bytes; further spans are dropped. Several processes look at each other's
   * files every few seconds only. Default 268435456 (256 MiB).
   */
  maxBytes?: number;
  /** Spans that have waited longer are dropped, in milliseconds. Default 86400000 (one day). */
  maxAgeMillis?: number;
}

/** PEM text, several certificates included. */
export type Pem = string | Uint8Array;

/** What TLS is to use instead of its defaults. */
export interface TlsOptions {
  readonly ca?: string | Buffer;
  readonly key?: string | Buffer;
  readonly cert?: string | Buffer;
}

type Optional =
  | 'spool'
  | 'url'
  | 'ca'
  | 'key'
  | 'cert'
  | 'socketPath'
  | 'insecure'
  | 'userAgent'
  | 'selfObsMeterProvider'
  | 'httpAgentOptions';

/** Options with everything filled in. */
export type ResolvedOptions = Readonly<
  Required<Omit<OTLPTraceExporterOptions, Optional>> &
    Pick<OTLPTraceExporterOptions, 'insecure' | 'userAgent' | 'httpAgentOptions'>
> & {
  /** The `url` as it was given, or the default of the protocol. */
  readonly target: string;
  readonly spool?: Required<SpoolOptions>;
  /** Where requests go by HTTP. */
  readonly http: HttpTarget | undefined;
  /** What was given for TLS. */
  readonly tls?: TlsOptions;
  /** The target for messages: without what may be a secret. */
  readonly place: string;
};

const PROTOCOLS = ['http/protobuf', 'http/json', 'grpc'] as const;
const COMPRESSIONS = ['none', 'gzip'] as const;
const MIB = 1024 * 1024;

/**
 * Options with defaults filled in.
 *
 * @throws TypeError with the value, when one cannot be used; of headers and keys only the names are told
 */
export function resolveOptions(options: OTLPTraceExporterOptions): ResolvedOptions {
  const protocol = oneOf('protocol', options.protocol ?? 'http/protobuf', PROTOCOLS);
  return {
    ...endpointOf(options, protocol),
    ...tlsOf(options),
    ...agentOf(options, protocol),
    ...(options.spool !== undefined && { spool: spoolOf(options.spool) }),
    headers: typeof options.headers === 'function' ? options.headers : checked(options.headers),
    compression: oneOf('compression', options.compression ?? 'none', COMPRESSIONS),
    timeoutMillis: atLeast(0, 'timeoutMillis', options.timeoutMillis ?? 10_000),
    concurrencyLimit: atLeast(1, 'concurrencyLimit', options.concurrencyLimit ?? 4),
    protocol,
    maxRequestBytes: atLeast(1, 'maxRequestBytes', options.maxRequestBytes ?? 64 * MIB),
    maxResponseBytes: atLeast(1, 'maxResponseBytes', options.maxResponseBytes ?? 4 * MIB),
    initialBackoffMillis: atLeast(1, 'initialBackoffMillis', options.initialBackoffMillis ?? 1000),
    maxBackoffMillis: atLeast(1, 'maxBackoffMillis', options.maxBackoffMillis ?? 5000),
    maxQueueBytes: atLeast(1, 'maxQueueBytes', options.maxQueueBytes ?? 64 * MIB),
    maxAgeMillis: atLeast(0, 'maxAgeMillis', options.maxAgeMillis ?? 300_000),
    ...(options.userAgent !== undefined && { userAgent: productToken(options.userAgent) }),
  };
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
    if (!isHeaderValue(value)) {
      throw new TypeError(`headers: the value of "${name}" is no string that a header can hold`);
    }
  }
  return { ...headers };
}

function endpointOf(
  { url, socketPath, insecure }: OTLPTraceExporterOptions,
  protocol: ResolvedOptions['protocol'],
): Pick<ResolvedOptions, 'target' | 'http' | 'place' | 'insecure'> {
  for (const [name, value] of Object.entries({ url, socketPath })) {
    if (value === undefined || typeof value === 'string') continue;
    throw new TypeError(`${name} must be text, not "${String(value)}"`);
  }
  if (protocol === 'grpc') {
    // gRPC has names of its own for sockets, and judges them itself.
    const target = socketPath ? `unix:${socketPath}` : (url ?? 'http://localhost:4317');
    const place = target.replace(/\/\/[^/]*@/, '//').replace(/[?#].*$/s, '');
    return { target, http: undefined, place, ...(insecure !== undefined && { insecure }) };
  }
  const target = url ?? 'http://localhost:4318/v1/traces';
  const http = httpTarget(target, socketPath);
  const { origin, pathname } = http.url;
  const place = `${http.socketPath ? `unix:${http.socketPath}:` : origin}${pathname}`;
  return { target, http, place };
}

function tlsOf({ ca, key, cert }: OTLPTraceExporterOptions): Pick<ResolvedOptions, 'tls'> {
  if (!ca && !key && !cert) return {};
  if (!key !== !cert) throw new TypeError('key and cert go together: one of them is missing');
  const tls: TlsOptions = {
    ...(ca && { ca: pem('ca', ca) }),
    ...(key && { key: pem('key', key) }),
    ...(cert && { cert: pem('cert', cert) }),
  };
  try {
    process.getBuiltinModule('node:tls').createSecureContext(tls);
  } catch (cause) {
    throw new TypeError('ca, key and cert: TLS cannot use them', { cause });
  }
  return { tls };
}

function agentOf(
  { httpAgentOptions }: OTLPTraceExporterOptions,
  protocol: ResolvedOptions['protocol'],
): Pick<ResolvedOptions, 'httpAgentOptions'> {
  if (httpAgentOptions === undefined) return {};
  if (protocol === 'grpc') {
    throw new TypeError('httpAgentOptions is for HTTP: protocol "grpc" has no use for it');
  }
  if (typeof httpAgentOptions === 'function') return { httpAgentOptions };
  if (typeof httpAgentOptions === 'object' && httpAgentOptions !== null) {
    return { httpAgentOptions: { ...httpAgentOptions } };
  }
  throw new TypeError(
    `httpAgentOptions must be an object or a function, not ${String(httpAgentOptions)}`,
  );
}

function spoolOf({ directory, maxBytes, maxAgeMillis }: SpoolOptions): Required<SpoolOptions> {
  if (typeof directory !== 'string' || directory === '' || directory.includes('\0')) {
    throw new TypeError(`spool.directory must be a path, not ${JSON.stringify(directory)}`);
  }
  return {
    directory,
    maxBytes: atLeast(1, 'spool.maxBytes', maxBytes ?? 256 * MIB),
    maxAgeMillis: atLeast(1, 'spool.maxAgeMillis', maxAgeMillis ?? 86_400_000),
  };
}

function pem(name: string, value: Pem): string | Buffer {
  const text = typeof value === 'string' ? value : Buffer.from(value);
  if (text.includes('-----BEGIN ')) return text;
  throw new TypeError(`${name} must be PEM text, which begins with -----BEGIN`);
}

function productToken(value: string): string {
  if (isHeaderValue(value) && value.trim() !== '') return value.trim();
  throw new TypeError(`userAgent must be text that a header can hold, not "${value}"`);
}

function isHeaderValue(value: unknown): value is string {
  return typeof value === 'string' && !/[^\t\x20-\x7e\x80-\xff]/.test(value);
}

function oneOf<T extends string>(name: string, value: T, known: readonly T[]): T {
  if (known.includes(value)) return value;
  throw new TypeError(`${name} must be one of ${known.join(', ')}, not "${value}"`);
}

function atLeast(least: number, name: string, value: number): number {
  if (typeof value === 'number' && value >= least) return value;
  throw new TypeError(`${name} must be a number of at least ${least}, not ${String(value)}`);
}
