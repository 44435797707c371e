import type { Socket } from 'node:net';
import { unrefTimer } from '../../lib/deadline.js';

/** A connection that is not made by then is given up, in milliseconds: time for a packet to be lost twice. */
const CONNECT_MILLIS = 3000;

/**
 * Gives the connection of a new socket up when nobody answers. Until it is made it holds the process, whatever is done to its
 * socket, and the operating system would wait for minutes.
 */
export function boundConnecting(socket: Socket): void {
  const giveUp = (): void => {
    // The event loop may have been blocked: what came meanwhile is seen first.
    setImmediate(() => {
      if (!socket.connecting) return;
      socket.destroy(new Error(`no connection within ${CONNECT_MILLIS} ms`));
    });
  };
  const timer = unrefTimer(giveUp, CONNECT_MILLIS);
  const clear = (): void => clearTimeout(timer);
  socket.once('connect', clear).once('close', clear);
}
