import type { Context } from '@opentelemetry/api';
import { unrefTimer } from '../deadline.js';
import { report } from '../diagnostics.js';
import type { SpanExporter } from '../exporter.js';
import type { SpanProcessor } from '../processor.js';
import type { ReadableSpan } from '../readable-span.js';
import type { Span } from '../span.js';
import { exportSpans } from './export-call.js';

/** Options of a {@link BatchSpanProcessor}; the names are those of the official SDK. */
export interface BatchSpanProcessorOptions {
  /** Spans that wait for export; further ones are dropped. Default 2048. */
  maxQueueSize?: number;
  /** Spans in one export, at most `maxQueueSize`. Default 512. */
  maxExportBatchSize?: number;
  /** Longest wait of a span for its export, in milliseconds. Default 5000. */
  scheduledDelayMillis?: number;
  /** Bound of one export in milliseconds; 0 is no limit. Default 30000. */
  exportTimeoutMillis?: number;
}

const SAMPLED = 1;

/**
 * Exports sampled spans in batches: when one is full, and every few seconds (specification: batching
 * processor). One export is in flight at any time, also during a flush. The queue is bounded; what it
 * cannot take is dropped and counted. Timers never hold the process.
 */
export class BatchSpanProcessor implements SpanProcessor {
  readonly #exporter: SpanExporter;
  readonly #maxQueueSize: number;
  readonly #maxBatchSize: number;
  readonly #delayMillis: number;
  readonly #timeoutMillis: number;
  #queue: ReadableSpan[] = [];
  /** What the export in flight was given. */
  #inFlight: ReadableSpan[] = [];
  /** The export in flight. Never rejects. */
  #exporting: Promise<void> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerIsUrgent = false;
  #shutdown: Promise<void> | undefined;
  #dropped = 0;
  #failure: unknown;

  constructor(exporter: SpanExporter, options: BatchSpanProcessorOptions = {}) {
    this.#exporter = exporter;
    this.#maxQueueSize = sizeOr(2048, 'maxQueueSize', options.maxQueueSize);
    const batch = sizeOr(512, 'maxExportBatchSize', options.maxExportBatchSize);
    if (batch > this.#maxQueueSize && options.maxExportBatchSize !== undefined) {
      report(
        'batch.option',
        `maxExportBatchSize ${batch} is more than maxQueueSize: it is lowered`,
      );
    }
    this.#maxBatchSize = Math.min(batch, this.#maxQueueSize);
    this.#delayMillis = millisOr(5000, 'scheduledDelayMillis', options.scheduledDelayMillis);
    this.#timeoutMillis = millisOr(30_000, 'exportTimeoutMillis', options.exportTimeoutMillis);
  }

  /** How many spans were dropped: queue full, or the process ended before they could be exported. */
  get droppedSpans(): number {
    return this.#dropped;
  }

  onStart(_span: Span, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#shutdown !== undefined || (span.spanContext().traceFlags & SAMPLED) === 0) return;
    if (this.#queue.length >= this.#maxQueueSize) {
      this.#drop(1, 'spans end faster than they can be exported: the newest are dropped');
      return;
    }
    this.#queue.push(span);
    this.#schedule();
  }

  /** @throws what the exporter failed with during this flush */
  async forceFlush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    await this.#flush();
  }

  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#close());
  }

  /**
   * Exports what waits, and once more what is in flight, whose end nobody would see: a backend rather
   * gets a span twice than never.
   */
  flushSync(timeoutMillis: number): void {
    const spans = [...this.#inFlight, ...this.#queue];
    this.#inFlight = [];
    this.#queue = [];
    if (spans.length === 0) return;
    if (this.#exporter.exportSync !== undefined) this.#exporter.exportSync(spans, timeoutMillis);
    else this.#drop(spans.length, 'the process ends before its spans could be exported');
  }

  async #close(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      this.#clearTimer();
      await this.#exporter.shutdown();
    }
  }

  /** Exports what ended before the call: in flight, then queued; then flushes the exporter. */
  async #flush(): Promise<void> {
    this.#failure = undefined;
    await this.#exporting;
    for (let left = this.#queue.length; left > 0 && this.#queue.length > 0;) {
      left -= Math.min(this.#maxBatchSize, this.#queue.length);
      this.#exportBatch();
      await this.#exporting;
    }
    await this.#exporter.forceFlush?.();
    const failure: unknown = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  /** Sees to it that what is queued is exported in time, unless that is arranged already. */
  #schedule(): void {
    if (this.#exporting !== undefined || this.#queue.length === 0) return;
    const urgent = this.#queue.length >= this.#maxBatchSize;
    if (this.#timer !== undefined && (this.#timerIsUrgent || !urgent)) return;
    this.#clearTimer();
    this.#timerIsUrgent = urgent;
    // Not at once: the user's `span.end()` should not pay for the encoding of a whole batch.
    this.#timer = unrefTimer(() => this.#exportBatch(), urgent ? 0 : this.#delayMillis);
  }

  #exportBatch(): void {
    this.#clearTimer();
    if (this.#exporting !== undefined || this.#queue.length === 0) return;
    this.#inFlight = this.#queue.splice(0, this.#maxBatchSize);
    this.#exporting = this.#export(this.#inFlight).finally(() => {
      this.#inFlight = [];
      this.#exporting = undefined;
      this.#schedule();
    });
  }

  async #export(spans: ReadableSpan[]): Promise<void> {
    try {
      await spans[0]?.resource.waitForAsyncAttributes?.();
      await exportSpans(this.#exporter, spans, this.#timeoutMillis);
    } catch (error) {
      this.#failure ??= error;
      report('export.failed', `a batch of ${spans.length} spans could not be exported`, error);
    }
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #drop(count: number, message: string): void {
    this.#dropped += count;
    report('processor.dropped', message);
  }
}

/** Specification: invalid values are reported and replaced by the default. */
function sizeOr(fallback: number, name: string, value: number | undefined): number {
  return usable(fallback, name, value, Number.isInteger(value) && value! > 0);
}

function millisOr(fallback: number, name: string, value: number | undefined): number {
  return usable(fallback, name, value, typeof value === 'number' && value >= 0);
}

function usable(fallback: number, name: string, value: number | undefined, ok: boolean): number {
  if (value === undefined) return fallback;
  if (ok) return value;
  report('batch.option', `${name} cannot be ${String(value)}: ${fallback} is used`);
  return fallback;
}
