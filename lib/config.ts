import type { Attributes } from '@opentelemetry/api';
import { report } from './diagnostics.js';
import { parseEntities, type Entities } from './entities.js';
import { EXCEPTION_SIGNALS, type ExceptionSignal } from './exception-log.js';
import type { GeneralLimits, SpanLimits } from './limits.js';
import { ownEnvironment, type Environment } from './own-environment.js';
import type { BufferConfig } from './processors/batch.js';

/** What the environment says, in the words of the options of `start()`. */
export interface Settings {
  /** The configuration file; then nothing else that the environment says counts. */
  configFile?: string;
  /** Likewise, in the older name of the variable. */
  experimentalConfigFile?: string;
  disabled?: boolean;
  logLevel?: LogLevel;
  serviceName?: string;
  resourceAttributes?: Attributes;
  entities?: Entities;
  /** Names of resource detectors. */
  resourceDetectors?: string[];
  propagators?: string[];
  sampler?: string;
  samplerArgument?: string;
  exporters?: string[];
  batch: BufferConfig;
  spanLimits: SpanLimits;
  generalLimits: GeneralLimits;
  otlp: OtlpSettings;
  zipkin: ZipkinSettings;
  /** Where exceptions go that are recorded on spans. */
  exceptionSignal?: ExceptionSignal;
  /** Whether to look for what goes wrong without a word. */
  doctor?: boolean;
  /** The HTTP methods that spans show by name, instead of those that instrumentations know. */
  knownMethods?: string[];
  /** What a configuration file says to instrumentations; the environment has no words for it. */
  http?: { readonly client?: HttpSettings; readonly server?: HttpSettings };
}

/** What instrumentations of HTTP are told, in the words of their options. */
export interface HttpSettings {
  readonly requestHeaders?: readonly string[];
  readonly responseHeaders?: readonly string[];
  readonly knownMethods?: readonly string[];
  readonly sensitiveQueryParameters?: readonly string[];
}

/** How much of what the SDK has to say is shown; the levels are those of the API's `diag`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const LOG_LEVELS = ['none', 'error', 'warn', 'info', 'debug', 'verbose', 'all'] as const;

/** Settings of the OTLP exporter; `endpoint` is a base URL, `tracesEndpoint` is used as it is. */
export interface OtlpSettings {
  endpoint?: string;
  tracesEndpoint?: string;
  headers?: Record<string, string>;
  tracesHeaders?: Record<string, string>;
  timeoutMillis?: number;
  tracesTimeoutMillis?: number;
  compression?: string;
  tracesCompression?: string;
  protocol?: string;
  tracesProtocol?: string;
  /** Paths of PEM files. */
  certificate?: string;
  tracesCertificate?: string;
  clientKey?: string;
  tracesClientKey?: string;
  clientCertificate?: string;
  tracesClientCertificate?: string;
  insecure?: boolean;
  tracesInsecure?: boolean;
}

/** Settings of the Zipkin exporter. */
export interface ZipkinSettings {
  url?: string;
  timeoutMillis?: number;
}

/** One environment variable: which option it stands for, and how its text is read. */
export interface Variable {
  readonly name: string;
  /** The option, as a path into {@link Settings}. */
  readonly option: string;
  /** What holds when it is not set, in words. */
  readonly default: string;
  /** The value, or `undefined` after a complaint. */
  readonly read: (text: string, complain: (why: string) => void) => unknown;
}

/**
 * Every environment variable by which spantree is configured: nothing else reads any. The documentation is
 * held against this table.
 */
