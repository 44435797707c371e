import type { Context, MeterProvider } from '@opentelemetry/api';
import { ProcessorCounts, type ProcessorStats } from '../component-counts.js';
import { unrefTimer } from '../deadline.js';
import { report } from '../diagnostics.js';
import type { FlushOptions, SpanExporter } from '../exporter.js';
import { platform } from '../platform.js';
import type { SpanProcessor } from '../processor.js';
import type { ReadableSpan } from '../readable-span.js';
import { traceFlagsOf, type Span } from '../span.js';
import { shorter, shutdownExporter } from './export-call.js';
import { ExportQueue } from './export-queue.js';
import { exporterAndOptions, millisOr, sizeOr } from './queue-options.js';

/**
 * Bounds of a {@link BatchSpanProcessor}; the names are those of the official SDK. What is not given comes
 * from the environment (`OTEL_BSP_*`), then from the defaults.
 */
export interface BufferConfig {
  /**
   * Spans that wait for export. Further ones are dropped; or handed over on the spot, where the exporter
   * has `enqueue`. Default 2048.
   */
  maxQueueSize?: number;
  /** Spans in one export, at most `maxQueueSize`. Default 512. */
  maxExportBatchSize?: number;
  /** Longest wait of a span for its export, in milliseconds. Default 5000. */
  scheduledDelayMillis?: number;
  /** Bound of one export, and of a flush of the exporter, in milliseconds; 0 is no limit. Default 30000. */
  exportTimeoutMillis?: number;
  /** Where the processor's own metrics go (`otel.sdk.processor.*`). Default: where the tracer provider's go. */
  selfObsMeterProvider?: MeterProvider;
}

/** Options of a {@link BatchSpanProcessor} in one object, as in the official SDK's 3.x. */
export interface BatchSpanProcessorOptions extends BufferConfig {
  /** Where the spans go. */
  exporter: SpanExporter;
}

const SAMPLED = 1;

/**
 * Exports sampled spans in batches: when one is full, and every few seconds (specification: batching
 * processor). The queue is bounded. Timers never hold the process.
 *
 * To an exporter with a queue of its own, such as `OTLPTraceExporter`, batches are handed over by `enqueue`:
 * one in a turn of the event loop, so that encoding does not block it for long; and on the spot where the
 * queue would overflow, so that a burst costs time and no spans. What is lost later the exporter counts.
 *
 * With any other exporter one export is in flight at any time, also during a flush, and spans that the queue
 * cannot take meanwhile are dropped and counted.
 *
 * @throws TypeError when the exporter is none
 */
export class BatchSpanProcessor implements SpanProcessor {
  readonly #exporter: SpanExporter;
  readonly #queue: ExportQueue;
  readonly #maxBatchSize: number;
  readonly #delayMillis: number;
  readonly #timeoutMillis: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerIsUrgent = false;
  #shutdown: Promise<void> | undefined;

  constructor(exporter: SpanExporter, options?: BufferConfig);
  constructor(options: BatchSpanProcessorOptions);
  constructor(first: SpanExporter | BatchSpanProcessorOptions, second?: BufferConfig) {
    const { exporter, options: given } = exporterAndOptions(first, second);
    const options = { ...platform.bufferConfig?.(), ...given };
    this.#exporter = exporter;
    const maxSize = sizeOr(2048, 'maxQueueSize', options.maxQueueSize);
    const batch = sizeOr(512, 'maxExportBatchSize', options.maxExportBatchSize);
    if (batch > maxSize && options.maxExportBatchSize !== undefined) {
      report(
        'processor.option',
        `maxExportBatchSize ${batch} is more than maxQueueSize: it is lowered`,
      );
    }
    this.#maxBatchSize = Math.min(batch, maxSize);
    this.#delayMillis = millisOr(5000, 'scheduledDelayMillis', options.scheduledDelayMillis);
    this.#timeoutMillis = millisOr(30_000, 'exportTimeoutMillis', options.exportTimeoutMillis);
    this.#queue = new ExportQueue(
      exporter,
      maxSize,
      this.#timeoutMillis,
      () => this.#schedule(),
      new ProcessorCounts('batching_span_processor'),
    );
    if (options.selfObsMeterProvider) this.observeWith(options.selfObsMeterProvider);
  }

  /** How many spans were dropped: queue full, or the process ended before they could be exported. */
  get droppedSpans(): number {
    return this.#queue.dropped;
  }

  onStart(_span: Span, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#shutdown !== undefined) return this.#queue.refuse();
    if ((traceFlagsOf(span) & SAMPLED) === 0) return this.#queue.pass();
    if (this.#queue.isFull && this.#queue.handsOver) this.#handOver();
    this.#queue.add(span);
    this.#schedule();
  }

  /** Has its metrics, and those of its exporter, go there, unless they go somewhere already. */
  observeWith(meterProvider: MeterProvider): void {
    this.#queue.observeWith(meterProvider);
  }

  /** What it has done so far. */
  stats(): ProcessorStats {
    return this.#queue.stats();
  }

  /** @throws what the exporter failed with during this flush */
  async forceFlush({ timeoutMillis, isEnding }: FlushOptions = {}): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    await this.#flush(shorter(timeoutMillis, this.#timeoutMillis), isEnding);
  }

  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#close());
  }

  /** Exports what waits, once more what is in flight, and what the exporter holds. */
  flushSync(timeoutMillis: number): void {
    this.#queue.flushSync(timeoutMillis);
  }

  async #close(): Promise<void> {
    try {
      // An exporter that takes spans over sends them when it is shut down, and has a bound for it.
      if (this.#queue.handsOver) this.#handOverAll();
      else await this.#flush(this.#timeoutMillis);
    } finally {
      this.#clearTimer();
      await shutdownExporter(this.#exporter, this.#timeoutMillis);
    }
  }

  /** Exports what ended before the call: in flight, then queued; then flushes the exporter. */
  #flush(timeoutMillis: number, isEnding?: boolean): Promise<void> {
    this.#clearTimer();
    if (this.#queue.handsOver) this.#handOverAll();
    return this.#queue.flush(this.#maxBatchSize, timeoutMillis, isEnding);
  }

  /** Sees to it that what is queued is exported in time, unless that is arranged already. */
  #schedule(): void {
    if (this.#queue.isExporting || this.#queue.length === 0) return;
    const urgent = this.#queue.length >= this.#maxBatchSize;
    if (this.#timer !== undefined && (this.#timerIsUrgent || !urgent)) return;
    this.#clearTimer();
    this.#timerIsUrgent = urgent;
    // Not at once: the user's `span.end()` should not pay for the encoding of a whole batch.
    this.#timer = unrefTimer(() => this.#onTimer(), urgent ? 0 : this.#delayMillis);
  }

  #onTimer(): void {
    this.#clearTimer();
    if (this.#queue.handsOver) this.#handOver();
    else this.#queue.exportNext(this.#maxBatchSize);
    this.#schedule();
  }

  #handOverAll(): void {
    // Reading foreign spans may end others: only what was there before.
    for (let left = this.#queue.length; left > 0; left -= this.#maxBatchSize) this.#handOver();
  }

  #handOver(): void {
    this.#queue.handOverNext(this.#maxBatchSize);
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
