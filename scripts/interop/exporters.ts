import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OTLPTraceExporter, type OTLPTraceExporterOptions } from '../../exporters/index.js';
import { TLS_FOLDER } from './collector.js';

/** Ports of a receiver of OTLP; those with TLS ask for a certificate. */
export interface OtlpPorts {
  readonly http: number;
  readonly grpc: number;
  readonly httpTls?: number;
  readonly grpcTls?: number;
}

/** An exporter of spans by OTLP, as the interop script tries it. */
export interface OtlpVariant {
  readonly name: string;
  readonly port: keyof OtlpPorts;
  readonly options: OTLPTraceExporterOptions;
}

const TLS = {
  ca: pem('ca.pem'),
  key: pem('client-key.pem'),
  cert: pem('client.pem'),
};

/** Every way in which spans go out by OTLP: one line each. */
export const OTLP_VARIANTS: readonly OtlpVariant[] = [
  { name: 'http/protobuf', port: 'http', options: {} },
  { name: 'http/protobuf, gzip', port: 'http', options: { compression: 'gzip' } },
  { name: 'http/protobuf, TLS both ways', port: 'httpTls', options: TLS },
  { name: 'http/json', port: 'http', options: { protocol: 'http/json' } },
  {
    name: 'http/json, gzip',
    port: 'http',
    options: { protocol: 'http/json', compression: 'gzip' },
  },
  { name: 'grpc', port: 'grpc', options: { protocol: 'grpc' } },
  { name: 'grpc, gzip', port: 'grpc', options: { protocol: 'grpc', compression: 'gzip' } },
  { name: 'grpc, TLS both ways', port: 'grpcTls', options: { protocol: 'grpc', ...TLS } },
];

/** The exporter for a receiver; `undefined` where the receiver has no such port. */
export function makeExporter(
  { port, options }: OtlpVariant,
  ports: OtlpPorts,
): OTLPTraceExporter | undefined {
  const number = ports[port];
  if (number === undefined) return undefined;
  const scheme = port.endsWith('Tls') ? 'https' : 'http';
  const path = port.startsWith('http') ? '/v1/traces' : '';
  // The name that the certificate is for.
  const host = scheme === 'https' ? 'localhost' : '127.0.0.1';
  return new OTLPTraceExporter({ ...options, url: `${scheme}://${host}:${number}${path}` });
}

function pem(name: string): string {
  return readFileSync(join(TLS_FOLDER, name), 'utf8');
}
