import type { ExporterAttributes } from '../../lib/self-observation.js';
import { parseGrpcTarget } from './grpc-target.js';
import type { ResolvedOptions } from './options.js';

const TYPES = {
  'http/protobuf': 'otlp_http_span_exporter',
  'http/json': 'otlp_http_json_span_exporter',
  grpc: 'otlp_grpc_span_exporter',
} as const;

/** What metrics say about an exporter with these options: its type, and where the backend is. */
export function exporterAttributes(
  options: ResolvedOptions,
  type: string = TYPES[options.protocol],
): ExporterAttributes {
  const { http, target, insecure } = options;
  if (http === undefined) {
    const { address } = parseGrpcTarget(target, insecure);
    if ('path' in address) return { type, address: address.path };
    return { type, address: address.host, port: address.port };
  }
  if (http.socketPath !== undefined) return { type, address: http.socketPath };
  const { hostname, port, protocol } = http.url;
  return {
    type,
    address: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  };
}
