import type * as Grpc from '@grpc/grpc-js';
import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../../lib/context.js';
import { GrpcSockets } from './grpc-sockets.js';

/** How a call ended. */
export interface CallEnd {
  /** What is not OK; `undefined` when the call succeeded. */
  readonly failure: Grpc.ServiceError | undefined;
  /** The message, if one came. */
  readonly response: Uint8Array;
  /** Whether the backend had begun to answer: no failure of the connection. */
  readonly answered: boolean;
}

/**
 * A client of the gRPC library for one method, used for any number of calls. What is made here is not
 * traced, and holds the process only while it connects.
 */
export class GrpcConnection {
  readonly #grpc: typeof Grpc;
  readonly #method: string;
  readonly #sockets = new GrpcSockets();
  readonly #client: Grpc.Client;
  #calls = 0;
  #retired = false;

  constructor(grpc: typeof Grpc, method: string, connect: () => Grpc.Client) {
    this.#grpc = grpc;
    this.#method = method;
    this.#client = this.#run(connect);
  }

  /** Whether it is for further calls. */
  get retired(): boolean {
    return this.#retired;
  }

  /**
   * One call, cancelled when the signal says so. Afterwards the connection retires when it is not to be
   * relied on: it could not be made (the library would refuse calls at once then, and try again in its own
   * time), or nothing came over it.
   */
  async call(body: Uint8Array, metadata: Grpc.Metadata, signal: AbortSignal): Promise<CallEnd> {
    this.#calls++;
    try {
      await this.#run(() => this.#settled(signal));
      const end = await this.#run(() => this.#send(body, metadata, signal));
      const silent = signal.aborted || end.failure?.code === this.#grpc.status.DEADLINE_EXCEEDED;
      if (!end.answered && end.failure !== undefined && (silent || this.#isBroken())) this.retire();
      return end;
    } finally {
      this.#calls--;
      if (this.#retired) this.#close();
    }
  }

  /** No further calls; closed when those under way have ended. */
  retire(): void {
    this.#retired = true;
    this.#close();
  }

  /** When it is connected or has failed to: a call that waited for that would hold the process. */
  #settled(signal: AbortSignal): Promise<void> {
    const { IDLE, CONNECTING } = this.#grpc.connectivityState;
    const channel = this.#client.getChannel();
    return new Promise((resolve) => {
      const check = (): void => {
        // To ask a channel that has been closed would make it connect again.
        if (signal.aborted) return;
        const state = channel.getConnectivityState(true);
        if (state !== IDLE && state !== CONNECTING) return done();
        channel.watchConnectivityState(state, Infinity, check);
      };
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
      check();
    });
  }

  #send(body: Uint8Array, metadata: Grpc.Metadata, signal: AbortSignal): Promise<CallEnd> {
    return new Promise((resolve) => {
      let answered = false;
      const cancel = (): void => call.cancel();
      const call = this.#client.makeUnaryRequest(
        this.#method,
        asBuffer,
        asItIs,
        body,
        metadata,
        (failure, response = Buffer.alloc(0)) => {
          signal.removeEventListener('abort', cancel);
          resolve({ failure: failure ?? undefined, response, answered });
        },
      );
      call.on('metadata', () => (answered = true));
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) cancel();
    });
  }

  #isBroken(): boolean {
    const { TRANSIENT_FAILURE } = this.#grpc.connectivityState;
    return this.#client.getChannel().getConnectivityState(false) === TRANSIENT_FAILURE;
  }

  #close(): void {
    if (this.#calls > 0) return;
    this.#client.close();
    this.#sockets.abandon();
  }

  /** What lives as long as the connection must not keep the context of whoever came first. */
  #run<T>(action: () => T): T {
    return context.with(suppressTracing(ROOT_CONTEXT), () => this.#sockets.run(action));
  }
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function asItIs(bytes: Buffer): Buffer {
  return bytes;
}
