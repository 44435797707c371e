import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../lib/context.js';

/** Takes lines, each with its line feed. */
export interface LineSink {
  /** What it is, for messages. */
  readonly name: string;
  /** Writes a line after those before it; calls back once, when it has been taken or has failed. */
  write(line: Buffer, done: WriteCallback): void;
  /** Writes what waits before it returns; until `deadline`, a `performance.now()`. */
  flushSync(deadline: number): void;
  /** The same, then writes the line. @throws what writing the line failed with */
  writeSync(line: Buffer, deadline: number): void;
  /** Lets go of what it holds open; fails what still waits. */
  close(): void;
}

export type WriteCallback = (error?: Error | null) => void;

const untraced = suppressTracing(ROOT_CONTEXT);

/** Runs what reads or writes: it makes no spans, whatever is instrumented. */
export function withoutTracing(run: () => void): void {
  context.with(untraced, run);
}

const RETRY_MILLIS = 2;

/**
 * Writes all of the bytes to a file descriptor. While it takes none, it is asked again until the deadline.
 *
 * @throws what the system said
 */
export function writeAllSync(fd: number, bytes: Buffer, deadline: number): void {
  const { writeSync } = process.getBuiltinModule('node:fs');
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const { code } = error as { code?: unknown };
      const mayTryAgain = code === 'EAGAIN' || code === 'EINTR';
      if (!mayTryAgain || performance.now() >= deadline) throw error;
      // There is no event loop to wait in when a process is ending.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MILLIS);
    }
  }
}
