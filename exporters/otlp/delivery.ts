import { unrefTimer } from '../../lib/deadline.js';
import type { EncodedRequest } from './encoded-request.js';
import type { DropReason } from './export-stats.js';
import { ConnectionError, ResponseTooLargeError, type HttpResponse } from './http-post.js';
import { readErrorMessage, readPartialSuccess } from './response.js';
import { backoffMillis, isRetryableStatus, retryAfterMillis, type BackoffBounds } from './retry.js';

/** How the delivery of one request ended. */
export type Outcome =
  | { readonly kind: 'delivered'; readonly rejected: number; readonly message: string }
  | { readonly kind: 'rejected'; readonly why: string }
  | { readonly kind: 'dropped'; readonly reason: DropReason; readonly why: string };

/** What a {@link Delivery} needs besides its request. */
export interface DeliveryOptions extends BackoffBounds {
  /** Bound of all attempts together, in milliseconds; 0 is no limit. */
  readonly timeoutMillis: number;
  /** Whether responses are JSON. */
  readonly json: boolean;
  /** Makes one attempt; ends it when the signal says so. */
  attempt(request: EncodedRequest, signal: AbortSignal): Promise<HttpResponse>;
}

/** Without a time limit a delivery ends after so many attempts: nothing may be tried for ever. */
const MOST_ATTEMPTS_WITHOUT_TIMEOUT = 10;
/** Without a time limit the longest wait that a backend can ask for. */
const LONGEST_WAIT = 300_000;

type Verdict = Outcome | { readonly kind: 'again'; readonly why: string; readonly wait?: number };

/**
 * Brings one request to the backend: attempt after attempt, until it is taken, refused, or the time is
 * over (E-HTTP-05 to 07, E-RET-01 to 03). The time limit is the whole operation's.
 */
export class Delivery {
  readonly #request: EncodedRequest;
  readonly #options: DeliveryOptions;
  readonly #abort = new AbortController();
  readonly #deadline: number;
  #attempts = 0;
  /** Why the attempt before failed: an attempt that is cut off says less. */
  #failure = 'no answer';
  #last = false;
  #wake: (() => void) | undefined;

  constructor(request: EncodedRequest, options: DeliveryOptions) {
    this.#request = request;
    this.#options = options;
    this.#deadline =
      options.timeoutMillis > 0 ? performance.now() + options.timeoutMillis : Infinity;
  }

  /** Never rejects. */
  async run(): Promise<Outcome> {
    const timer =
      this.#deadline < Infinity
        ? unrefTimer(() => this.#abort.abort(), this.#options.timeoutMillis)
        : undefined;
    try {
      for (;;) {
        const verdict = await this.#attempt();
        if (verdict.kind !== 'again') return verdict;
        this.#failure = verdict.why;
        const wait = verdict.wait || backoffMillis(this.#attempts, this.#options);
        if (!this.#allows(wait)) return this.#givenUp(verdict.why);
        if (wait > 0) await this.#sleep(wait);
        if (this.#abort.signal.aborted) return this.#givenUp(verdict.why);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** No further retries: what waits for its next attempt makes it now, and it is the last (E-RET-03). */
  hurry(): void {
    this.#last = true;
    this.#wake?.();
  }

  /** Ends the delivery at once. */
  cancel(): void {
    this.#last = true;
    this.#abort.abort();
    this.#wake?.();
  }

  async #attempt(): Promise<Verdict> {
    this.#attempts++;
    const { signal } = this.#abort;
    try {
      return this.#judge(await this.#options.attempt(this.#request, signal));
    } catch (error) {
      if (signal.aborted) return this.#givenUp(this.#failure);
      const why = error instanceof Error ? error.message : String(error);
      if (error instanceof ResponseTooLargeError) {
        return { kind: 'dropped', reason: 'responseTooLarge', why };
      }
      // A kept connection that the backend had closed says nothing about the backend.
      const stale = error instanceof ConnectionError && error.stale && this.#attempts === 1;
      return stale ? this.#attempt() : { kind: 'again', why };
    }
  }

  #judge({ status, statusText, retryAfter, body }: HttpResponse): Verdict {
    const { json } = this.#options;
    if (status >= 200 && status < 300) {
      const { rejectedSpans, errorMessage } = readPartialSuccess(body, json);
      const rejected = Math.min(rejectedSpans, this.#request.spans);
      return { kind: 'delivered', rejected, message: errorMessage };
    }
    const said = readErrorMessage(body, json);
    const why = `${status} ${statusText}`.trim() + (said && `: ${said}`);
    if (!isRetryableStatus(status)) return { kind: 'rejected', why };
    const wait = retryAfterMillis(retryAfter, Date.now());
    return { kind: 'again', why, ...(wait !== undefined && { wait }) };
  }

  #allows(wait: number): boolean {
    if (this.#last || this.#abort.signal.aborted) return false;
    if (this.#deadline < Infinity) return performance.now() + wait < this.#deadline;
    return this.#attempts < MOST_ATTEMPTS_WITHOUT_TIMEOUT && wait <= LONGEST_WAIT;
  }

  #givenUp(why: string): Outcome {
    const attempts = this.#attempts === 1 ? '1 attempt' : `${this.#attempts} attempts`;
    const reason = this.#last ? 'shutdown' : 'timeout';
    return { kind: 'dropped', reason, why: `${why} (given up after ${attempts})` };
  }

  #sleep(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        this.#abort.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = unrefTimer(done, millis);
      this.#wake = done;
      this.#abort.signal.addEventListener('abort', done);
    });
  }
}
