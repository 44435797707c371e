import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '../lib/readable-span.js';

/** How long the collector waits, and how much it keeps. Times in milliseconds. */
export interface CollectorLimits {
  /** Quiet time after the last known-open span of a trace has ended. Default 100. */
  readonly lingerMillis: number;
  /** How long open children of an ended local root are waited for. Default 2000. */
  readonly capMillis: number;
  /** Quiet time after which a trace without a local root is given up waiting for one. Default 5000. */
  readonly rootlessMillis: number;
  /** Traces that may be open at once. Default 1000. */
  readonly maxTraces: number;
  /** Spans that one trace may hold. Default 2000. */
  readonly maxSpans: number;
  /** A trace without any news for so long makes room when all places are taken. Default 60000. */
  readonly staleMillis: number;
  /** Finished traces remembered for late spans, by count, by their spans and by time. */
  readonly maxFinished: number;
  readonly maxFinishedSpans: number;
  readonly finishedMillis: number;
}

export const COLLECTOR_LIMITS: CollectorLimits = Object.freeze({
  lingerMillis: 100,
  capMillis: 2000,
  rootlessMillis: 5000,
  maxTraces: 1000,
  maxSpans: 2000,
  staleMillis: 60_000,
  maxFinished: 1000,
  maxFinishedSpans: 20_000,
  finishedMillis: 60_000,
});

/** Local roots are kept beyond a trace's bound, up to so many: a tree without its root says little. */
const ROOT_ALLOWANCE = 50;

/** Not handed out yet, not wanted, held back in a flood, or shown. */
export type TraceFate = 'unseen' | 'unwanted' | 'held' | 'shown';

/** What the collector hands out: what became known of a trace since it was last handed out. */
export interface TracePart {
  readonly trace: CollectedTrace;
  /** Ended spans, then those that are still open. */
  readonly spans: ReadableSpan[];
  /** What was handed out of this trace before; empty the first time. */
  readonly before: ReadableSpan[];
  /** The same, less those that were open then and come again in this part, ended. */
  readonly earlier: ReadableSpan[];
  /** Milliseconds since it was handed out first, 0 the first time. */
  readonly lateByMillis: number;
  /** Spans of this part that were not kept, because the trace had too many. */
  readonly dropped: number;
}

/**
 * One trace as it is collected. It has a *part* while something of it waits to be handed out; after
 * that it is only remembered, until a late span opens the next part.
 */
export class CollectedTrace {
  readonly traceId: string;
  /** What became of it, kept here for whoever prints. */
  fate: TraceFate = 'unseen';
  /** What was handed out so far. */
  handedOut: ReadableSpan[] = [];
  lastEventAt: number;

  readonly #limits: CollectorLimits;
  #firstHandedOutAt: number | undefined;
  /** Started, not ended, not handed out. */
  readonly #open = new Map<string, ReadableSpan>();
  readonly #openRoots = new Set<string>();
  /** Handed out while still open. */
  readonly #running = new Set<string>();
  #ended: ReadableSpan[] = [];
  /** Started but not kept: their ends are expected and ignored. */
  #untracked = 0;
  #dropped = 0;
  /** When this part had no open local root any more, for the first time. */
  #rootsEndedAt: number | undefined;
  #firstEndedAt: number | undefined;

  constructor(traceId: string, limits: CollectorLimits, now: number) {
    this.traceId = traceId;
    this.#limits = limits;
    this.lastEventAt = now;
  }

  start(span: ReadableSpan, now: number): void {
    this.lastEventAt = now;
    const root = isLocalRoot(span);
    if (this.#isFull(root)) {
      this.#untracked++;
      this.#dropped++;
      return;
    }
    const { spanId } = span.spanContext();
    this.#open.set(spanId, span);
    if (root) this.#openRoots.add(spanId);
  }

