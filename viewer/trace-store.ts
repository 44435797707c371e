import type { ReadableSpan } from '../lib/readable-span.js';

/** How much a {@link TraceStore} holds. */
export interface StoreLimits {
  readonly maxSpans: number;
  /** Length of the JSON that the spans came in: what they take in memory is a few times that. */
  readonly maxLength: number;
}

interface StoredTrace {
  readonly spans: ReadableSpan[];
  length: number;
}

/** So many traces that were left out are remembered, so that what comes of them later is too. */
const MOST_REMEMBERED = 100_000;

/**
 * Spans by trace, bounded: when there are too many, the trace that came first is left out, whole. Of a
 * single trace that is too large, what comes last is.
 */
export class TraceStore {
  readonly #limits: StoreLimits;
  readonly #traces = new Map<string, StoredTrace>();
  readonly #leftOut = new Set<string>();
  #spans = 0;
  #length = 0;
  #leftOutSpans = 0;
  #leftOutTraces = 0;

  constructor(limits: StoreLimits) {
    this.#limits = limits;
  }

  /** Adds a span whose JSON was so long. */
  add(span: ReadableSpan, length: number): void {
    const { traceId } = span.spanContext();
    const known = this.#traces.get(traceId);
    const isAlone = known !== undefined && this.#traces.size === 1;
    if (isAlone ? this.#exceeds(1, length) : this.#leftOut.has(traceId)) {
      this.#leftOutSpans++;
      return;
    }
    const trace = known ?? { spans: [], length: 0 };
    if (known === undefined) this.#traces.set(traceId, trace);
    trace.spans.push(span);
    trace.length += length;
    this.#spans++;
    this.#length += length;
    while (this.#exceeds(0, 0) && this.#traces.size > 1) this.#leaveOutFirst();
  }

  /** How many spans were left out, and of how many traces they were the whole. */
  get leftOut(): { readonly spans: number; readonly traces: number } {
    return { spans: this.#leftOutSpans, traces: this.#leftOutTraces };
  }

  /** The spans of each trace, in order of the traces' earliest starts. */
  traces(): ReadableSpan[][] {
    return [...this.#traces.values()]
      .map(({ spans }) => ({ spans, start: earliestStart(spans) }))
      .sort((a, b) => a.start - b.start)
      .map(({ spans }) => spans);
  }

  #exceeds(spans: number, length: number): boolean {
    const { maxSpans, maxLength } = this.#limits;
    return this.#spans + spans > maxSpans || this.#length + length > maxLength;
  }

  #leaveOutFirst(): void {
    const [traceId, { spans, length }] = this.#traces.entries().next().value!;
    this.#traces.delete(traceId);
    this.#spans -= spans.length;
    this.#length -= length;
    this.#leftOutSpans += spans.length;
    this.#leftOutTraces++;
    this.#leftOut.add(traceId);
    if (this.#leftOut.size > MOST_REMEMBERED) {
      this.#leftOut.delete(this.#leftOut.values().next().value!);
    }
  }
}

function earliestStart(spans: readonly ReadableSpan[]): number {
  return spans.reduce(
    (earliest, { startTime }) => Math.min(earliest, startTime[0] + startTime[1] / 1e9),
    Infinity,
  );
}
