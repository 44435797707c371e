import type * as Grpc from '@grpc/grpc-js';
import { causeOfError } from './cause.js';
import { GrpcConnection, type CallEnd } from './grpc-connection.js';
import { GrpcHeaders, grpcTimeout } from './grpc-metadata.js';
import { loadGrpc } from './grpc-package.js';
import { judgeStatus } from './grpc-status.js';
import { callSync } from './grpc-sync.js';
import { parseGrpcTarget, type GrpcTarget } from './grpc-target.js';
import type { ResolvedOptions } from './options.js';
import { USER_AGENT } from './request-headers.js';
import { readPartialSuccess } from './response.js';
import type { AttemptResult, OtlpTransport } from './transport.js';

/** Those of the exporter's options that a gRPC transport uses. */
export type GrpcTransportOptions = Pick<
  ResolvedOptions,
  | 'target'
  | 'insecure'
  | 'tls'
  | 'headers'
  | 'compression'
  | 'timeoutMillis'
  | 'maxResponseBytes'
  | 'userAgent'
>;

/** Where every OTLP backend takes traces (E-GRPC-01). */
const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';
/** What the library says when a response is larger than its limit, as it is or decompressed. */
const TOO_LARGE = /^Received message (that decompresses to a size )?larger than/;
/** No backend takes pings this far apart for an attack; they find a connection that died silently. */
const KEEPALIVE_MILLIS = 300_000;

/**
 * A transport for OTLP over gRPC. Nothing is connected before the first attempt.
 *
 * @throws TypeError for a target or headers that cannot be used, Error when `@grpc/grpc-js` is missing
 */
export function createGrpcTransport(options: GrpcTransportOptions): OtlpTransport {
  return new GrpcTransport(options);
}

class GrpcTransport implements OtlpTransport {
  readonly #options: GrpcTransportOptions;
  readonly #target: GrpcTarget;
  readonly #headers: GrpcHeaders;
  readonly #userAgent: string;
  readonly #grpc: typeof Grpc;
  readonly #credentials: Grpc.ChannelCredentials;
  #connection: GrpcConnection | undefined;
  #closed = false;

  constructor(options: GrpcTransportOptions) {
    const { target, insecure, headers, userAgent, tls = {} } = options;
    this.#options = options;
    this.#target = parseGrpcTarget(target, insecure);
    this.#headers = new GrpcHeaders(headers);
    this.#userAgent = userAgent ? `${userAgent} ${USER_AGENT}` : USER_AGENT;
    this.#grpc = loadGrpc();
    const { credentials } = this.#grpc;
    this.#credentials = this.#target.secure
      ? credentials.createSsl(bytesOf(tls.ca), bytesOf(tls.key), bytesOf(tls.cert))
      : credentials.createInsecure();
  }

  async attempt(body: Uint8Array, signal: AbortSignal): Promise<AttemptResult> {
    try {
      const metadata = await this.#metadata(signal);
      if (this.#closed) {
        return { kind: 'dropped', reason: 'shutdown', why: 'the transport has been closed' };
      }
      if (this.#connection?.retired !== false) this.#connection = this.#connect();
      const end = await this.#connection.call(body, metadata, signal);
      const cut = signal.aborted && end.failure !== undefined;
      return cut ? { kind: 'again', why: 'no answer', errorType: 'timeout' } : this.#judge(end);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { kind: 'again', why, ...causeOfError(error, signal.aborted) };
    }
  }

  attemptSync(body: Uint8Array, timeoutMillis: number): AttemptResult {
    try {
      const { compression, tls } = this.#options;
      const about = { target: this.#target, path: EXPORT, userAgent: this.#userAgent, tls };
      const headers = this.#headers.getSync();
      return callSync({ ...about, headers, compression, body }, timeoutMillis);
    } catch (error) {
      return { kind: 'again', why: String(error) };
    }
  }

  close(): void {
    this.#closed = true;
    this.#connection?.retire();
  }

  #judge({ failure, response, answered }: CallEnd): AttemptResult {
    if (failure === undefined) {
      const { rejectedSpans, errorMessage } = readPartialSuccess(response, false);
      const said = { rejected: rejectedSpans, message: errorMessage };
      return { kind: 'delivered', ...said, status: 'OK' };
    }
    const { code, details, metadata } = failure;
    // Its own limit has the status of an exhausted backend; which would say that without a message before.
    if (answered && code === this.#grpc.status.RESOURCE_EXHAUSTED && TOO_LARGE.test(details)) {
      return { kind: 'dropped', reason: 'responseTooLarge', why: details };
    }
    const [statusDetails] = metadata.get('grpc-status-details-bin');
    if (!Buffer.isBuffer(statusDetails)) return judgeStatus({ code, details });
    return judgeStatus({ code, details, statusDetails });
  }

  #connect(): GrpcConnection {
    const { compression, maxResponseBytes } = this.#options;
    const { Client, compressionAlgorithms } = this.#grpc;
    const channelOptions: Grpc.ClientOptions = {
      'grpc.primary_user_agent': this.#userAgent,
      'grpc.max_receive_message_length': maxResponseBytes,
      'grpc.keepalive_time_ms': KEEPALIVE_MILLIS,
      // Closing must not concern the connections of the application.
      'grpc.use_local_subchannel_pool': 1,
      // One more DNS query, for settings that are not wanted from there.
      'grpc.service_config_disable_resolution': 1,
      'grpc.enable_channelz': 0,
      ...(compression === 'gzip' && {
        'grpc.default_compression_algorithm': compressionAlgorithms.gzip,
      }),
    };
    return new GrpcConnection(
      this.#grpc,
      EXPORT,
      () => new Client(this.#target.name, this.#credentials, channelOptions),
    );
  }

  async #metadata(signal: AbortSignal): Promise<Grpc.Metadata> {
    const metadata = new this.#grpc.Metadata();
    for (const [key, value] of await this.#headers.get(signal)) metadata.set(key, value);
    // For the backend to know. A deadline of the library's would hold the process; here the signal is it.
    const timeout = grpcTimeout(this.#options.timeoutMillis);
    if (timeout !== undefined) metadata.set('grpc-timeout', timeout);
    return metadata;
  }
}

function bytesOf(pem: string | Buffer | undefined): Buffer | null {
  return pem === undefined ? null : Buffer.from(pem);
}
