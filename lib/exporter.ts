import type { ReadableSpan } from './readable-span.js';

/** How an export ended. A plain object, not an enum, so that it equals the official SDK's numbers. */
export const ExportResultCode = { SUCCESS: 0, FAILED: 1 } as const;
export type ExportResultCode = (typeof ExportResultCode)[keyof typeof ExportResultCode];

/** The answer of one `export` call. */
export interface ExportResult {
  code: ExportResultCode;
  error?: Error;
}

/** Sends ended spans somewhere (specification: span exporter). */
export interface SpanExporter {
  /** Sends the spans and calls back once, never throws. Calls never overlap per processor. */
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void;
  /** Ends the exporter; later exports fail at once. */
  shutdown(): Promise<void>;
  /** Completes what was accepted. */
  forceFlush?(): Promise<void>;
  /**
   * Sends the spans before it returns, for a process that is ending now and runs no more turns of
   * its event loop. Takes at most `timeoutMillis`. Optional: without it they are lost, and counted.
   */
  exportSync?(spans: ReadableSpan[], timeoutMillis: number): void;
}
