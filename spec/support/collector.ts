import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decodeTraces, decodeTracesJson, type WireSpan, type WireTraces } from './wire.js';

/** A request as it arrived. */
export interface CollectedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Decompressed. */
  readonly body: Buffer;
  /** `performance.now()` when it had arrived. */
  readonly at: number;
  /** The local port of its connection's other end: which connection it came by. */
  readonly port: number;
}

/** What the collector does with one request: an answer, or something worse. */
export type Answer =
  | {
      status: number;
      headers?: Record<string, string>;
      body?: string | Uint8Array;
      /** Milliseconds to wait before answering. */
      delay?: number;
    }
  /** Never answers. */
  | 'hang'
  /** Sends status 200 and never ends the body. */
  | 'hang in body'
  /** Closes the connection without an answer. */
  | 'reset'
  /** Closes the connection in the middle of a body of status 200. */
  | 'reset in body'
  /** Answers, and closes the connection although it said keep-alive. */
  | 'close after'
  /** Sends bytes that are no HTTP. */
  | 'no http';

/** A real OTLP/HTTP sink on a loopback port. */
export interface Collector {
  readonly url: string;
  readonly requests: readonly CollectedRequest[];
  /** Does this with the next requests, one after the other; afterwards each gets status 200. */
  answer(...answers: Answer[]): void;
  /** Does this with every further request. */
  always(answer: Answer): void;
  /** Answers a request by its decompressed body; `undefined` leaves it to the other two. */
  decide(by: (body: Buffer) => Answer | undefined): void;
  /** Resolves when so many requests have come. */
  received(count: number): Promise<void>;
  /** All requests decoded by what their content types say. */
  traces(): WireTraces[];
  /** All spans of all requests that were answered with status 200. */
  spans(): WireSpan[];
  /** Open connections. */
  connections(): number;
  close(): Promise<void>;
}

/** Where and how a collector listens. */
export interface CollectorOptions {
  /** Default: any port. */
  port?: number;
  /** A socket in the file system instead of a port. */
  socketPath?: string;
  /** Speak TLS. */
  tls?: ServerOptions;
}

/** Starts one; `after` hooks must close it. */
export async function startCollector(options: CollectorOptions = {}): Promise<Collector> {
  const requests: CollectedRequest[] = [];
  const taken: CollectedRequest[] = [];
  const script: Answer[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const sockets = new Set<Socket>();
  let usual: Answer = { status: 200 };
  let decide = (_body: Buffer): Answer | undefined => undefined;

  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const { method = '', url: path = '', headers } = request;
      const body = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      const port = request.socket.remotePort ?? 0;
      const collected = { method, path, headers, body, at: performance.now(), port };
      requests.push(collected);
      const answer = decide(body) ?? script.shift() ?? usual;
      if (typeof answer === 'object' && answer.status === 200) taken.push(collected);
      void perform(answer, response);
      for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
    });
  };
  const { tls, socketPath, port = 0 } = options;
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(
      socketPath === undefined ? { port, host: '127.0.0.1' } : { path: socketPath },
      resolve,
    );
  });
  const place = socketPath ?? `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: socketPath ? `unix:${place}` : `${tls ? 'https' : 'http'}://${place}/v1/traces`,
    requests,
    answer: (...answers) => void script.push(...answers),
    always: (answer) => {
      usual = answer;
    },
    decide: (by) => {
      decide = by;
    },
    received: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    traces: () => requests.map(decoded),
    spans: () => taken.flatMap((request) => spansOf(decoded(request))),
    connections: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A loopback URL where nobody listens: connections are refused. */
export async function refusingUrl(): Promise<string> {
  const collector = await startCollector();
  await collector.close();
  return collector.url;
}

/** The spans of one request, in their order. */
export function spansOf({ resourceSpans }: WireTraces): WireSpan[] {
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

function decoded({ headers, body }: CollectedRequest): WireTraces {
  const json = headers['content-type'] === 'application/json';
  return json ? decodeTracesJson(body.toString('utf8')) : decodeTraces(body);
}

async function perform(answer: Answer, response: ServerResponse): Promise<void> {
  switch (answer) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'no http':
      response.socket?.end('220 mail.example.com ESMTP\r\n');
      return;
    case 'hang in body':
    case 'reset in body':
      response.writeHead(200, { 'content-length': '100' });
      response.write('begun');
      if (answer === 'reset in body') setImmediate(() => response.socket?.resetAndDestroy());
      return;
    case 'close after':
      response.end(() => response.socket?.destroy());
      return;
    default: {
      const { status, headers = {}, body, delay = 0 } = answer;
      if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
      response.writeHead(status, headers).end(body);
    }
  }
}
