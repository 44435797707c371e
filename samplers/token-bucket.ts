/**
 * Lets so many pass in a second on average, and up to a burst at once. No timer: what has come in since is
 * counted when somebody asks.
 */
export class TokenBucket {
  readonly #perMilli: number;
  readonly #burst: number;
  readonly #now: () => number;
  #tokens: number;
  #last: number;

  /** @param now milliseconds of a clock that does not jump */
  constructor(perSecond: number, burst: number, now: () => number) {
    this.#perMilli = perSecond / 1000;
    this.#burst = burst;
    this.#now = now;
    this.#tokens = burst;
    this.#last = now();
  }

  /** Takes one, if there is one. */
  take(): boolean {
    const now = this.#now();
    // A clock that steps back adds nothing, and takes nothing away.
    const gained = Math.max(0, now - this.#last) * this.#perMilli;
    this.#last = now;
    this.#tokens = Math.min(this.#burst, this.#tokens + gained);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
