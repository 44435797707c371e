import { runWorkerSync } from '../../lib/node/worker-sync.js';
import { grpcTimeout, type MetadataEntry } from './grpc-metadata.js';
import { judgeStatus } from './grpc-status.js';
import type { GrpcTarget } from './grpc-target.js';
import type { TlsOptions } from './options.js';
import type { AttemptResult } from './transport.js';

/** A unary call that {@link callSync} makes. */
export interface GrpcSyncCall {
  readonly target: GrpcTarget;
  /** Service and method: `/package.Service/Method`. */
  readonly path: string;
  readonly userAgent: string;
  readonly headers: readonly MetadataEntry[];
  readonly body: Uint8Array;
  readonly compression: 'none' | 'gzip';
  readonly tls?: TlsOptions | undefined;
}

/** The cells of the memory that both threads see: whether the end is known, and the length of its text. */
const STATE = 0;
const LENGTH = 1;
const CELLS = 2;
const WAITING = 0;
const LONGEST_TEXT = 2000;

/**
 * The worker, as text: a worker from a file would have to be found, from the sources as from the bundle.
 * One unary call takes little of HTTP/2 (E-GRPC-07 to 09), and starts sooner than the gRPC library loads.
 */
const WORKER = `
const { workerData: { origin, socketPath, tls, headers, frame, memory } } = require('node:worker_threads');
const cells = new Int32Array(memory, 0, ${CELLS});
function tell(end) {
  if (Atomics.load(cells, ${STATE}) !== ${WAITING}) return;
  const room = new Uint8Array(memory, ${CELLS * 4});
  const { written } = new TextEncoder().encodeInto(JSON.stringify(end), room);
  Atomics.store(cells, ${LENGTH}, written);
  Atomics.store(cells, ${STATE}, 1);
  Atomics.notify(cells, ${STATE});
}
function fail(error) {
  const inner = error.errors ? error.errors.map((each) => each.message).join('; ') : '';
  tell({ error: String(error.message || inner || error.code || 'failed').slice(0, 200) });
}
function finish(headers) {
  const code = headers['grpc-status'];
  if (code === undefined) return;
  let details = String(headers['grpc-message'] ?? '');
  try { details = decodeURIComponent(details); } catch {}
  tell({ code: Number(code), details: details.slice(0, 200) });
}
try {
  const { protocol } = new URL(origin);
  const { connect } = require(protocol === 'https:' ? 'node:tls' : 'node:net');
  const options = { ...tls };
  if (socketPath !== undefined) {
    options.createConnection = () => connect({ ...tls, path: socketPath, ALPNProtocols: ['h2'] });
  }
  const session = require('node:http2').connect(origin, options);
  session.on('error', fail);
  const stream = session.request(headers);
  let status = 0;
  stream.on('response', (headers) => { status = headers[':status']; finish(headers); });
  stream.on('trailers', finish);
  stream.on('error', fail);
  stream.on('close', () => fail({ message: status === 200 ? 'no status' : 'HTTP status ' + status }));
  stream.resume();
  stream.end(frame);
} catch (error) {
  fail(error);
}
`;

/**
 * Makes a unary gRPC call and waits for its end without returning to the event loop: for a process that is
 * ending. A worker thread does the work while this thread sleeps, at most `timeoutMillis` milliseconds in
 * all. It goes straight to the target's first address, past proxies, and reads no response. Never throws.
 */
export function callSync(call: GrpcSyncCall, timeoutMillis: number): AttemptResult {
  const deadline = performance.now() + timeoutMillis;
  const memory = new SharedArrayBuffer(CELLS * 4 + LONGEST_TEXT);
  try {
    const workerData = {
      ...connection(call),
      headers: requestHeaders(call, timeoutMillis),
      frame: framed(call),
      memory,
    };
    const state = new Int32Array(memory, STATE * 4, 1);
    runWorkerSync({ code: WORKER, workerData, state }, deadline - performance.now());
    return outcome(memory, timeoutMillis);
  } catch (error) {
    return { kind: 'again', why: String(error) };
  }
}

function connection({ target: { address, secure }, tls }: GrpcSyncCall): object {
  const scheme = secure ? 'https' : 'http';
  if ('path' in address) return { origin: `${scheme}://localhost`, socketPath: address.path, tls };
  return { origin: `${scheme}://${bracketed(address.host)}:${address.port}`, tls };
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function requestHeaders(
  { path, headers, userAgent, compression }: GrpcSyncCall,
  timeoutMillis: number,
): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [key, value] of headers) {
    all[key] = typeof value === 'string' ? value : value.toString('base64').replace(/=+$/, '');
  }
  return {
    ...all,
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': userAgent,
    'grpc-timeout': grpcTimeout(timeoutMillis) ?? '1m',
    ...(compression === 'gzip' && { 'grpc-encoding': 'gzip' }),
  };
}

/** The message behind its flag and length (E-GRPC-08). A copy: a view would bring its whole buffer along. */
function framed({ body, compression }: GrpcSyncCall): Uint8Array {
  const gzips = compression === 'gzip';
  const message = gzips ? process.getBuiltinModule('node:zlib').gzipSync(body) : body;
  const frame = new Uint8Array(5 + message.length);
  frame[0] = gzips ? 1 : 0;
  new DataView(frame.buffer).setUint32(1, message.length);
  frame.set(message, 5);
  return frame;
}

function outcome(memory: SharedArrayBuffer, timeoutMillis: number): AttemptResult {
  const cells = new Int32Array(memory, 0, CELLS);
  if (Atomics.load(cells, STATE) === WAITING) {
    return { kind: 'again', why: `no answer within ${timeoutMillis} ms` };
  }
  const text = new Uint8Array(memory, CELLS * 4, Atomics.load(cells, LENGTH)).slice();
  const { error, code, details } = JSON.parse(new TextDecoder().decode(text)) as {
    error?: string;
    code: number;
    details: string;
  };
  if (error !== undefined) return { kind: 'again', why: error };
  return code === 0
    ? { kind: 'delivered', rejected: 0, message: '' }
    : judgeStatus({ code, details });
}