  end(span: ReadableSpan, now: number): void {
    const { spanId } = span.spanContext();
    const root = isLocalRoot(span);
    const known = this.#open.delete(spanId) || this.#running.delete(spanId);
    if (!known && !this.#admits(root)) return;
    this.lastEventAt = now;
    this.#firstEndedAt ??= now;
    this.#ended.push(span);
    if (!root) return;
    this.#openRoots.delete(spanId);
    if (this.#openRoots.size === 0) this.#rootsEndedAt ??= now;
  }

  /** Whether a local root has ended and none is open. */
  get rootsEnded(): boolean {
    return this.#rootsEndedAt !== undefined && this.#openRoots.size === 0;
  }

  get hasOpenSpans(): boolean {
    return this.#open.size > 0;
  }

  /** Whether it has a part: anything that was not handed out yet. */
  get waiting(): boolean {
    return this.#open.size > 0 || this.#ended.length > 0;
  }

  /** Whether spans were handed out before they ended, and have not ended yet. */
  get hasRunningSpans(): boolean {
    return this.#running.size > 0;
  }

  /** When the part is to be handed out, if nothing more happens. */
  get dueAt(): number {
    if (this.#openRoots.size > 0) return Infinity;
    if (this.#rootsEndedAt !== undefined) return this.#settlesAt(this.#rootsEndedAt);
    const late = this.#firstHandedOutAt !== undefined;
    if (!late) return this.lastEventAt + this.#limits.rootlessMillis;
    return this.#firstEndedAt === undefined ? Infinity : this.#settlesAt(this.#firstEndedAt);
  }

  /** Hands the part out; the trace is only remembered from now on. */
  take(now: number): TracePart {
    const before = this.handedOut;
    const earlier = without(before, this.#ended);
    const spans = [...this.#ended, ...this.#open.values()];
    this.#firstHandedOutAt ??= now;
    this.handedOut = [...earlier, ...spans].slice(0, this.#limits.maxSpans + ROOT_ALLOWANCE);
    const lateByMillis = now - this.#firstHandedOutAt;
    const part = { trace: this, spans, before, earlier, lateByMillis, dropped: this.#dropped };
    for (const spanId of this.#open.keys()) this.#running.add(spanId);
    this.#open.clear();
    this.#openRoots.clear();
    this.#ended = [];
    this.#dropped = 0;
    this.#rootsEndedAt = undefined;
    this.#firstEndedAt = undefined;
    return part;
  }

  #settlesAt(endedAt: number): number {
    const cap = endedAt + this.#limits.capMillis;
    if (this.hasOpenSpans) return cap;
    return Math.min(this.lastEventAt + this.#limits.lingerMillis, cap);
  }

  /** Whether to take a span whose start was not seen; if not, it is counted. */
  #admits(root: boolean): boolean {
    if (this.#untracked > 0) {
      this.#untracked--;
      return false;
    }
    if (!this.#isFull(root)) return true;
    this.#dropped++;
    return false;
  }

  #isFull(root: boolean): boolean {
    const room = this.#limits.maxSpans + (root ? ROOT_ALLOWANCE : 0);
    return this.#open.size + this.#ended.length >= room;
  }
}

/** The spans handed out earlier, less those that come again because they were open then. */
function without(earlier: ReadableSpan[], ended: ReadableSpan[]): ReadableSpan[] {
  if (earlier.length === 0) return earlier;
  const again = new Set(ended.map((span) => span.spanContext().spanId));
  return earlier.filter((span) => !again.has(span.spanContext().spanId));
}

/**
 * Whether a span is the first of its trace in this process: it has no parent, or a remote one. Spans of
 * the official SDK 1.x do not say where their parent is; there, servers and consumers count.
 */
export function isLocalRoot(span: ReadableSpan): boolean {
  if (span.parentSpanContext) return span.parentSpanContext.isRemote === true;
  if (!span.parentSpanId) return true;
  return span.kind === SpanKind.SERVER || span.kind === SpanKind.CONSUMER;
}
