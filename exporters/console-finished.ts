import type { CollectedTrace, CollectorLimits } from './console-trace.js';

type Limits = Pick<CollectorLimits, 'maxFinished' | 'maxFinishedSpans' | 'finishedMillis'>;

/**
 * Remembers traces that were handed out, so that late spans find their tree: bounded by their number,
 * by their spans together and by time; the oldest go first. A trace with spans still running outlives
 * the time, since those are expected.
 */
export class FinishedTraces {
  readonly #limits: Limits;
  readonly #traces = new Map<string, { trace: CollectedTrace; at: number }>();
  #spans = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Takes a trace in, and lets go what is too old or too much. */
  add(trace: CollectedTrace, now: number): void {
    this.remove(trace.traceId);
    this.#traces.set(trace.traceId, { trace, at: now });
    this.#spans += trace.handedOut.length;
    this.#forget(now);
  }

  /** Takes a trace out, for a part that begins. */
  remove(traceId: string): CollectedTrace | undefined {
    const entry = this.#traces.get(traceId);
    if (!entry) return undefined;
    this.#traces.delete(traceId);
    this.#spans -= entry.trace.handedOut.length;
    return entry.trace;
  }

  #forget(now: number): void {
    for (const [traceId, { trace, at }] of this.#traces) {
      const tooMuch =
        this.#traces.size > this.#limits.maxFinished || this.#spans > this.#limits.maxFinishedSpans;
      const tooOld = now - at > this.#limits.finishedMillis && !trace.hasRunningSpans;
      if (!tooMuch && !tooOld) {
        if (trace.hasRunningSpans) continue;
        return;
      }
      this.remove(traceId);
    }
  }
}
