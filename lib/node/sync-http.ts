import { runWorkerSync } from './worker-sync.js';

/** A POST request that {@link postSync} sends. */
export interface SyncRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The path of a socket in the file system to connect to, in place of the URL's host. */
  readonly socketPath?: string;
  /** Options of the agent, TLS among them. What another thread cannot have is left out: functions. */
  readonly agentOptions?: object;
}

/** How it went. */
export interface SyncResponse {
  /** Whether an answer came, with a status of 200 to 299. */
  readonly ok: boolean;
  /** The status of the answer, if one came. */
  readonly status?: number;
  /** Why none came. */
  readonly error?: string;
}

/** The cells of the memory that both threads see: what has happened, and its number. */
const STATE = 0;
const NUMBER = 1;
const CELLS = 2;
const WAITING = 0;
const ANSWERED = 1;
/** The error's text stands behind the cells; its number is the length in bytes. */
const FAILED = 2;
const LONGEST_ERROR = 400;

/**
 * The worker, as text: a worker from a file would have to be found, from the sources as from the bundle,
 * and would be loaded by whatever loaders the program was started with.
 */
const WORKER = `
const { workerData: { url, headers, body, socketPath, agentOptions, memory } } = require('node:worker_threads');
const cells = new Int32Array(memory, 0, ${CELLS});
function tell(state, number) {
  if (Atomics.load(cells, ${STATE}) !== ${WAITING}) return;
  Atomics.store(cells, ${NUMBER}, number);
  Atomics.store(cells, ${STATE}, state);
  Atomics.notify(cells, ${STATE});
}
function fail(error) {
  const inner = error.errors ? error.errors.map((each) => each.message).join('; ') : '';
  const text = new TextEncoder().encode(error.message || inner || error.code || 'failed');
  const room = new Uint8Array(memory, ${CELLS * 4}).subarray(0, text.length);
  room.set(text.subarray(0, room.length));
  tell(${FAILED}, room.length);
}
try {
  const { request, Agent } = require(url.startsWith('https:') ? 'node:https' : 'node:http');
  const agent = new Agent({ ...agentOptions, keepAlive: false });
  const options = { method: 'POST', headers, agent, socketPath };
  const sent = request(url, options, (response) => {
    response.on('error', () => {});
    response.resume();
    tell(${ANSWERED}, response.statusCode);
  });
  sent.on('error', fail);
  sent.end(body);
} catch (error) {
  fail(error);
}
`;

/**
 * Sends a request and waits for its answer without returning to the event loop: for a process that is
 * ending, from `process.on('exit')` or `uncaughtExceptionMonitor`. A worker thread does the work while
 * this thread sleeps, at most `timeoutMillis` milliseconds in all. Never throws.
 */
export function postSync(
  { body, agentOptions = {}, ...request }: SyncRequest,
  timeoutMillis: number,
): SyncResponse {
  const memory = new SharedArrayBuffer(CELLS * 4 + LONGEST_ERROR);
  const task = {
    code: WORKER,
    workerData: {
      ...request,
      agentOptions: Object.fromEntries(Object.entries(agentOptions).filter(isCloneable)),
      // A copy of its own: a view would bring the whole buffer behind it along.
      body: new Uint8Array(body),
      memory,
    },
    state: new Int32Array(memory, STATE * 4, 1),
  };
  try {
    runWorkerSync(task, timeoutMillis);
  } catch (error) {
    return { ok: false, error: String(error) };
  }
  return outcome(memory, timeoutMillis);
}

function isCloneable(entry: [name: string, value: unknown]): boolean {
  try {
    structuredClone(entry);
    return true;
  } catch {
    return false;
  }
}

function outcome(memory: SharedArrayBuffer, timeoutMillis: number): SyncResponse {
  const cells = new Int32Array(memory, 0, CELLS);
  const number = Atomics.load(cells, NUMBER);
  switch (Atomics.load(cells, STATE)) {
    case ANSWERED:
      return { ok: number >= 200 && number < 300, status: number };
    case FAILED: {
      const text = new Uint8Array(memory, CELLS * 4, number).slice();
      return { ok: false, error: new TextDecoder().decode(text) };
    }
    default:
      return { ok: false, error: `no answer within ${timeoutMillis} ms` };
  }
}
