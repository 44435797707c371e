import { ExportResultCode, type ExportResult, type SpanExporter } from '../lib/exporter.js';
import type { ReadableSpan } from '../lib/readable-span.js';
import { makePrinter } from './console-formats.js';
import type { ConsoleOptions } from './console-options.js';
import type { SpanPrinter } from './console-printer.js';

/**
 * Children may be exported a whole delay of a batch processor (5 s) before their root: a trace without
 * one is waited for longer than that.
 */
const ROOTLESS_MILLIS = 10_000;

/**
 * Prints what {@link consoleTree} prints from ended spans alone, behind any span processor, the official
 * SDK's too: a trace is printed when its local root has been exported and 100 ms have passed, and again,
 * whole, should its upper part come later. Spans still running are not shown; they come as additions.
 *
 * For people: the format is not specified and changes between versions. Calls of `export` may overlap.
 * Throws where an option is wrong.
 */
export class ConsoleSpanExporter implements SpanExporter {
  readonly #printer: SpanPrinter;
  #shutdown: Promise<void> | undefined;

  constructor(options: ConsoleOptions = {}) {
    this.#printer = makePrinter(options, { rootlessMillis: ROOTLESS_MILLIS });
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (this.#shutdown !== undefined) {
      const error = new Error('the console exporter has been shut down');
      return resultCallback({ code: ExportResultCode.FAILED, error });
    }
    for (const span of spans) this.#printer.end(span);
    resultCallback({ code: ExportResultCode.SUCCESS });
  }

  /** Prints everything it has, with a synchronous write, taking at most `timeoutMillis`. */
  exportSync(spans: ReadableSpan[], timeoutMillis: number): void {
    if (this.#shutdown === undefined) for (const span of spans) this.#printer.end(span);
    this.#printer.flushSync(timeoutMillis);
  }

  /** Prints everything it has, at once. */
  async forceFlush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    this.#printer.flushAll();
    await this.#printer.drained();
  }

  /** Prints everything it has; later exports fail. */
  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#close());
  }

  #close(): Promise<void> {
    this.#printer.flushAll();
    return this.#printer.drained();
  }
}
