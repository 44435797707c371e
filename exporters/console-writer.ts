import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../lib/context.js';
import { report } from '../lib/diagnostics.js';

/**
 * Where the console tree is written: a Node stream such as `process.stdout`, or anything with a `write`
 * like it. `isTTY` and `columns` are read, where there, each time something is printed.
 */
export interface ConsoleStream {
  write(text: string, callback?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly fd?: number | undefined;
  readonly writable?: boolean | undefined;
  readonly errored?: Error | null | undefined;
  /** What was accepted and not yet written, in bytes. */
  readonly writableLength?: number | undefined;
  once?(event: string, listener: () => void): unknown;
  removeListener?(event: string, listener: () => void): unknown;
}

/** More than this waiting in a stream, and what comes next is dropped rather than kept in memory. */
const MAX_PENDING_BYTES = 1 << 20;
/** How long {@link ConsoleWriter.drained} waits for a reader that reads nothing. */
const DRAIN_MILLIS = 1000;
const RETRY_MILLIS = 2;

const noop = (): void => {};
const untraced = suppressTracing(ROOT_CONTEXT);

/**
 * Writes text to a stream, each in one `write()`. Never throws and never lets the stream's errors
 * become uncaught ones; other writers' errors on the same stream stay theirs. What cannot be written is
 * counted.
 */
export class ConsoleWriter {
  readonly #given: ConsoleStream | undefined;
  #lost = 0;
  #pending = 0;
  #waiting: (() => void)[] = [];
  #syncUntil: number | undefined;

  /** Without a stream it is whatever `process.stdout` is at the time. */
  constructor(stream: ConsoleStream | undefined) {
    this.#given = stream;
  }

  get stream(): ConsoleStream {
    return this.#given ?? process.stdout;
  }

  /** Hands the text to the stream. False if it was dropped. */
  write(text: string): boolean {
    const stream = this.stream;
    if (this.#syncUntil !== undefined && isFileDescriptor(stream.fd)) {
      return this.#writeSync(stream.fd, text, this.#syncUntil);
    }
    if (stream.writable === false) return this.#fail('its stream is closed', stream.errored);
    if ((stream.writableLength ?? 0) > MAX_PENDING_BYTES) {
      return this.#lose('console.slow-stream', 'is read more slowly than it is written');
    }
    try {
      context.with(untraced, () => this.#send(stream, text));
      return true;
    } catch (error) {
      return this.#fail('its stream threw', error);
    }
  }

  /**
   * Runs `print`, whose writes have left the process when they return: for a process that is ending.
   * Where the stream stands for a file descriptor, that is written to, retrying for `timeoutMillis` in
   * all while it takes nothing; other streams are written to as usual.
   */
  synchronously(timeoutMillis: number, print: () => void): void {
    this.#syncUntil = performance.now() + timeoutMillis;
    try {
      print();
    } finally {
      this.#syncUntil = undefined;
    }
  }

  /** Resolves when everything written so far has left the process, or its reader takes too long. */
  drained(): Promise<void> {
    if (this.#pending === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, DRAIN_MILLIS);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** How many texts were lost since the last call. */
  takeLostCount(): number {
    const lost = this.#lost;
    this.#lost = 0;
    return lost;
  }

  #writeSync(fd: number, text: string, deadline: number): boolean {
    const { writeSync } = process.getBuiltinModule('node:fs');
    let rest = Buffer.from(text);
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(fd, rest));
      } catch (error) {
        if (!mayTryAgain(error)) return this.#fail('writing to it failed', error);
        if (performance.now() >= deadline) return this.#fail('nobody reads it', error);
        sleep(RETRY_MILLIS);
      }
    }
    return true;
  }

  #send(stream: ConsoleStream, text: string): void {
    // Only a stream that buffers says how much; others are taken to have written when they return.
    if (stream.writableLength === undefined) {
      stream.write(text);
      return;
    }
    stream.once?.('error', noop);
    this.#pending++;
    try {
      stream.write(text, (error) => this.#written(stream, error));
    } catch (error) {
      this.#settle();
      throw error;
    } finally {
      stream.removeListener?.('error', noop);
    }
  }

  #written(stream: ConsoleStream, error: Error | null | undefined): void {
    if (error) {
      this.#fail('writing to it failed', error);
      // The stream emits the error after this callback: once, however many writes have failed.
      // Without a listener that would end the process.
      stream.removeListener?.('error', noop);
      stream.once?.('error', noop);
    }
    this.#settle();
  }

  #settle(): void {
    this.#pending--;
    if (this.#pending > 0) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }

  #fail(what: string, error?: unknown): false {
    const code = (error as { code?: unknown } | null | undefined)?.code;
    // A reader that has gone (`| head`) is no defect, and its stack of no use.
    if (code === 'EPIPE') return this.#lose('console.write-failed', 'has lost its reader (EPIPE)');
    return this.#lose('console.write-failed', `cannot be written: ${what}`, error);
  }

  #lose(code: string, what: string, error?: unknown): false {
    this.#lost++;
    report(code, `the console tree ${what}; what cannot be written is dropped`, error ?? undefined);
    return false;
  }
}

function isFileDescriptor(fd: number | undefined): fd is number {
  return typeof fd === 'number' && fd >= 0;
}

function mayTryAgain(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === 'EAGAIN' || code === 'EINTR';
}

/** Blocks the thread: there is no event loop to wait in when a process is ending. */
function sleep(millis: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis);
}
