/** What {@link AdaptiveRatio} aims at. */
export interface AdaptiveTarget {
  readonly tracesPerSecond: number;
  readonly minRatio: number;
  readonly maxRatio: number;
  /** How far back the load is averaged, in seconds. */
  readonly memorySeconds: number;
}

/** A window of observation ends after so many seconds … */
const WINDOW = 0.25;
/** … or earlier, when about twice of what should be kept in it has been; but not before this. */
const SHORTEST_WINDOW = 0.001;

/**
 * Which share of the traces that begin here is to be kept, so that so many are kept in a second. It watches how
 * many begin, in windows, and averages over the past; a window that contradicts the past by more than chance can
 * do makes it forget the past, so that a step of the load is followed within a window.
 *
 * No timer: it looks at the clock when a trace begins. The ratio depends on earlier traces only, and not on their
 * random numbers, so that what is counted by it is right whatever the load does.
 */
export class AdaptiveRatio {
  /** The share to keep now. */
  ratio: number;
  readonly #target: AdaptiveTarget;
  readonly #now: () => number;
  /** The window: when it began, in milliseconds, and how many traces since; none at first. */
  #start: number | undefined = undefined;
  #seen = 0;
  /** The past, fading: so many traces in so many seconds. */
  #traces = 0;
  #seconds = 0;

  /** @param now milliseconds of a clock that does not jump */
  constructor(target: AdaptiveTarget, now: () => number) {
    this.#target = target;
    this.#now = now;
    this.ratio = target.maxRatio;
  }

  /** Notes that a trace begins. @returns whether the ratio has changed */
  observe(): boolean {
    const now = this.#now();
    this.#start ??= now;
    const seconds = (now - this.#start) / 1000;
    if (seconds < 0) this.#start = now; // a clock that stepped back
    if (!this.#isOver(seconds)) {
      this.#seen++;
      return false;
    }
    const before = this.ratio;
    this.#learn(this.#seen, seconds);
    this.#start = now;
    this.#seen = 1;
    return this.ratio !== before;
  }

  #isOver(seconds: number): boolean {
    if (seconds >= WINDOW) return true;
    const enough = Math.max(1, 2 * WINDOW * this.#target.tracesPerSecond);
    return seconds >= SHORTEST_WINDOW && this.#seen * this.ratio >= enough;
  }

  #learn(traces: number, seconds: number): void {
    const { tracesPerSecond, memorySeconds, minRatio, maxRatio } = this.#target;
    const expected = this.#seconds > 0 ? (this.#traces / this.#seconds) * seconds : traces;
    const kept = contradicts(traces, expected) ? 0 : Math.exp(-seconds / memorySeconds);
    this.#traces = this.#traces * kept + traces;
    this.#seconds = this.#seconds * kept + seconds;
    const ratio = tracesPerSecond * (this.#seconds / this.#traces);
    this.ratio = Math.min(maxRatio, Math.max(minRatio, ratio));
  }
}

/** By more than about four standard deviations of arrivals at random, on either side. */
function contradicts(seen: number, expected: number): boolean {
  return Math.abs(seen - expected) > 4 * Math.sqrt(expected) + 4;
}
