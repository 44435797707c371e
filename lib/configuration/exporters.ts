import type { OTLPTraceExporterOptions } from '../../exporters/otlp/options.js';
import { OTLPFileExporter } from '../../exporters/otlp-file.js';
import { OTLPTraceExporter } from '../../exporters/otlp/trace-exporter.js';
import { exporterRegistry } from '../components.js';
import { keyValues } from '../config.js';
import type { SpanExporter } from '../exporter.js';
import type { SpanProcessor } from '../processor.js';
import { given, makeComponent, type Entry, type Make } from './entry.js';
import type { ConfiguredComponent } from './model.js';

/** Makes an exporter, or what takes the place of one together with its processor, such as the tree. */
export function exporterFrom(
  component: ConfiguredComponent,
  path: string,
): SpanExporter | SpanProcessor {
  return makeComponent(component, path, EXPORTERS, exporterRegistry);
}

const EXPORTERS: Readonly<Record<string, Make<SpanExporter | SpanProcessor>>> = {
  otlp_http: ({ options }) => {
    const { encoding } = options as { encoding?: string | null };
    const protocol = encoding?.toLowerCase() === 'json' ? 'http/json' : 'http/protobuf';
    return new OTLPTraceExporter({ protocol, ...otlpOptions(options) });
  },
  otlp_grpc: ({ options }) => new OTLPTraceExporter({ protocol: 'grpc', ...otlpOptions(options) }),
  'otlp_file/development': fileExporter,
};

/** What the model says of OTLP (D-12). */
interface OtlpConfiguration {
  readonly endpoint?: string | null;
  readonly headers?: readonly { readonly name: string; readonly value: string | null }[] | null;
  readonly headers_list?: string | null;
  readonly compression?: string | null;
  readonly timeout?: number | null;
  readonly max_request_size?: number | null;
  readonly max_response_size?: number | null;
  readonly tls?: {
    readonly ca_file?: string | null;
    readonly key_file?: string | null;
    readonly cert_file?: string | null;
    readonly insecure?: boolean | null;
  } | null;
}

function otlpOptions(options: OtlpConfiguration): OTLPTraceExporterOptions {
  const { tls } = options;
  return given({
    url: options.endpoint,
    headers: headersFrom(options),
    compression: options.compression?.toLowerCase() as 'none' | 'gzip' | undefined,
    timeoutMillis: options.timeout,
    maxRequestBytes: options.max_request_size,
    maxResponseBytes: options.max_response_size,
    ca: pem('tls.ca_file', tls?.ca_file),
    key: pem('tls.key_file', tls?.key_file),
    cert: pem('tls.cert_file', tls?.cert_file),
    insecure: tls?.insecure,
  });
}

/** Those of `headers` win; one without a value is left out. Names are the same in any case. */
function headersFrom({ headers, headers_list }: OtlpConfiguration): Record<string, string> {
  const pairs = Object.entries(headersOfList(headers_list));
  for (const { name, value } of headers ?? []) {
    if (value === null) continue;
    const at = pairs.findIndex(([other]) => other.toLowerCase() === name.toLowerCase());
    pairs.splice(at < 0 ? pairs.length : at, 1, [name, value]);
  }
  return Object.fromEntries(pairs);
}

function headersOfList(list: string | null | undefined): Record<string, string> {
  if (list === null || list === undefined) return {};
  const read = keyValues(list, () => {});
  if (read !== undefined) return read;
  throw new TypeError('headers_list: expected key=value,… with percent-encoded values');
}

function pem(option: string, path: string | null | undefined): string | undefined {
  if (path === null || path === undefined) return undefined;
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`${option}: expected a file that can be read, not "${path}"`, { cause });
  }
}

function fileExporter({ options }: Entry): SpanExporter {
  const stream = (options['output_stream'] ?? 'stdout') as string;
  if (stream === 'stdout') return new OTLPFileExporter();
  return new OTLPFileExporter({ path: process.getBuiltinModule('node:url').fileURLToPath(stream) });
}
