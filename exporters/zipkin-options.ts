import { VERSION } from '../lib/version.js';
import {
  checked,
  resolveOptions,
  type OTLPTraceExporterOptions,
  type OtlpHeaders,
  type ResolvedOptions,
} from './otlp/options.js';

/** Options of a {@link ZipkinExporter}; what is not explained here is as for OTLP. */
export interface ZipkinExporterOptions extends Pick<
  OTLPTraceExporterOptions,
  | 'headers'
  | 'compression'
  | 'timeoutMillis'
  | 'concurrencyLimit'
  | 'maxRequestBytes'
  | 'maxResponseBytes'
  | 'initialBackoffMillis'
  | 'maxBackoffMillis'
  | 'maxQueueBytes'
  | 'maxAgeMillis'
  | 'spool'
  | 'ca'
  | 'key'
  | 'cert'
  | 'httpAgentOptions'
  | 'selfObsMeterProvider'
> {
  /** Where requests go, used as it is. Default `http://localhost:9411/api/v2/spans`. */
  url?: string;
  /** The name of the service, whatever the resources of spans say. Default: their `service.name`. */
  serviceName?: string;
}

const DEFAULT_URL = 'http://localhost:9411/api/v2/spans';

/**
 * How requests are sent: as JSON, within 10 seconds by default (E-ZIP-01).
 *
 * @throws TypeError with the value, when an option cannot be used
 */
export function resolveZipkinOptions(options: ZipkinExporterOptions): ResolvedOptions {
  const { serviceName, url = DEFAULT_URL, headers, ...others } = options;
  if (serviceName !== undefined && (typeof serviceName !== 'string' || serviceName === '')) {
    throw new TypeError(`serviceName must be a name, not ${JSON.stringify(serviceName)}`);
  }
  return resolveOptions({ ...others, url, protocol: 'http/json', headers: named(headers) });
}

const PRODUCT = { 'user-agent': `spantree/${VERSION}` };

/** The headers with our product, over which theirs win. */
function named(headers: OtlpHeaders | undefined): OtlpHeaders {
  if (typeof headers !== 'function') return { ...PRODUCT, ...checked(headers) };
  return () => {
    const given = headers();
    return given instanceof Promise
      ? given.then((late) => ({ ...PRODUCT, ...checked(late) }))
      : { ...PRODUCT, ...checked(given) };
  };
}
