import { createGrpcTransport } from './grpc.js';
import { createHttpTransport } from './http-transport.js';
import type { ResolvedOptions } from './options.js';
import type { OtlpTransport } from './transport.js';

/**
 * The transport for the protocol that the options name.
 *
 * @throws TypeError for options that it cannot use, Error when a package that it needs is missing
 */
export function createTransport(options: ResolvedOptions): OtlpTransport {
  return options.protocol === 'grpc' ? createGrpcTransport(options) : createHttpTransport(options);
}
