import { report } from '../lib/diagnostics.js';
import type { ReadableSpan } from '../lib/readable-span.js';
import { FinishedTraces } from './console-finished.js';
import { CollectedTrace, COLLECTOR_LIMITS, isLocalRoot } from './console-trace.js';
import type { CollectorLimits, TracePart } from './console-trace.js';

/** Refused traces that are remembered, so that a place that comes free is not taken by half a trace. */
const MAX_REFUSED = 10_000;

/**
 * Groups spans into traces and says when each is ready to be shown: a state machine without timers and
 * output. It is told of starts and ends with the time, and asked when something is due.
 *
 * A trace has settled when a local root has ended, no known span of it is open, and the linger has
 * passed. Spans may come from several providers, so it may have several local roots. Children that
 * stay open are waited for until the cap, then handed out open; a trace without a local root until it
 * has been quiet for a while. What comes after that is a late part, with a linger of its own.
 */
export class TraceCollector {
  readonly #limits: CollectorLimits;
  /** Traces with something to hand out, oldest first. */
  readonly #waiting = new Map<string, CollectedTrace>();
  readonly #finished: FinishedTraces;
  readonly #refused = new Set<string>();
  #refusedCount = 0;
  /** Handed out before their time, to make room. */
  #ready: TracePart[] = [];

  constructor(limits: Partial<CollectorLimits> = {}) {
    this.#limits = { ...COLLECTOR_LIMITS, ...limits };
    this.#finished = new FinishedTraces(this.#limits);
  }

  /** A span has started; who sees ends only need not tell. Returns when something is due next. */
  start(span: ReadableSpan, now: number): number {
    this.#traceOf(span, now)?.start(span, now);
    return this.#ready.length > 0 ? now : Infinity;
  }

  /** A span has ended. Returns when its trace is due, if nothing more happens. */
  end(span: ReadableSpan, now: number): number {
    const trace = this.#traceOf(span, now);
    if (!trace) {
      if (isLocalRoot(span)) this.#refused.delete(span.spanContext().traceId);
      return Infinity;
    }
    trace.end(span, now);
    if (!trace.waiting) this.#remember(trace, now);
    return this.#ready.length > 0 ? now : trace.dueAt;
  }

  /** Whether nothing waits to be handed out. */
  get isEmpty(): boolean {
    return this.#waiting.size === 0 && this.#ready.length === 0;
  }

  /** When the next part is due, `Infinity` when none is waiting. */
  nextDue(): number {
    if (this.#ready.length > 0) return -Infinity;
    let next = Infinity;
    for (const trace of this.#waiting.values()) next = Math.min(next, trace.dueAt);
    return next;
  }

  /** Hands out what is due, in the order in which it became so. */
  takeDue(now: number): TracePart[] {
    return this.#take(now, (trace) => trace.dueAt <= now);
  }

  /** Hands out, without the linger, what no open root is known of; open children come as they are. */
  takeEnded(now: number): TracePart[] {
    return this.#take(now, (trace) => trace.rootsEnded || !trace.hasOpenSpans);
  }

  /** Hands out everything, open roots too. */
  takeAll(now: number): TracePart[] {
    return this.#take(now, () => true);
  }

  /** How many traces were refused since the last call, because too many were open. */
  takeRefusedCount(): number {
    const count = this.#refusedCount;
    this.#refusedCount = 0;
    return count;
  }

  #take(now: number, wanted: (trace: CollectedTrace) => boolean): TracePart[] {
    const traces = [...this.#waiting.values()]
      .filter(wanted)
      .sort((a, b) => a.dueAt - b.dueAt || 0);
    const parts = [...this.#ready, ...traces.map((trace) => this.#handOut(trace, now))];
    this.#ready = [];
    return parts;
  }

  #handOut(trace: CollectedTrace, now: number): TracePart {
    const part = trace.take(now);
    this.#remember(trace, now);
    return part;
  }

  #remember(trace: CollectedTrace, now: number): void {
    this.#waiting.delete(trace.traceId);
    this.#finished.add(trace, now);
  }

  /** The trace a span belongs to, waiting from now on; `undefined` if there is no place for it. */
  #traceOf(span: ReadableSpan, now: number): CollectedTrace | undefined {
    const { traceId } = span.spanContext();
    const waiting = this.#waiting.get(traceId);
    if (waiting) return waiting;
    const trace = this.#finished.remove(traceId) ?? this.#newTrace(traceId, now);
    if (trace) this.#waiting.set(traceId, trace);
    return trace;
  }

  #newTrace(traceId: string, now: number): CollectedTrace | undefined {
    if (this.#refused.has(traceId)) return undefined;
    if (this.#waiting.size >= this.#limits.maxTraces && !this.#makeRoom(now)) {
      this.#refuse(traceId);
      return undefined;
    }
    return new CollectedTrace(traceId, this.#limits, now);
  }

  /**
   * Hands out a trace before its time: one that is complete and only lingers, else the one that has
   * been without news for longest (a root that never ends must not hold its place for ever).
   */
  #makeRoom(now: number): boolean {
    let stalest: CollectedTrace | undefined;
    for (const trace of this.#waiting.values()) {
      if (trace.rootsEnded && !trace.hasOpenSpans) return this.#handOutEarly(trace, now);
      if (stalest === undefined || trace.lastEventAt < stalest.lastEventAt) stalest = trace;
    }
    if (stalest === undefined || now - stalest.lastEventAt < this.#limits.staleMillis) return false;
    return this.#handOutEarly(stalest, now);
  }

  #handOutEarly(trace: CollectedTrace, now: number): true {
    this.#ready.push(this.#handOut(trace, now));
    return true;
  }

  #refuse(traceId: string): void {
    this.#refusedCount++;
    report(
      'console.too-many-traces',
      'too many traces are open at once: new ones are not printed; other exporters get them all',
    );
    if (this.#refused.size >= MAX_REFUSED) {
      for (const oldest of this.#refused) {
        this.#refused.delete(oldest);
        break;
      }
    }
    this.#refused.add(traceId);
  }
}
