import { tracesUrl, type OTLPTraceExporterOptions } from '../../exporters/otlp/options.js';
import type { OtlpSettings } from '../config.js';
import { report } from '../diagnostics.js';

/**
 * What the environment says, as options of the OTLP exporter (specification: OTLP exporter). What is said
 * for traces wins, for headers one by one. Certificates are given as paths and read here; one that cannot
 * be read is reported.
 */
export function otlpEnvironment(said: OtlpSettings): OTLPTraceExporterOptions {
  const protocol = said.tracesProtocol ?? said.protocol;
  const headers = { ...said.headers, ...said.tracesHeaders };
  return withoutUndefined({
    protocol,
    url: said.tracesEndpoint ?? baseUrl(said.endpoint, protocol),
    headers: Object.keys(headers).length > 0 ? headers : undefined,
    timeoutMillis: said.tracesTimeoutMillis ?? said.timeoutMillis,
    compression: said.tracesCompression ?? said.compression,
    ca: pem('CERTIFICATE', said.tracesCertificate ?? said.certificate),
    key: pem('CLIENT_KEY', said.tracesClientKey ?? said.clientKey),
    cert: pem('CLIENT_CERTIFICATE', said.tracesClientCertificate ?? said.clientCertificate),
    insecure: said.tracesInsecure ?? said.insecure,
  });
}

/** The general endpoint is a base for HTTP; for gRPC it is what it is. */
function baseUrl(endpoint: string | undefined, protocol: string | undefined): string | undefined {
  const isUrl = endpoint?.includes('://') === true;
  return isUrl && protocol !== 'grpc' ? tracesUrl(endpoint) : endpoint;
}

function pem(variable: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8');
  } catch (error) {
    const name = `OTEL_EXPORTER_OTLP_${variable}`;
    report(`env.${name}`, `${name}: the file cannot be read and is ignored`, error);
    return undefined;
  }
}

/** An option that is not given is not there at all. */
function withoutUndefined(options: Record<string, unknown>): OTLPTraceExporterOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
