import type { DropReason } from './export-stats.js';

/** What the metrics tell of an attempt, beside its result. */
export interface Cause {
  /** What the backend answered: an HTTP status as a number, a gRPC status by its name. */
  readonly status?: number | string | undefined;
  /** Why it failed where that is no status, in few words that are always the same: `ECONNREFUSED`. */
  readonly errorType?: string | undefined;
}

/** How one attempt to send a request ended. */
export type AttemptResult = Cause & Result;

type Result =
  /** The backend took it, all but so many spans (partial success), and may have said something. */
  | { readonly kind: 'delivered'; readonly rejected: number; readonly message: string }
  /**
   * The backend refused it for good. `tooLarge` says that the same spans in smaller requests may pass.
   */
  | { readonly kind: 'rejected'; readonly why: string; readonly tooLarge?: boolean }
  /**
   * It may pass later: no connection, a break, or an answer that allows a retry. `waitMillis` is the wait
   * that the backend asked for (`Retry-After`, `RetryInfo`); 0 counts as none asked for.
   */
  | { readonly kind: 'again'; readonly why: string; readonly waitMillis?: number }
  /** It is given up without another attempt. */
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly why: string };

/** How one request ended, attempts and all; for the time being, where it went to disk. */
export type Outcome =
  Exclude<AttemptResult, { kind: 'again' }> | (Cause & { readonly kind: 'spooled' });

/**
 * Brings encoded requests to a backend: by HTTP, by gRPC. It knows nothing of spans, of queues and of
 * retries; it compresses and adds headers.
 */
export interface OtlpTransport {
  /**
   * One attempt with the bytes of an `ExportTraceServiceRequest`. Ends soon after the signal has fired,
   * with any result; never rejects. Any number of attempts may run at the same time; the same bytes come
   * as the same object again. What is on its way does not hold the process where that can be avoided:
   * who waits for it does.
   */
  attempt(body: Uint8Array, signal: AbortSignal): Promise<AttemptResult>;
  /**
   * One attempt that is over when the call returns, within so many milliseconds: for a process that is
   * ending. Never throws. Optional: without it spans cannot be sent so late, which is counted and said.
   */
  attemptSync?(body: Uint8Array, timeoutMillis: number): AttemptResult;
  /** Closes what is idle at once, and what is in use after its attempt. */
  close(): void;
}
