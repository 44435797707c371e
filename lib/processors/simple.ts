import type { Context, MeterProvider } from '@opentelemetry/api';
import { ProcessorCounts, type ProcessorStats } from '../component-counts.js';
import type { FlushOptions, SpanExporter } from '../exporter.js';
import type { SpanProcessor } from '../processor.js';
import type { ReadableSpan } from '../readable-span.js';
import { traceFlagsOf, type Span } from '../span.js';
import { shorter, shutdownExporter } from './export-call.js';
import { ExportQueue } from './export-queue.js';
import { exporterAndOptions, millisOr, sizeOr } from './queue-options.js';

/** Options of a {@link SimpleSpanProcessor} in one object, as in the official SDK's 3.x. */
export interface SimpleSpanProcessorOptions {
  /** Where the spans go. */
  exporter: SpanExporter;
  /** Spans that wait while another is being exported; further ones are dropped. Default 2048. */
  maxQueueSize?: number;
  /** Bound of one export in milliseconds; 0 is no limit. Default 30000. */
  exportTimeoutMillis?: number;
  /** Where the processor's own metrics go (`otel.sdk.processor.*`). Default: where the tracer provider's go. */
  selfObsMeterProvider?: MeterProvider;
}

type Bounds = Omit<SimpleSpanProcessorOptions, 'exporter'>;

const SAMPLED = 1;
/** So many spans are exported together at most: as many as a batch processor exports by default. */
const MOST_TOGETHER = 512;

/**
 * Exports each sampled span when it ends (specification: simple processor): at once, within `span.end()`, as
 * long as the exporter is done when it returns. While it is busy, spans wait, and are exported together when it
 * is done. For consoles and tests; a service wants the batch processor.
 *
 * @throws TypeError when the exporter is none
 */
export class SimpleSpanProcessor implements SpanProcessor {
  readonly #exporter: SpanExporter;
  readonly #timeoutMillis: number;
  readonly #queue: ExportQueue;
  #shutdown: Promise<void> | undefined;

  constructor(exporter: SpanExporter, options?: Bounds);
  constructor(options: SimpleSpanProcessorOptions);
  constructor(first: SpanExporter | SimpleSpanProcessorOptions, second?: Bounds) {
    const { exporter, options } = exporterAndOptions(first, second);
    const maxSize = sizeOr(2048, 'maxQueueSize', options.maxQueueSize);
    this.#exporter = exporter;
    this.#timeoutMillis = millisOr(30_000, 'exportTimeoutMillis', options.exportTimeoutMillis);
    this.#queue = new ExportQueue(
      exporter,
      maxSize,
      this.#timeoutMillis,
      () => this.#drain(),
      new ProcessorCounts('simple_span_processor'),
    );
    if (options.selfObsMeterProvider) this.observeWith(options.selfObsMeterProvider);
  }

  /** How many spans were dropped because too many were waiting, or could not be exported at the end. */
  get droppedSpans(): number {
    return this.#queue.dropped;
  }

  onStart(_span: Span, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#shutdown !== undefined) return this.#queue.refuse();
    if ((traceFlagsOf(span) & SAMPLED) === 0) return this.#queue.pass();
    this.#queue.add(span);
    this.#drain();
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
    await this.#queue.flush(MOST_TOGETHER, shorter(timeoutMillis, this.#timeoutMillis), isEnding);
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
      await this.#queue.flush(MOST_TOGETHER, this.#timeoutMillis);
    } finally {
      await shutdownExporter(this.#exporter, this.#timeoutMillis);
    }
  }

  #drain(): void {
    while (!this.#queue.isExporting && this.#queue.length > 0) {
      this.#queue.exportNext(MOST_TOGETHER);
    }
  }
}
