import type * as WorkerThreads from 'node:worker_threads';

/** What a worker of {@link runWorkerSync} has of its own. */
export interface WorkerTask {
  /** Plain JavaScript: it has to run from the sources and from a bundle alike. */
  readonly code: string;
  readonly workerData: object;
  /** Changed, and notified, by the worker when it is done. 0 until then. */
  readonly state: Int32Array;
}

/**
 * Lets a worker thread do a task while this thread sleeps, without returning to the event loop: at most
 * `timeoutMillis` milliseconds in all, the start of the worker included. The worker is ended afterwards.
 *
 * @throws what keeps the worker from starting
 */
export function runWorkerSync(task: WorkerTask, timeoutMillis: number): void {
  const deadline = performance.now() + timeoutMillis;
  let worker: WorkerThreads.Worker | undefined;
  try {
    worker = startWorker(task);
    Atomics.wait(task.state, 0, 0, Math.max(0, deadline - performance.now()));
  } finally {
    // The process may live on: after an uncaught exception that it handles.
    worker?.terminate().catch(() => {});
  }
}

function startWorker({ code, workerData }: WorkerTask): WorkerThreads.Worker {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(code, {
    eval: true,
    workerData,
    // The program's loaders and preloaded modules are not for this worker.
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
    stdin: false,
    stdout: false,
    stderr: false,
  });
  worker.on('error', () => {});
  worker.unref();
  return worker;
}
