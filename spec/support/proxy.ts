import { createServer, request as forward, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A real HTTP proxy on a loopback port. It finds every host on one port of this machine. */
export interface Proxy {
  readonly url: string;
  /** What it was asked for: `POST http://host/path`, `CONNECT host:port`. */
  readonly asked: string[];
  /** The `proxy-authorization` of each. */
  readonly credentials: (string | undefined)[];
  /** Open connections of its clients. */
  connections(): number;
  close(): Promise<void>;
}

/** How a proxy behaves. */
export interface ProxyOptions {
  /** A URL whose port stands for that of every host. */
  to: string;
  /** It answers with this status, or never, instead of doing as it is asked. */
  refuses?: number | 'silently';
}

/** Starts one; `after` hooks must close it. */
export async function startProxy({ to, refuses }: ProxyOptions): Promise<Proxy> {
  const port = Number(new URL(to).port);
  const asked: string[] = [];
  const credentials: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const clients = new Set<Socket>();
  const note = ({ method, url, headers }: IncomingMessage): void => {
    asked.push(`${method} ${url}`);
    credentials.push(headers['proxy-authorization']);
  };

  const server = createServer((request, response) => {
    note(request);
    if (refuses === 'silently') return;
    if (refuses !== undefined) {
      response.writeHead(refuses).end();
      return;
    }
    const { method, headers, url } = request;
    // Only the absolute form tells a proxy where to.
    const { pathname, search } = new URL(url!);
    const path = pathname + search;
    const on = forward({ host: '127.0.0.1', port, method, headers, path }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    on.on('error', () => response.destroy());
    request.pipe(on);
  });
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    note(request);
    if (refuses === 'silently') {
      // Without a reader it would not see the client leave.
      socket.on('end', () => socket.end()).resume();
      return;
    }
    if (refuses !== undefined) {
      socket.end(`HTTP/1.1 ${refuses} Refused\r\n\r\n`);
      return;
    }
    const on = track(connect(port, '127.0.0.1'));
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    on.write(head);
    on.pipe(socket).pipe(on);
  });
  server.on('connection', (socket: Socket) => clients.add(track(socket)));

  function track(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    return socket;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    credentials,
    connections: () => [...clients].filter(({ destroyed }) => !destroyed).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
