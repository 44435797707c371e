import type { Verdict } from './console-verdict.js';

const WINDOW_MILLIS = 1000;

/** What was held back within one second, to be said in one line. */
export interface HeldBack<T> {
  /** The slowest of them, if it was slower than all that were shown: to be shown after all. */
  readonly slowest?: T;
  /** How many more there were. */
  readonly traces: number;
  readonly ok: number;
  readonly failed: number;
  /** The slowest of those that stay hidden. */
  readonly slowestHidden?: Verdict;
  /** Additions to shown trees that were held back. */
  readonly additions: number;
}

/**
 * Lets a limited number of trees a second through, over any second, not by the clock's.
 *
 * An append-only terminal cannot take back what it showed when something more telling comes, so the
 * telling ones have places of their own: as many again for failed traces (and those still running when
 * a process ends) once the common places are taken, and one for the slowest trace held back, shown when
 * its second is over. With the default of 5 that is at most 11 trees and one line a second.
 */
export class FloodGate<T> {
  readonly #perSecond: number;
  readonly #common: number[] = [];
  readonly #forTelling: number[] = [];
  readonly #forSlowest: number[] = [];
  #slowestShownMillis = 0;
  #lastShownAt = -Infinity;
  #since: number | undefined;
  #candidate: { item: T; verdict: Verdict } | undefined;
  #counts = { ok: 0, failed: 0, additions: 0 };
  #slowestHidden: Verdict | undefined;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Whether a tree may be shown now; if not, it is held back and counted. */
  admit(item: T, verdict: Verdict, now: number): boolean {
    if (this.#takePlace(verdict.failed || verdict.running, now)) {
      this.#noteShown(verdict, now);
      return true;
    }
    this.#since ??= now;
    this.#hold(item, verdict);
    return false;
  }

  /** Whether an addition to a shown tree may be shown now; if not, it is counted. */
  admitAdditions(failed: boolean, now: number): boolean {
    if (this.#takePlace(failed, now)) return true;
    this.#since ??= now;
    this.#counts.additions++;
    return false;
  }

  /** When there is something to say about what was held back; `Infinity` when nothing was. */
  nextDue(): number {
    return this.#since === undefined ? Infinity : this.#since + WINDOW_MILLIS;
  }

  /** What was held back since the last call; `undefined` when nothing was. */
  take(now: number): HeldBack<T> | undefined {
    if (this.#since === undefined) return undefined;
    const candidate = this.#candidate;
    const showCandidate =
      candidate !== undefined &&
      candidate.verdict.durationMillis > this.#slowestShownMillis &&
      takePlaceOf(this.#forSlowest, 1, now);
    if (candidate && !showCandidate) this.#hide(candidate.verdict);
    const { ok, failed, additions } = this.#counts;
    const slowestHidden = this.#slowestHidden;
    this.#since = undefined;
    this.#candidate = undefined;
    this.#counts = { ok: 0, failed: 0, additions: 0 };
    this.#slowestHidden = undefined;
    this.#slowestShownMillis = 0;
    return {
      ...(showCandidate && { slowest: candidate.item }),
      ...(slowestHidden && { slowestHidden }),
      traces: ok + failed,
      ok,
      failed,
      additions,
    };
  }

  #takePlace(telling: boolean, now: number): boolean {
    const places = this.#perSecond;
    if (places === Infinity) return true;
    return (
      takePlaceOf(this.#common, places, now) ||
      (telling && takePlaceOf(this.#forTelling, places, now))
    );
  }

  #noteShown(verdict: Verdict, now: number): void {
    const windowOver = this.#since === undefined && now - this.#lastShownAt >= WINDOW_MILLIS;
    this.#lastShownAt = now;
    this.#slowestShownMillis = windowOver
      ? verdict.durationMillis
      : Math.max(this.#slowestShownMillis, verdict.durationMillis);
  }

  #hold(item: T, verdict: Verdict): void {
    const slowest = this.#candidate;
    if (slowest && slowest.verdict.durationMillis >= verdict.durationMillis) {
      this.#hide(verdict);
      return;
    }
    if (slowest) this.#hide(slowest.verdict);
    this.#candidate = { item, verdict };
  }

  #hide(verdict: Verdict): void {
    this.#counts[verdict.failed ? 'failed' : 'ok']++;
    if (!this.#slowestHidden || this.#slowestHidden.durationMillis < verdict.durationMillis) {
      this.#slowestHidden = verdict;
    }
  }
}

/** Takes one of `places` that are free again a second later; `taken` holds when they were. */
function takePlaceOf(taken: number[], places: number, now: number): boolean {
  while (taken[0] !== undefined && now - taken[0] >= WINDOW_MILLIS) taken.shift();
  if (taken.length >= places) return false;
  taken.push(now);
  return true;
}
