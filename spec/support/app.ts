import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { ReadableSpan } from '../../lib/readable-span.js';

/** A Koa application, whatever state and context it declares. */
export interface KoaApp {
  silent: boolean;
  callback(): (...exchange: Parameters<RequestListener>) => Promise<void>;
}

/** Servers of one `describe`; each is closed after the test that started it. */
export interface Apps {
  /** Serves an application on a loopback port; resolves to `http://127.0.0.1:port`. */
  serve(app: KoaApp | RequestListener): Promise<string>;
}

/** Lets the surrounding `describe` start applications. */
export function useApps(): Apps {
  const servers: Server[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map(closed));
  });
  return {
    async serve(app) {
      const server = createServer(typeof app === 'function' ? app : listener(app));
      servers.push(server);
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
  };
}

/** The listener of a Koa application, which keeps the errors of its requests to itself. */
export function listener(app: KoaApp): RequestListener {
  app.silent = true;
  const callback = app.callback();
  return (request, response) => void callback(request, response);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

/** A request as it is written to the wire, and what comes back before the connection ends. */
export function exchange(url: string, request: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(request));
    socket.setEncoding('utf8');
    socket.on('data', (data: string) => (received += data));
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

/** Writes a request, and hangs up as soon as the promise resolves or the first bytes come back. */
export function hangUp(url: string, request: string, when?: Promise<unknown>): void {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1', () => socket.write(request));
  const leave = () => socket.destroy();
  socket.on('error', leave);
  if (when === undefined) socket.once('data', leave);
  else void when.then(leave);
}

/**
 * Resolves when so many spans have ended: the client has its response a little before the server
 * knows. Rejects when they do not end.
 */
export async function ended(
  source: { spans(): ReadableSpan[] },
  count = 1,
): Promise<ReadableSpan[]> {
  const deadline = performance.now() + 5000;
  while (source.spans().length < count) {
    if (performance.now() > deadline) {
      throw new Error(`waited for ${count} spans to end, got ${source.spans().length}`);
    }
    await new Promise((turn) => setImmediate(turn));
  }
  return source.spans();
}

/** Resolves when everything that is on its way within this process has arrived. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((next) => setImmediate(next));
}