export const ENVIRONMENT: readonly Variable[] = [
  variable('OTEL_CONFIG_FILE', 'configFile', 'none', text),
  variable('OTEL_EXPERIMENTAL_CONFIG_FILE', 'experimentalConfigFile', 'none; deprecated', text),
  variable('OTEL_SDK_DISABLED', 'disabled', 'false', bool),
  variable('OTEL_LOG_LEVEL', 'logLevel', 'info', oneOf(...LOG_LEVELS)),
  variable('OTEL_SERVICE_NAME', 'serviceName', 'unknown_service:<executable>', text),
  variable('OTEL_RESOURCE_ATTRIBUTES', 'resourceAttributes', 'none', resourceAttributes),
  variable('OTEL_ENTITIES', 'entities', 'none', entities),
  variable(
    'OTEL_NODE_RESOURCE_DETECTORS',
    'resourceDetectors',
    'host,process,serviceinstance',
    names,
  ),
  variable('OTEL_PROPAGATORS', 'propagators', 'tracecontext,baggage', names),
  variable('OTEL_TRACES_SAMPLER', 'sampler', 'parentbased_always_on', text),
  variable('OTEL_TRACES_SAMPLER_ARG', 'samplerArgument', '1.0 for the ratio samplers', text),
  variable('OTEL_TRACES_EXPORTER', 'exporters', 'console; otlp in production', names),
  variable('OTEL_BSP_SCHEDULE_DELAY', 'batch.scheduledDelayMillis', '5000', whole),
  variable('OTEL_BSP_EXPORT_TIMEOUT', 'batch.exportTimeoutMillis', '30000', whole),
  variable('OTEL_BSP_MAX_QUEUE_SIZE', 'batch.maxQueueSize', '2048', positive),
  variable('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 'batch.maxExportBatchSize', '512', positive),
  variable(
    'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'generalLimits.attributeValueLengthLimit',
    'no limit',
    whole,
  ),
  variable('OTEL_ATTRIBUTE_COUNT_LIMIT', 'generalLimits.attributeCountLimit', '128', whole),
  variable(
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'spanLimits.attributeValueLengthLimit',
    'no limit',
    whole,
  ),
  variable('OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'spanLimits.attributeCountLimit', '128', whole),
  variable('OTEL_SPAN_EVENT_COUNT_LIMIT', 'spanLimits.eventCountLimit', '128', whole),
  variable('OTEL_SPAN_LINK_COUNT_LIMIT', 'spanLimits.linkCountLimit', '128', whole),
  variable(
    'OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT',
    'spanLimits.attributePerEventCountLimit',
    '128',
    whole,
  ),
  variable(
    'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT',
    'spanLimits.attributePerLinkCountLimit',
    '128',
    whole,
  ),
  variable('OTEL_EXPORTER_OTLP_ENDPOINT', 'otlp.endpoint', 'http://localhost:4318', endpoint),
  variable('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'otlp.tracesEndpoint', 'the one above', endpoint),
  variable('OTEL_EXPORTER_OTLP_HEADERS', 'otlp.headers', 'none', keyValues),
  variable('OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'otlp.tracesHeaders', 'none', keyValues),
  variable('OTEL_EXPORTER_OTLP_TIMEOUT', 'otlp.timeoutMillis', '10000', whole),
  variable('OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'otlp.tracesTimeoutMillis', 'as above', whole),
  variable('OTEL_EXPORTER_OTLP_COMPRESSION', 'otlp.compression', 'none', oneOf('none', 'gzip')),
  variable(
    'OTEL_EXPORTER_OTLP_TRACES_COMPRESSION',
    'otlp.tracesCompression',
    'as above',
    oneOf('none', 'gzip'),
  ),
  variable(
    'OTEL_EXPORTER_OTLP_PROTOCOL',
    'otlp.protocol',
    'http/protobuf',
    oneOf('grpc', 'http/protobuf', 'http/json'),
  ),
  variable(
    'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
    'otlp.tracesProtocol',
    'as above',
    oneOf('grpc', 'http/protobuf', 'http/json'),
  ),
  variable('OTEL_EXPORTER_OTLP_CERTIFICATE', 'otlp.certificate', 'the well-known ones', text),
  variable('OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE', 'otlp.tracesCertificate', 'as above', text),
  variable('OTEL_EXPORTER_OTLP_CLIENT_KEY', 'otlp.clientKey', 'none', text),
  variable('OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY', 'otlp.tracesClientKey', 'as above', text),
  variable('OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE', 'otlp.clientCertificate', 'none', text),
  variable(
    'OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE',
    'otlp.tracesClientCertificate',
    'as above',
    text,
  ),
  variable('OTEL_EXPORTER_OTLP_INSECURE', 'otlp.insecure', 'false', bool),
  variable('OTEL_EXPORTER_OTLP_TRACES_INSECURE', 'otlp.tracesInsecure', 'as above', bool),
  variable(
    'OTEL_EXPORTER_ZIPKIN_ENDPOINT',
    'zipkin.url',
    'http://localhost:9411/api/v2/spans',
    url,
  ),
  variable('OTEL_EXPORTER_ZIPKIN_TIMEOUT', 'zipkin.timeoutMillis', '10000', whole),
  variable(
    'OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN',
    'exceptionSignal',
    'events',
    oneOf(...EXCEPTION_SIGNALS),
  ),
  variable(
    'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS',
    'knownMethods',
    'RFC 9110, PATCH, QUERY',
    list,
  ),
  variable('SPANTREE_DOCTOR', 'doctor', 'false', bool),
];

/** What holds where nothing is said. */
export const NOTHING_SAID: Settings = Object.freeze({
  batch: {},
  spanLimits: {},
  generalLimits: {},
  otlp: {},
  zipkin: {},
});

/**
 * Reads all variables of {@link ENVIRONMENT}. An empty one counts as not set; one that cannot be read is
 * reported and counts as not set (specification: environment variables, common rules). Where one names a
 * configuration file, all others count as not set (V-09).
 */
export function readEnvironment(env: Readonly<Environment>): Settings {
  const settings: Settings = { batch: {}, spanLimits: {}, generalLimits: {}, otlp: {}, zipkin: {} };
  for (const entry of namesFile(env) ? FILES : ENVIRONMENT) {
    const value = valueOf(entry, env);
    if (value !== undefined) put(settings, entry.option, value);
  }
  return settings;
}

let fromFile: Settings | undefined;

/**
 * What this process is configured with besides code: by its environment, or by a configuration file that has
 * taken its place.
 */
export function processSettings(): Settings {
  return fromFile ?? readEnvironment(ownEnvironment() ?? {});
}

/**
 * Has a configuration file take the place of the environment; `undefined` gives it back.
 *
 * @returns what had its place before
 */
export function replaceEnvironment(settings: Settings | undefined): Settings | undefined {
  const before = fromFile;
  fromFile = settings;
  return before;
}

/** Reads the one variable that stands for a setting, for those who need no other. */
export function readSetting<K extends keyof Settings>(
  option: K,
  env?: Readonly<Environment>,
): Settings[K] | undefined {
  if (env === undefined && fromFile !== undefined) return fromFile[option];
  const variables = env ?? ownEnvironment() ?? {};
  const entry = (namesFile(variables) ? FILES : ENVIRONMENT).find((one) => one.option === option);
  return entry && (valueOf(entry, variables) as Settings[K] | undefined);
}

/** What instrumentations of HTTP clients, or servers, are told: a configuration file says it for each of them. */
export function readHttpSettings(side: 'client' | 'server'): HttpSettings {
  if (fromFile !== undefined) return fromFile.http?.[side] ?? {};
  const known = readSetting('knownMethods');
  return known === undefined ? {} : { knownMethods: known };
}

/** What counts beside a configuration file: who names it, and variables that are none of OpenTelemetry's. */
const FILES = ENVIRONMENT.filter(
  ({ name }) => name.endsWith('_CONFIG_FILE') || !name.startsWith('OTEL_'),
);

function namesFile(env: Readonly<Environment>): boolean {
  return FILES.some(({ name }) => name.startsWith('OTEL_') && env[name]?.trim());
}

function valueOf({ name, read }: Variable, env: Readonly<Environment>): unknown {
  const raw = env[name]?.trim();
  if (raw === undefined || raw === '') return undefined;
  return read(raw, (why) => report(`env.${name}`, `${name}: ${why}`));
}

type Read = Variable['read'];

function variable(name: string, option: string, fallback: string, read: Read): Variable {
  return Object.freeze({ name, option, default: fallback, read });
}

function put(settings: Settings, option: string, value: unknown): void {
  const path = option.split('.');
  const last = path.pop()!;
  let target = settings as unknown as Record<string, unknown>;
  for (const step of path) target = target[step] as Record<string, unknown>;
  target[last] = value;
}

function text(raw: string): string {
  return raw;
}

function bool(raw: string, complain: (why: string) => void): boolean {
  const value = raw.toLowerCase();
  if (value !== 'true' && value !== 'false') complain(`"${raw}" is neither true nor false`);
  return value === 'true';
}

/** Each once; a list of nothing says nothing. */
function list(raw: string): string[] | undefined {
  const items = raw
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
  return items.length === 0 ? undefined : [...new Set(items)];
}

/** Names of components: the same in another case is the same. */
export function names(raw: string): string[] | undefined {
  const items = list(raw);
  return items && [...new Map(items.map((name) => [name.toLowerCase(), name])).values()];
}

function whole(raw: string, complain: (why: string) => void): number | undefined {
  const value = /^\d+$/.test(raw) ? Number(raw) : NaN;
  if (value <= 0x7fffffff) return value;
  complain(`"${raw}" is no whole number from 0 to 2147483647: it is ignored`);
  return undefined;
}

function positive(raw: string, complain: (why: string) => void): number | undefined {
  const value = whole(raw, complain);
  if (value !== 0) return value;
  complain('0 is not allowed: it is ignored');
  return undefined;
}

function oneOf(...values: readonly string[]): Read {
  return (raw, complain) => {
    const value = raw.toLowerCase();
    if (values.includes(value)) return value;
    complain(`"${raw}" is none of ${values.join(', ')}: it is ignored`);
    return undefined;
  };
}

function url(raw: string, complain: (why: string) => void): string | undefined {
  if (/^https?:$/.test(URL.parse(raw)?.protocol ?? '')) return raw;
  complain('it is no http or https URL: it is ignored');
  return undefined;
}

/** A URL, or, for gRPC, a name such as `host:port` or `unix:path`. */
function endpoint(raw: string, complain: (why: string) => void): string | undefined {
  return raw.includes('://') ? url(raw, complain) : raw;
}

/** `key=value,…`, percent-encoded. The values may be secrets and are never shown. */
export function keyValues(
  raw: string,
  complain: (why: string) => void,
): Record<string, string> | undefined {
  try {
    return Object.fromEntries(
      raw
        .split(',')
        .filter((pair) => pair.trim() !== '')
        .map(keyValue),
    );
  } catch {
    complain('it is no list of key=value with percent-encoded values: all of it is ignored');
    return undefined;
  }
}

function keyValue(pair: string): [string, string] {
  const at = pair.indexOf('=');
  const key = decodeURIComponent(pair.slice(0, Math.max(0, at)).trim());
  if (key === '') throw new URIError('no key');
  return [key, decodeURIComponent(pair.slice(at + 1).trim())];
}

function entities(raw: string, complain: (why: string) => void): Entities | undefined {
  const found = parseEntities(raw, complain);
  return found.refs.length === 0 ? undefined : found;
}

/**
 * Specification: resource SDK. Here an equals sign within a value has to be encoded too, and a single
 * error discards the whole variable.
 */
export function resourceAttributes(
  raw: string,
  complain: (why: string) => void,
): Attributes | undefined {
  if (raw.split(',').every((pair) => pair.split('=').length === 2)) return keyValues(raw, complain);
  complain('it is no list of key=value with , and = encoded in values: all of it is ignored');
  return undefined;
}
