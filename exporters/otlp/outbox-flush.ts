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

/** When a {@link Flush} gives up before its time is over. */
export interface FlushPatience {
  /** So many failures in a row are too many. */
  readonly failures: number;
  /** When its time is over, as `performance.now()` has it: a wait beyond that is hopeless. */
  readonly deadline: number;
}

/** Waits for the end of the entries that are there when it is made. */
export class Flush {
  readonly #left: Set<Entry>;
  #lost = 0;
  #why = '';
  readonly #patience: FlushPatience | undefined;
  #failures = 0;
  #isGivenUp = false;
  #done: (() => void) | undefined;

  /** Without `patience` it waits as long as it may. */
  constructor(entries: Iterable<Entry>, patience?: FlushPatience) {
    this.#left = new Set(entries);
    this.#patience = patience;
  }

  /** Whether it is of those that give up. */
  get isImpatient(): boolean {
    return this.#patience !== undefined;
  }

  /** The backend has answered. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** An attempt has failed; nothing is sent before the given time. */
  failed(resumesAt: number): void {
    this.#failures++;
    this.paused(resumesAt);
  }

  /** Nothing is sent before the given time. */
  paused(resumesAt: number): void {
    if (this.#patience === undefined) return;
    const { failures, deadline } = this.#patience;
    if (this.#failures < failures && resumesAt < deadline) return;
    this.#isGivenUp = true;
    this.#done?.();
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

  /** Resolves when all have ended, the time is over, or it has given up. Holds the process meanwhile. Never rejects. */
  async within(millis: number): Promise<FlushResult> {
    if (this.#left.size > 0 && !this.#isGivenUp) {
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
