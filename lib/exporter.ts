import type { MeterProvider } from '@opentelemetry/api';
import type { ReadableSpan } from './readable-span.js';

/** How an export ended. A plain object, not an enum, so that it equals the official SDK's numbers. */
export const ExportResultCode = { SUCCESS: 0, FAILED: 1 } as const;
export type ExportResultCode = (typeof ExportResultCode)[keyof typeof ExportResultCode];

/** The answer of one `export` call. */
export interface ExportResult {
  code: ExportResultCode;
  error?: Error;
}

/** Options of a flush. */
export interface FlushOptions {
  /** The longest that the caller waits, in milliseconds; 0 is no limit. */
  timeoutMillis?: number;
  /**
   * Whether the process is about to end. Then a flush gives up early where it is hopeless, and leaves nothing
   * that would hold the process; what it could not do is done, or counted and said, by the synchronous export
   * that follows. Default false.
   */
  isEnding?: boolean;
}

/** Sends ended spans somewhere (specification: span exporter). */
export interface SpanExporter {
  /** Sends the spans and calls back once, never throws. Calls never overlap per processor. */
  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void;
  /**
   * Takes the spans over and returns at once, for an exporter with a queue of its own: it encodes them
   * synchronously, sends and retries them later, and counts and reports what is lost. Never throws.
   * Optional: with it the batch processor's queue overflows into this call, and does not drop.
   *
   * @returns false when spans were dropped for want of room; the exporter has counted them
   */
  enqueue?(spans: ReadableSpan[]): boolean;
  /** Ends the exporter, when it has sent what it can of what was accepted; later exports fail at once. */
  shutdown(): Promise<void>;
  /** Completes what was accepted, within `timeoutMillis` where that is given. */
  forceFlush?(options?: FlushOptions): Promise<void>;
  /**
   * Sends the spans, and what it has accepted before, until it returns: for a process that is ending now
   * and runs no more turns of its event loop. There may be no spans: then it sends what it holds. Takes at
   * most `timeoutMillis`. Optional: without it they are lost, and counted.
   */
  exportSync?(spans: ReadableSpan[], timeoutMillis: number): void;
  /** Has the exporter's own metrics (`otel.sdk.exporter.*`) go there. Never throws. Optional. */
  observeWith?(meterProvider: MeterProvider): void;
  /** What became of the spans so far, as a plain object that JSON can hold. Optional. */
  stats?(): object;
}
