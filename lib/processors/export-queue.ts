import { report } from '../diagnostics.js';
import type { SpanExporter } from '../exporter.js';
import type { ReadableSpan } from '../readable-span.js';
import { exportSpans, exportSpansSync, flushExporter } from './export-call.js';

/** Says that an export is going on, also while `export` itself has not returned yet. */
const BUSY: Promise<undefined> = Promise.resolve(undefined);

/**
 * The spans of a processor that exports: those that wait, bounded, and those in flight, of which there is one
 * export at any time. When to export is the processor's matter.
 */
export class ExportQueue {
  readonly #exporter: SpanExporter;
  readonly #maxSize: number;
  readonly #timeoutMillis: number;
  /** Called when an export has ended later than `exportNext` returned. */
  readonly #onConcluded: () => void;
  #waiting: ReadableSpan[] = [];
  /** What the export in flight was given. */
  #inFlight: ReadableSpan[] = [];
  /** The export in flight. Never rejects, but resolves to what the exporter failed with. */
  #exporting: Promise<unknown> | undefined;
  /** How many spans have been through an export, well or not. */
  #concluded = 0;
  #dropped = 0;

  constructor(
    exporter: SpanExporter,
    maxSize: number,
    timeoutMillis: number,
    onConcluded: () => void,
  ) {
    this.#exporter = exporter;
    this.#maxSize = maxSize;
    this.#timeoutMillis = timeoutMillis;
    this.#onConcluded = onConcluded;
  }

  /** How many spans wait. */
  get length(): number {
    return this.#waiting.length;
  }

  get isFull(): boolean {
    return this.#waiting.length >= this.#maxSize;
  }

  get isExporting(): boolean {
    return this.#exporting !== undefined;
  }

  /** How many spans were lost here. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Lets a span wait, or drops it for want of room. */
  add(span: ReadableSpan): void {
    if (!this.isFull) this.#waiting.push(span);
    else this.#drop(1, 'spans end faster than they can be exported: the newest are dropped');
  }

  /** The next spans, for somebody who cares for them from now on. */
  take(count: number): ReadableSpan[] {
    return this.#waiting.splice(0, count);
  }

  /** Exports the next spans, unless there are none or an export is in flight. */
  exportNext(count: number): void {
    if (this.isExporting || this.length === 0) return;
    const spans = this.take(count);
    this.#inFlight = spans;
    this.#exporting = BUSY;
    const exported = this.#export(spans);
    if (exported === undefined) this.#conclude(spans);
    else this.#exporting = this.#concluding(spans, exported);
  }

  /**
   * Exports what is here now, so many at a time, then flushes the exporter.
   *
   * @throws what the exporter failed with during this flush
   */
  async flush(batchSize: number, timeoutMillis: number, isEnding?: boolean): Promise<void> {
    let failure: unknown;
    const target = this.#concluded + this.#inFlight.length + this.#waiting.length;
    while (this.#concluded < target) {
      if (this.#exporting !== undefined) failure = (await this.#exporting) ?? failure;
      else if (this.length === 0)
        break; // somebody has taken them
      else {
        this.exportNext(batchSize);
        // The exporter may have ended spans while it was busy, which nobody looks after yet.
        if (!this.isExporting) this.#onConcluded();
      }
    }
    await flushExporter(this.#exporter, timeoutMillis, isEnding);
    if (failure !== undefined) throw failure;
  }

  /**
   * Exports what waits here or in the exporter, and once more what is in flight, whose end nobody would see:
   * a backend rather gets a span twice than never.
   */
  flushSync(timeoutMillis: number): void {
    const spans = [...this.#inFlight, ...this.#waiting];
    this.#concluded += this.#waiting.length;
    this.#inFlight = [];
    this.#waiting = [];
    if (this.#exporter.exportSync) exportSpansSync(this.#exporter, spans, timeoutMillis);
    else if (spans.length > 0)
      this.#drop(spans.length, 'the process ends before its spans could be exported');
  }

  /** Counts and reports spans that could not be handed on. */
  fail(spans: readonly ReadableSpan[], error: unknown): void {
    this.#dropped += spans.length;
    reportFailure(spans, error);
  }

  /** What throws here, such as the resource of somebody's span, fails the export and wedges nothing. */
  #export(spans: ReadableSpan[]): Promise<void> | undefined {
    try {
      return exportSpans(this.#exporter, spans, this.#timeoutMillis);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #concluding(spans: ReadableSpan[], exported: Promise<void>): Promise<unknown> {
    let failure: unknown;
    try {
      await exported;
    } catch (error) {
      failure = error;
      reportFailure(spans, error);
    }
    this.#conclude(spans);
    this.#onConcluded();
    return failure;
  }

  #conclude(spans: readonly ReadableSpan[]): void {
    this.#concluded += spans.length;
    this.#inFlight = [];
    this.#exporting = undefined;
  }

  #drop(count: number, message: string): void {
    this.#dropped += count;
    report('processor.dropped', message);
  }
}

function reportFailure({ length }: readonly ReadableSpan[], error: unknown): void {
  report('export.failed', `a batch of ${length} spans could not be exported`, error);
}
