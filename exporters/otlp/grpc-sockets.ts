import type { AsyncLocalStorage } from 'node:async_hooks';
import type { Socket } from 'node:net';
import { unrefTimer } from '../../lib/deadline.js';
import { boundConnecting } from './connect-bound.js';

/** What a connection has for its good-bye. */
const FAREWELL_MILLIS = 500;

/**
 * The sockets of one gRPC client. The library holds the process while it connects and while a call waits for
 * its answer, which a dead backend would make minutes of, and gives no access to its sockets. Node tells of
 * each that is made (`net.client.socket`); ours are known by the asynchronous context that they are made in.
 */
export class GrpcSockets {
  readonly #open = new Set<Socket>();

  /** Sockets that the function makes, now or later, belong to these. */
  run<T>(connecting: () => T): T {
    return storage().run(this, connecting);
  }

  /**
   * To be called when the client has been closed and no call is under way. The library leaves it to the
   * operating system to give up a connection that cannot be made, and waits for ever in a handshake.
   */
  abandon(): void {
    for (const socket of this.#open) if (socket.connecting) socket.destroy();
    unrefTimer(() => {
      for (const socket of this.#open) socket.destroy();
    }, FAREWELL_MILLIS);
  }

  /** @internal One was made. */
  add(socket: Socket): void {
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    socket.unref();
    boundConnecting(socket);
    // The library refers to it again with each call; over TLS it does so past the socket, on its handle.
    socket.once('connect', () => {
      const { _handle: handle } = socket as { _handle?: { ref?: () => void } };
      if (handle?.ref !== undefined) handle.ref = () => {};
    });
  }
}

let owner: AsyncLocalStorage<GrpcSockets> | undefined;

/** At first use: a program without gRPC has no need of it. */
function storage(): AsyncLocalStorage<GrpcSockets> {
  if (owner !== undefined) return owner;
  const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
  const made = new AsyncLocalStorage<GrpcSockets>();
  process.getBuiltinModule('node:diagnostics_channel').subscribe('net.client.socket', (message) => {
    made.getStore()?.add((message as { socket: Socket }).socket);
  });
  return (owner = made);
}
