import type { Entry } from './outbox-queue.js';
import type { Outcome } from './transport.js';

/** How a flush ended. */
export interface FlushResult {
  /** Spans whose end is still open: the time was over first. */
  readonly waiting: number;
  /** Spans that were refused or dropped. */
  readonly lost: number;
  /** Why, the last time. */
  readonly why: string;
}

/** Waits for the end of the entries that are there when it is made. */
export class Flush {
  readonly #left: Set<Entry>;
  #lost = 0;
  #why = '';
  #done: (() => void) | undefined;

  constructor(entries: Iterable<Entry>) {
    this.#left = new Set(entries);
  }

  /** These have come to an end, which may be others. */
  concluded(entries: readonly Entry[], outcome: Outcome): void {
    for (const entry of entries) {
      if (!this.#left.delete(entry) || outcome.kind === 'delivered') continue;
      // On disk nothing is lost.
      if (outcome.kind === 'spooled') continue;
      this.#lost += entry.spans;
      this.#why = outcome.why;
    }
    if (this.#left.size === 0) this.#done?.();
  }

  /** Resolves when all have ended, or the time is over. Holds the process meanwhile. Never rejects. */
  async within(millis: number): Promise<FlushResult> {
    if (this.#left.size > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, millis);
        this.#done = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this.result();
  }

  /** How it stands. */
  result(): FlushResult {
    let waiting = 0;
    for (const entry of this.#left) waiting += entry.spans;
    return { waiting, lost: this.#lost, why: this.#why };
  }
}
