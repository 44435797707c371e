import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the origin does with one request; everything left out is a plain 200. */
export interface Behaviour {
  /** Response status. Default: 200, or 302 with `redirect`. */
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Response body. Default: a JSON echo of the request ({@link SeenRequest}). */
  readonly body?: string;
  /** Answers with a `location` header. */
  readonly redirect?: string;
  /** Waits so many milliseconds before it answers. */
  readonly delay?: number;
  /** Never answers, or never gets further than half of the body. */
  readonly hang?: boolean | 'in the body';
  /** Drops the connection: at once, or after the headers and half of the body. */
  readonly reset?: 'before headers' | 'in the body';
}

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A real HTTP server on loopback that does as it is told. */
export interface Origin {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Requests in the order they came. */
  readonly requests: readonly SeenRequest[];
  /** Scripts the next requests, in order; after the last of them each gets a plain 200. */
  next(...behaviours: Behaviour[]): void;
  /** Resolves when a request has arrived; for requests that hang. */
  arrival(): Promise<SeenRequest>;
}

/** Starts an origin for the surrounding `describe`; script and requests are forgotten after each test. */
export function useOrigin(): Origin {
  const script: Behaviour[] = [];
  const requests: SeenRequest[] = [];
  const waiting: ((request: SeenRequest) => void)[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let server: Server;
  const port = () => (server.address() as AddressInfo).port;

  before(async () => {
    server = createServer((request, response) => {
      const seen = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
      };
      requests.push(seen);
      for (const tell of waiting.splice(0)) tell(seen);
      const behaviour = script.shift() ?? {};
      request.resume();
      if (behaviour.delay === undefined) return answer(seen, response, behaviour);
      const timer = setTimeout(() => {
        timers.delete(timer);
        answer(seen, response, behaviour);
      }, behaviour.delay);
      timers.add(timer);
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  });

  afterEach(() => {
    script.length = 0;
    requests.length = 0;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    server.closeAllConnections();
  });

  after(async () => {
    await new Promise((closed) => server.close(closed));
  });

  return {
    get url() {
      return `http://127.0.0.1:${port()}`;
    },
    get port() {
      return port();
    },
    requests,
    next: (...behaviours) => void script.push(...behaviours),
    arrival: () =>
      requests[0] === undefined
        ? new Promise((arrived) => waiting.push(arrived))
        : Promise.resolve(requests[0]),
  };
}

/** The URL of a loopback port that nothing listens on. */
export async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}

function answer(request: SeenRequest, response: ServerResponse, behaviour: Behaviour): void {
  if (behaviour.hang === true) return;
  if (behaviour.reset === 'before headers') return void response.socket?.destroy();
  response.statusCode = behaviour.status ?? (behaviour.redirect === undefined ? 200 : 302);
  if (behaviour.redirect !== undefined) response.setHeader('location', behaviour.redirect);
  for (const [name, value] of Object.entries(behaviour.headers ?? {})) {
    response.setHeader(name, value);
  }
  const body = behaviour.body ?? JSON.stringify(request);
  if (behaviour.reset === undefined && behaviour.hang === undefined) return void response.end(body);
  response.setHeader('content-length', Buffer.byteLength(body) * 2);
  response.write(body, () => {
    if (behaviour.reset !== undefined) response.socket?.destroy();
  });
}
