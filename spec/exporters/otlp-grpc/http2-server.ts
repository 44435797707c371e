import {
  createServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface WireRequest {
  readonly headers: IncomingHttpHeaders;
  /** The frames of all messages. */
  readonly body: Buffer;
}

/** A server that speaks HTTP/2 and nothing else: what is gRPC about it is in the test. */
export interface Http2Server extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly WireRequest[];
}

/** Starts one; `await using` must close it. */
export async function startHttp2Server(
  answer: (stream: ServerHttp2Stream, request: WireRequest) => void = ok,
): Promise<Http2Server> {
  const requests: WireRequest[] = [];
  const sessions = new Set<Http2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = [];
    stream.on('error', () => {});
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const request = { headers, body: Buffer.concat(chunks) };
      requests.push(request);
      answer(stream, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

/** A message with its flag and length (E-GRPC-08). */
export function frame(message: Uint8Array, compressed = false): Buffer {
  const head = Buffer.alloc(5);
  head[0] = compressed ? 1 : 0;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Answers OK with an empty message. */
export function ok(stream: ServerHttp2Stream): void {
  respond(stream, frame(Buffer.alloc(0)), { 'grpc-status': '0' });
}

/** Answers with these bytes and trailers. */
export function respond(
  stream: ServerHttp2Stream,
  body: Uint8Array,
  trailers: Record<string, string>,
  headers: Record<string, string> = {},
): void {
  stream.respond(
    { ':status': 200, 'content-type': 'application/grpc', ...headers },
    { waitForTrailers: true },
  );
  stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
}
