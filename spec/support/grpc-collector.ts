import {
  connect,
  createServer,
  type AddressInfo,
  type ListenOptions,
  type Server as TcpServer,
  type Socket,
} from 'node:net';
import {
  Metadata,
  Server,
  ServerCredentials,
  status,
  type sendUnaryData,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { spansOf } from './collector.js';
import { decodeTraces, type WireSpan } from './wire.js';

/** A call as it arrived. */
export interface CollectedCall {
  readonly metadata: Metadata;
  /** Decompressed. */
  readonly body: Buffer;
  /** `performance.now()` when it had arrived. */
  readonly at: number;
  /** Which connection it came by. */
  readonly peer: string;
}

/** What the collector does with one call: an answer, or something worse. */
export type GrpcAnswer =
  | {
      /** A status, OK if not given. */
      code?: status;
      details?: string;
      /** The bytes of `grpc-status-details-bin`. */
      statusDetails?: Uint8Array;
      /** The response message; empty if not given. */
      body?: Uint8Array;
      /** Milliseconds to wait before answering. */
      delay?: number;
    }
  /** Never answers. */
  | 'hang'
  /** Cuts all connections without an answer. */
  | 'reset';

/** A real OTLP/gRPC sink, behind a gate that counts connections and bytes, and can cut or block them. */
export interface GrpcCollector extends AsyncDisposable {
  /** `http://…` or `https://…`, for sockets in the file system `unix:…`. */
  readonly url: string;
  readonly port: number;
  readonly calls: readonly CollectedCall[];
  /** Does this with the next calls, one after the other; afterwards each gets OK. */
  answer(...answers: GrpcAnswer[]): void;
  /** Does this with every further call. */
  always(answer: GrpcAnswer): void;
  /** Resolves when so many calls have come. */
  received(count: number): Promise<void>;
  /** All spans of all calls that were answered with OK. */
  spans(): WireSpan[];
  /** Connections that were made so far, and bytes that came over them. */
  readonly connections: number;
  readonly bytes: number;
  /** Connections that are open now. */
  readonly open: number;
  /** From now on connections are made, and nothing goes through them: as where a firewall drops all. */
  block(): void;
  /** New connections are let through again. */
  unblock(): void;
  /** Closes all connections and refuses new ones. */
  down(): Promise<void>;
  /** Takes connections again, at the same port. */
  up(): Promise<void>;
  close(): Promise<void>;
}

/** How one is to be reached. */
export interface GrpcCollectorOptions {
  /** Instead of a loopback port. */
  readonly socketPath?: string;
  /** With TLS; with `clientCa` clients must show a certificate of that authority. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly clientCa?: string };
}

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** Starts one; `await using` or `after` hooks must close it. */
export async function startGrpcCollector(
  options: GrpcCollectorOptions = {},
): Promise<GrpcCollector> {
  const calls: CollectedCall[] = [];
  const taken: CollectedCall[] = [];
  const script: GrpcAnswer[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let usual: GrpcAnswer = {};

  const server = grpcServer((call, callback) => {
    const { metadata, request: body } = call;
    const collected = { metadata, body, at: performance.now(), peer: call.getPeer() };
    calls.push(collected);
    const answer = script.shift() ?? usual;
    if (typeof answer === 'object' && !answer.code) taken.push(collected);
    void perform(answer, callback, gate);
    for (const { count, resolve } of waiting) if (calls.length >= count) resolve();
  });
  const gate = await openGate(await bound(server, options.tls), options.socketPath);

  const { port, socketPath } = gate;
  const close = async (): Promise<void> => {
    await gate.down();
    server.forceShutdown();
  };
  return {
    url: socketPath
      ? `unix:${socketPath}`
      : `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    calls,
    answer: (...answers) => void script.push(...answers),
    always: (answer) => {
      usual = answer;
    },
    received: (count) =>
      new Promise((resolve) => {
        if (calls.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    spans: () => taken.flatMap(({ body }) => spansOf(decodeTraces(body))),
    get connections() {
      return gate.connections;
    },
    get bytes() {
      return gate.bytes;
    },
    get open() {
      return gate.sockets.size;
    },
    block: () => gate.block(true),
    unblock: () => gate.block(false),
    down: () => gate.down(),
    up: () => gate.up(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A loopback URL where nobody listens: connections are refused. */
export async function refusingGrpcUrl(): Promise<string> {
  const collector = await startGrpcCollector();
  await collector.close();
  return collector.url;
}

type Handler = (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => void;

function grpcServer(handler: Handler): Server {
  const asItIs = (bytes: Buffer): Buffer => bytes;
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(
    {
      Export: {
        path: EXPORT,
        requestStream: false,
        responseStream: false,
        requestSerialize: asItIs,
        requestDeserialize: asItIs,
        responseSerialize: asItIs,
        responseDeserialize: asItIs,
      },
    },
    { Export: handler },
  );
  return server;
}

function bound(server: Server, tls: GrpcCollectorOptions['tls']): Promise<number> {
  const credentials = tls
    ? ServerCredentials.createSsl(
        tls.clientCa ? Buffer.from(tls.clientCa) : null,
        [{ private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.cert) }],
        tls.clientCa !== undefined,
      )
    : ServerCredentials.createInsecure();
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

async function perform(
  answer: GrpcAnswer,
  callback: sendUnaryData<Buffer>,
  gate: Gate,
): Promise<void> {
  if (answer === 'hang') return;
  if (answer === 'reset') return gate.cut();
  const { code = status.OK, details = '', statusDetails, body, delay = 0 } = answer;
  if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
  if (code === status.OK) return callback(null, Buffer.from(body ?? []));
  const metadata = new Metadata();
  if (statusDetails) metadata.set('grpc-status-details-bin', Buffer.from(statusDetails));
  callback({ code, details, metadata });
}

interface Gate {
  readonly port: number;
  readonly socketPath: string | undefined;
  readonly sockets: ReadonlySet<Socket>;
  connections: number;
  bytes: number;
  block(blocked: boolean): void;
  cut(): void;
  down(): Promise<void>;
  up(): Promise<void>;
}

/** Passes connections on to the port. */
async function openGate(to: number, socketPath: string | undefined): Promise<Gate> {
  const sockets = new Set<Socket>();
  let blocked = false;
  const server = createServer((socket) => {
    gate.connections++;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    if (blocked) {
      socket.resume();
      return;
    }
    const inner = connect(to, '127.0.0.1');
    socket.setNoDelay();
    inner.setNoDelay();
    inner.on('error', () => {});
    socket.on('close', () => inner.destroy());
    inner.on('close', () => socket.destroy());
    socket.on('data', (data: Buffer) => {
      gate.bytes += data.length;
      if (!blocked) inner.write(data);
    });
    inner.on('data', (data: Buffer) => void (blocked || socket.write(data)));
  });
  const listens = socketPath ? { path: socketPath } : { host: '127.0.0.1', port: 0 };
  await listening(server, listens);
  const port = socketPath ? 0 : (server.address() as AddressInfo).port;
  const gate: Gate = {
    port,
    socketPath,
    sockets,
    connections: 0,
    bytes: 0,
    block: (value) => {
      blocked = value;
    },
    cut: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    down: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    up: () => listening(server, socketPath ? { path: socketPath } : { host: '127.0.0.1', port }),
  };
  return gate;
}

function listening(server: TcpServer, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
