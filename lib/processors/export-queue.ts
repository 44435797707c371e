import type { MeterProvider } from '@opentelemetry/api';
import { ProcessorCounts, type ProcessorStats } from '../component-counts.js';
import { report } from '../diagnostics.js';
import type { SpanExporter } from '../exporter.js';
import type { ReadableSpan } from '../readable-span.js';
import { SelfObservation } from '../self-observation.js';
import { enqueueSpans, exportSpans, exportSpansSync, flushExporter } from './export-call.js';

/** Says that an export is going on, also while `export` itself has not returned yet. */
const BUSY: Promise<undefined> = Promise.resolve(undefined);

const TOO_FAST =
  'spans end faster than they can be exported: the newest are dropped; raise maxQueueSize, sample, or see ' +
  'why the exporter is slow';
const TOO_LATE =
  'the process ends before its spans could be exported: call shutdown() and wait for it before that';

/**
 * The spans of a processor that exports: those that wait, bounded, and those in flight, of which there is one
 * export at any time. When to export is the processor's matter.
 */
export class ExportQueue {
  /** Whether the exporter has a queue of its own, so that spans are handed over instead of exported. */
  readonly handsOver: boolean;
  readonly #exporter: SpanExporter;
  readonly #counts: ProcessorCounts;
  #isObserved = false;
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

  /** `counts` are what it reports to, for those who look at them. */
  constructor(
    exporter: SpanExporter,
    maxSize: number,
    timeoutMillis: number,
    onConcluded: () => void,
    counts: ProcessorCounts = new ProcessorCounts('span_processor'),
  ) {
    this.handsOver = typeof exporter.enqueue === 'function';
    this.#exporter = exporter;
    this.#counts = counts;
    counts.queueCapacity = maxSize;
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

  /** Has the metrics of the processor, and of its exporter, go there; once. */
  observeWith(meterProvider: MeterProvider): void {
    if (this.#isObserved) return;
    this.#isObserved = true;
    SelfObservation.of(meterProvider)?.processor(this.#counts);
    try {
      this.#exporter.observeWith?.(meterProvider);
    } catch (error) {
      report('exporter.threw', 'an exporter threw in observeWith: it has no metrics', error);
    }
  }

  stats(): ProcessorStats {
    const stats = this.#counts.snapshot();
    try {
      const exporter: unknown = this.#exporter.stats?.();
      return typeof exporter === 'object' && exporter !== null ? { ...stats, exporter } : stats;
    } catch (error) {
      report('exporter.threw', 'an exporter threw in stats: it tells nothing', error);
      return stats;
    }
  }

  /** Lets a span wait, or drops it for want of room. */
  add(span: ReadableSpan): void {
    if (this.isFull) {
      this.#counts.drop('queue_full', 1);
      this.#drop(1, TOO_FAST);
      return;
    }
    this.#waiting.push(span);
    this.#counts.queueSize++;
  }

  /** A span that is not to be exported: it is done with (T-OBS-04). */
  pass(): void {
    this.#counts.processed++;
  }

  /** A span that comes after the shutdown. */
  refuse(): void {
    this.#counts.drop('already_shutdown', 1);
  }

  /** Hands the next spans over, to an exporter that has a queue of its own. */
  handOverNext(count: number): void {
    if (this.length === 0) return;
    const spans = this.#take(count);
    try {
      enqueueSpans(this.#exporter, spans);
    } catch (error) {
      this.#dropped += spans.length;
      reportFailure(spans, error);
    }
  }

  /** Exports the next spans, unless there are none or an export is in flight. */
  exportNext(count: number): void {
    if (this.isExporting || this.length === 0) return;
    const spans = this.#take(count);
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
    const waiting = this.#waiting.length;
    this.#concluded += waiting;
    this.#counts.queueSize = 0;
    this.#inFlight = [];
    this.#waiting = [];
    if (this.#exporter.exportSync) {
      this.#counts.processed += waiting;
      exportSpansSync(this.#exporter, spans, timeoutMillis);
    } else if (spans.length > 0) {
      if (waiting > 0) this.#counts.drop('process_ended', waiting);
      this.#drop(spans.length, TOO_LATE);
    }
  }

  #take(count: number): ReadableSpan[] {
    const spans = this.#waiting.splice(0, count);
    this.#counts.queueSize -= spans.length;
    this.#counts.processed += spans.length;
    return spans;
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
  const message = `a batch of ${length} spans could not be exported: they are lost; the error says why`;
  report('export.failed', message, error);
}
