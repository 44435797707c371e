import { unrefTimer } from '../../lib/deadline.js';
import { causeOf } from './cause.js';
import { backoffMillis, LONGEST_WAIT, type BackoffBounds } from './retry.js';
import type { AttemptResult, Cause, Outcome } from './transport.js';

/** What a {@link Delivery} needs. */
export interface DeliveryOptions extends BackoffBounds {
  /** Bound of all attempts together, in milliseconds; 0 is no limit. */
  readonly timeoutMillis: number;
  /** Makes one attempt; ends it when the signal says so. */
  attempt(signal: AbortSignal): Promise<AttemptResult>;
}

/** Without a time limit a delivery ends after so many attempts: nothing may be tried for ever. */
const MOST_ATTEMPTS_WITHOUT_TIMEOUT = 10;

/**
 * Brings one request to the backend: attempt after attempt, until it is taken, refused, or the time is
 * over (E-HTTP-05 to 07, E-RET-01 to 03). The time limit is the whole operation's. An attempt holds the
 * process, the wait for the next one does not.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #abort = new AbortController();
  readonly #deadline: number;
  #attempts = 0;
  /** Why the attempt before failed: an attempt that is cut off says less. */
  #failure: Cause & { readonly why: string } = { why: 'no answer', errorType: 'timeout' };
  #last = false;
  #wake: (() => void) | undefined;

  constructor(options: DeliveryOptions) {
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
        const result = await this.#attempt();
        if (result.kind !== 'again') return result;
        if (this.#abort.signal.aborted) return this.#givenUp(this.#failure);
        this.#failure = result;
        const wait = result.waitMillis || backoffMillis(this.#attempts, this.#options);
        if (!this.#allows(wait)) return this.#givenUp(result);
        await this.#sleep(wait);
        if (this.#abort.signal.aborted) return this.#givenUp(result);
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

  async #attempt(): Promise<AttemptResult> {
    this.#attempts++;
    const hold = setInterval(() => {}, 0x7fffffff);
    try {
      return await this.#options.attempt(this.#abort.signal);
    } catch (error) {
      return { kind: 'again', why: error instanceof Error ? error.message : String(error) };
    } finally {
      clearInterval(hold);
    }
  }

  #allows(wait: number): boolean {
    if (this.#last) return false;
    if (this.#deadline < Infinity) return performance.now() + wait < this.#deadline;
    return this.#attempts < MOST_ATTEMPTS_WITHOUT_TIMEOUT && wait <= LONGEST_WAIT;
  }

  #givenUp(failure: Cause & { readonly why: string }): Outcome {
    const attempts = this.#attempts === 1 ? '1 attempt' : `${this.#attempts} attempts`;
    const reason = this.#last ? 'shutdown' : 'timeout';
    const why = `${failure.why} (given up after ${attempts})`;
    return { kind: 'dropped', reason, why, ...causeOf(failure) };
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
