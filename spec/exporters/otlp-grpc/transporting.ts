import { createGrpcTransport, type GrpcTransportOptions } from '../../../exporters/otlp/grpc.js';
import { encodeTraces } from '../../../exporters/otlp/protobuf.js';
import type { OtlpTransport } from '../../../exporters/otlp/transport.js';
import { readableSpans } from '../../support/readable-spans.js';

/** Three spans. */
export const BODY: Uint8Array = new Uint8Array(encodeTraces(readableSpans(3)));

/** A transport that closes itself at the end of its block. */
export function transportTo(
  target: string,
  options: Partial<GrpcTransportOptions> = {},
): OtlpTransport & Disposable {
  const transport = createGrpcTransport({
    target,
    headers: {},
    compression: 'none',
    timeoutMillis: 10_000,
    maxResponseBytes: 4_194_304,
    ...options,
  });
  return {
    attempt: (body, signal) => transport.attempt(body, signal),
    attemptSync: (body, millis) => transport.attemptSync!(body, millis),
    close: () => transport.close(),
    [Symbol.dispose]: () => transport.close(),
  };
}

/** A signal that no test waits for. */
export function soon(): AbortSignal {
  return AbortSignal.timeout(5000);
}
