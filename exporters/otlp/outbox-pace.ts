import { backoffMillis, LONGEST_WAIT, type BackoffBounds } from './retry.js';

/**
 * When an outbox may send. After a failure everything pauses, longer with each further one; then one
 * request alone tries whether the backend is back, and the first success lets all others follow. A backend
 * that asks for a wait is left alone for so long, by everything.
 */
export class Pace {
  readonly #bounds: BackoffBounds;
  #failures = 0;
  #pausedUntil = 0;
  #throttledUntil = 0;

  constructor(bounds: BackoffBounds) {
    this.#bounds = bounds;
  }

  /** Failures since the last success, those left out that began before the last failure. */
  get failures(): number {
    return this.#failures;
  }

  /** Before this time, as `performance.now()` has it, nothing is to be sent. */
  get resumesAt(): number {
    return Math.max(this.#pausedUntil, this.#throttledUntil);
  }

  /** The backend took something. */
  succeeded(): void {
    this.#failures = 0;
    this.#pausedUntil = 0;
  }

  /**
   * A request failed that began when there were so many failures: several that fail together are one. The
   * pause is no longer than the last argument says, unless the backend asks for a wait.
   */
  failed(failuresAtStart: number, now: number, waitMillis = 0, longestPause = Infinity): void {
    if (waitMillis > 0) {
      const until = now + Math.min(waitMillis, LONGEST_WAIT);
      this.#throttledUntil = Math.max(this.#throttledUntil, until);
    }
    if (failuresAtStart !== this.#failures) return;
    this.#failures++;
    this.#pausedUntil = now + Math.min(longestPause, backoffMillis(this.#failures, this.#bounds));
  }

  /** Pauses until then, at least. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }

  /** Ends a pause at once, but not the wait that the backend asked for. */
  hurry(): void {
    this.#pausedUntil = 0;
  }

  /** Forgets everything. */
  reset(): void {
    this.#failures = this.#pausedUntil = this.#throttledUntil = 0;
  }
}
