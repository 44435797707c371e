import type { Context } from '@opentelemetry/api';
import { report } from '../diagnostics.js';
import type { SpanExporter } from '../exporter.js';
import type { SpanProcessor } from '../processor.js';
import type { ReadableSpan } from '../readable-span.js';
import type { Span } from '../span.js';
import { exportSpans } from './export-call.js';

/** Options of a {@link SimpleSpanProcessor}. */
export interface SimpleSpanProcessorOptions {
  /** Spans that wait while another is being exported; further ones are dropped. Default 2048. */
  maxQueueSize?: number;
  /** Bound of one export in milliseconds; 0 is no limit. Default 30000. */
  exportTimeoutMillis?: number;
}

const SAMPLED = 1;

/**
 * Exports each sampled span when it ends, one after the other (specification: simple processor). For
 * consoles and tests; a service wants the batch processor.
 */
export class SimpleSpanProcessor implements SpanProcessor {
  readonly #exporter: SpanExporter;
  readonly #maxQueueSize: number;
  readonly #timeoutMillis: number;
  readonly #queue: ReadableSpan[] = [];
  #running: Promise<void> | undefined;
  #shutdown: Promise<void> | undefined;
  #dropped = 0;

  constructor(exporter: SpanExporter, options: SimpleSpanProcessorOptions = {}) {
    this.#exporter = exporter;
    this.#maxQueueSize = options.maxQueueSize ?? 2048;
    this.#timeoutMillis = options.exportTimeoutMillis ?? 30_000;
  }

  /** How many spans were dropped because too many were waiting, or could not be exported at the end. */
  get droppedSpans(): number {
    return this.#dropped;
  }

  onStart(_span: Span, _parentContext: Context): void {}

  onEnd(span: ReadableSpan): void {
    if (this.#shutdown !== undefined || (span.spanContext().traceFlags & SAMPLED) === 0) return;
    if (this.#queue.length >= this.#maxQueueSize) {
      this.#drop(1, 'the exporter is slower than spans end: the newest spans are dropped');
      return;
    }
    this.#queue.push(span);
    this.#running ??= this.#drain();
  }

  async forceFlush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    await this.#flush();
  }

  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#close());
  }

  flushSync(timeoutMillis: number): void {
    const spans = this.#queue.splice(0);
    if (spans.length === 0) return;
    if (this.#exporter.exportSync !== undefined) this.#exporter.exportSync(spans, timeoutMillis);
    else this.#drop(spans.length, 'the process ends before its spans could be exported');
  }

  async #close(): Promise<void> {
    try {
      await this.#flush();
    } finally {
      await this.#exporter.shutdown();
    }
  }

  async #flush(): Promise<void> {
    await this.#running;
    await this.#exporter.forceFlush?.();
  }

  /** Exports what is queued, one at a time. The first export starts before this returns. */
  async #drain(): Promise<void> {
    for (let span = this.#queue.shift(); span !== undefined; span = this.#queue.shift()) {
      try {
        await exportSpans(this.#exporter, [span], this.#timeoutMillis);
      } catch (error) {
        report('export.failed', 'a span could not be exported', error);
      }
    }
    this.#running = undefined;
  }

  #drop(count: number, message: string): void {
    this.#dropped += count;
    report('processor.dropped', message);
  }
}
