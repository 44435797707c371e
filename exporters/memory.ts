import { ExportResultCode, type ExportResult, type SpanExporter } from '../lib/exporter.js';
import type { ReadableSpan } from '../lib/readable-span.js';

/** Keeps ended spans in memory, for tests. It is done when `export` returns, so calls never overlap. */
export class InMemorySpanExporter implements SpanExporter {
  readonly #spans: ReadableSpan[] = [];
  #stopped = false;

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (this.#stopped) {
      const error = new Error('the in-memory exporter has been shut down');
      return resultCallback({ code: ExportResultCode.FAILED, error });
    }
    for (const span of spans) this.#spans.push(span);
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  exportSync(spans: ReadableSpan[]): void {
    if (!this.#stopped) for (const span of spans) this.#spans.push(span);
  }

  /** All spans exported since the start or the last `reset`, in the order of their ends. */
  getFinishedSpans(): ReadableSpan[] {
    return [...this.#spans];
  }

  /** Forgets the spans. */
  reset(): void {
    this.#spans.length = 0;
  }

  async forceFlush(): Promise<void> {}

  /** Forgets the spans; later exports fail. */
  async shutdown(): Promise<void> {
    this.#stopped = true;
    this.reset();
  }
}
