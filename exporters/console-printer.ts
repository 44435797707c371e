import type { ReadableSpan } from '../lib/readable-span.js';

/** Prints spans it is told of, in its own time. Never throws. */
export interface SpanPrinter {
  start(span: ReadableSpan): void;
  end(span: ReadableSpan): void;
  /** Prints, without waiting, the traces whose local roots have ended. */
  flushEnded(): void;
  /** Prints everything, open spans as running. */
  flushAll(): void;
  /** Prints everything, and has it written when it returns. */
  flushSync(timeoutMillis: number): void;
  /** Resolves when what was printed has left the process; gives up after a second. */
  drained(): Promise<void>;
}
