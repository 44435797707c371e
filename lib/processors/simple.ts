import type { Context } from '@opentelemetry/api';
import { report } from '../diagnostics.js';
import type { FlushOptions, SpanExporter } from '../exporter.js';
import type { SpanProcessor } from '../processor.js';
import type { ReadableSpan } from '../readable-span.js';
import type { Span } from '../span.js';
import {
  exportSpans,
  exportSpansSync,
  flushExporter,
  shorter,
  shutdownExporter,
} from './export-call.js';
import { exporterAndOptions, millisOr, sizeOr } from './queue-options.js';

/** Options of a {@link SimpleSpanProcessor} in one object, as in the official SDK's 3.x. */
export interface SimpleSpanProcessorOptions {
  /** Where the spans go. */
  exporter: SpanExporter;
  /** Spans that wait while another is being exported; further ones are dropped. Default 2048. */
  maxQueueSize?: number;
  /** Bound of one export in milliseconds; 0 is no limit. Default 30000. */
  exportTimeoutMillis?: number;
}

type Bounds = Omit<SimpleSpanProcessorOptions, 'exporter'>;

const SAMPLED = 1;

/** Says that an export is going on, also while `export` itself has not returned yet. */
const BUSY: Promise<undefined> = Promise.resolve(undefined);

/**
 * Exports each sampled span when it ends, one after the other (specification: simple processor): at
 * once, within `span.end()`, as long as the exporter is done when it returns. For consoles and tests; a
 * service wants the batch processor.
 *
 * @throws TypeError when the exporter is none
 */
export class SimpleSpanProcessor implements SpanProcessor {
  readonly #exporter: SpanExporter;
  readonly #maxQueueSize: number;
  readonly #timeoutMillis: number;
  readonly #queue: ReadableSpan[] = [];
  /** What the export in flight was given. */
  #inFlight: ReadableSpan | undefined;
  /** The export in flight. Never rejects, but resolves to what the exporter failed with. */
  #exporting: Promise<unknown> | undefined;
  /** How many spans have been through an export, well or not. */
  #concluded = 0;
  #shutdown: Promise<void> | undefined;
  #dropped = 0;

  constructor(exporter: SpanExporter, options?: Bounds);
  constructor(options: SimpleSpanProcessorOptions);
  constructor(first: SpanExporter | SimpleSpanProcessorOptions, second?: Bounds) {
    const { exporter, options } = exporterAndOptions(first, second);
    this.#exporter = exporter;
    this.#maxQueueSize = sizeOr(2048, 'maxQueueSize', options.maxQueueSize);
    this.#timeoutMillis = millisOr(30_000, 'exportTimeoutMillis', options.exportTimeoutMillis);
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
    this.#drain();
  }

  /** @throws what the exporter failed with during this flush */
  async forceFlush({ timeoutMillis, isEnding }: FlushOptions = {}): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    await this.#flush(shorter(timeoutMillis, this.#timeoutMillis), isEnding);
  }

  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#close());
  }

  /**
   * Exports what waits here or in the exporter, and once more what is in flight, whose end nobody would see:
   * a backend rather gets a span twice than never.
   */
  flushSync(timeoutMillis: number): void {
    this.#concluded += this.#queue.length;
    const spans = this.#queue.splice(0);
    if (this.#inFlight !== undefined) spans.unshift(this.#inFlight);
    this.#inFlight = undefined;
    if (this.#exporter.exportSync) exportSpansSync(this.#exporter, spans, timeoutMillis);
    else if (spans.length > 0)
      this.#drop(spans.length, 'the process ends before its spans could be exported');
  }

  async #close(): Promise<void> {
    try {
      await this.#flush(this.#timeoutMillis);
    } finally {
      await shutdownExporter(this.#exporter, this.#timeoutMillis);
    }
  }

  /** Waits for the spans that ended before the call, then flushes the exporter. */
  async #flush(timeoutMillis: number, isEnding?: boolean): Promise<void> {
    let failure: unknown;
    const inFlight = this.#exporting === undefined ? 0 : 1;
    const target = this.#concluded + inFlight + this.#queue.length;
    while (this.#concluded < target && this.#exporting !== undefined) {
      failure = (await this.#exporting) ?? failure;
    }
    await flushExporter(this.#exporter, timeoutMillis, isEnding);
    if (failure !== undefined) throw failure;
  }

  #drain(): void {
    while (this.#exporting === undefined && this.#queue.length > 0) {
      this.#exporting = BUSY;
      this.#exporting = this.#export(this.#queue.shift()!);
    }
  }

  #export(span: ReadableSpan): Promise<unknown> | undefined {
    const exported = exportSpans(this.#exporter, [span], this.#timeoutMillis);
    if (exported === undefined) {
      this.#concluded++;
      return undefined;
    }
    this.#inFlight = span;
    return exported.then(
      () => this.#conclude(),
      (error: unknown) => {
        report('export.failed', 'a span could not be exported', error);
        this.#conclude();
        return error;
      },
    );
  }

  #conclude(): void {
    this.#concluded++;
    this.#inFlight = undefined;
    this.#exporting = undefined;
    this.#drain();
  }

  #drop(count: number, message: string): void {
    this.#dropped += count;
    report('processor.dropped', message);
  }
}
