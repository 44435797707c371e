import { isMainThread } from 'node:worker_threads';
import { report } from '../diagnostics.js';
import type { FlushOptions } from '../exporter.js';

/** What is flushed when the process ends: a provider. */
export interface Flushable {
  /** How many spans have ended so far. */
  readonly endedSpans: number;
  forceFlush(options: FlushOptions): Promise<void>;
  flushSync(timeoutMillis: number): void;
  /** Called first when nothing is left to do for the process, which may still be given something. */
  isDone?(): void;
  /** Called last before a signal ends the process: then nobody is told of its exit. */
  isGone?(): void;
}

/** How long an ending process waits for a flush, in milliseconds. */
const FLUSH_MILLIS = 3000;
/** The same where the event loop no longer turns. */
const SYNC_FLUSH_MILLIS = 1000;
/** An end that follows a flush within this time is the one that it was made for. */
const SAME_END_MILLIS = 500;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;
type Signal = (typeof SIGNALS)[number];

/**
 * Flushes however the process ends, and otherwise changes nothing: neither its exit code nor what it
 * prints, nor whether a signal ends it.
 *
 * - By itself (`beforeExit`): flushed, for at most 3 s; less where exporters see that it is hopeless.
 * - By `process.exit()` or an uncaught exception: flushed synchronously, for at most 1 s. Where nothing has
 *   ended since a flush that is just over, nothing is tried again: what is left is counted and said.
 * - By SIGTERM or SIGINT: flushed, for at most 3 s; then, unless the app listens to the signal itself, our listener goes
 *   and the signal is raised again. A second signal ends the process at once.
 *
 * @returns a function that takes all listeners off again
 */
export function watchProcessEnd(target: Flushable): () => void {
  const listeners = new ExitListeners(target);
  listeners.add();
  return () => listeners.remove();
}

class ExitListeners {
  readonly #target: Flushable;
  /** How many spans had ended at the last flush: without new ones there is nothing to do. */
  #flushedSpans = 0;
  /** When that was over. */
  #flushedAt = -Infinity;
  #signalled = false;

  constructor(target: Flushable) {
    this.#target = target;
  }

  add(): void {
    process.on('beforeExit', this.#onBeforeExit);
    process.on('exit', this.#flushSync);
    process.on('uncaughtExceptionMonitor', this.#flushSync);
    if (isMainThread) for (const signal of SIGNALS) process.on(signal, this.#onSignal);
  }

  remove(): void {
    process.off('beforeExit', this.#onBeforeExit);
    process.off('exit', this.#flushSync);
    process.off('uncaughtExceptionMonitor', this.#flushSync);
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  /** Node emits this again when the flush has kept the loop alive, so only new spans count. */
  readonly #onBeforeExit = (): void => {
    this.#target.isDone?.();
    if (this.#target.endedSpans !== this.#flushedSpans) void this.#flush();
  };

  readonly #flushSync = (): void => {
    this.#target.flushSync(this.#isJustFlushed() ? 0 : SYNC_FLUSH_MILLIS);
  };

  #isJustFlushed(): boolean {
    const isSameEnd = performance.now() - this.#flushedAt < SAME_END_MILLIS;
    return isSameEnd && this.#target.endedSpans === this.#flushedSpans;
  }

  readonly #onSignal = (signal: Signal): void => {
    const second = this.#signalled;
    this.#signalled = true;
    if (appListensTo(signal, this.#onSignal)) {
      void this.#flush();
    } else if (second) {
      this.#raise(signal);
    } else {
      void this.#flush().then(() => {
        this.#flushSync();
        this.#raise(signal);
      });
    }
  };

  /** Never rejects. Holds the process until it is done, or its time is over. */
  async #flush(): Promise<void> {
    this.#flushedSpans = this.#target.endedSpans;
    this.#flushedAt = -Infinity;
    const hold = setTimeout(() => {}, FLUSH_MILLIS);
    try {
      await this.#target.forceFlush({ timeoutMillis: FLUSH_MILLIS, isEnding: true });
    } catch (error) {
      report(
        'exit.flush',
        'not all spans could be exported before the process ended: the error says why',
        error,
      );
    } finally {
      clearTimeout(hold);
      this.#flushedAt = performance.now();
    }
  }

  /** Does to the process what the signal would have done without us. */
  #raise(signal: Signal): void {
    this.remove();
    this.#target.isGone?.();
    process.kill(process.pid, signal);
  }
}

/** Whether anybody but us, and the signal-exit package, who withdraws when he is alone, listens. */
function appListensTo(signal: Signal, own: (signal: Signal) => void): boolean {
  const others = process.listeners(signal).filter((listener) => listener !== own);
  return others.length > signalExitListeners();
}

/** Every loaded copy of signal-exit counts itself here and has one listener a signal. */
function signalExitListeners(): number {
  type Shared = Record<string | symbol, { count?: number } | undefined>;
  const version4 = (globalThis as unknown as Shared)[Symbol.for('signal-exit emitter')]?.count ?? 0;
  const version3 = (process as unknown as Shared)['__signal_exit_emitter__']?.count ?? 0;
  return version4 + version3;
}
