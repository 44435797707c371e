import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '../lib/readable-span.js';
import { renderLogfmt } from '../tree/index.js';
import { SpanDepths } from './console-depths.js';
import type { CompleteOptions } from './console-options.js';
import type { SpanPrinter } from './console-printer.js';
import { isWanted, toMillis } from './console-verdict.js';
import type { ConsoleWriter } from './console-writer.js';

/** Prints a line a span, when it ends; nothing is held, and a flood is printed whole. */
export class LinePrinter implements SpanPrinter {
  readonly #options: CompleteOptions;
  readonly #writer: ConsoleWriter;
  readonly #depths = new SpanDepths();

  constructor(options: CompleteOptions, writer: ConsoleWriter) {
    this.#options = options;
    this.#writer = writer;
  }

  start(span: ReadableSpan): void {
    this.#depths.start(span);
  }

  end(span: ReadableSpan): void {
    const depth = this.#depths.end(span);
    const verdict = {
      hasErrors: span.status.code === SpanStatusCode.ERROR,
      durationMillis: toMillis(span.duration),
    };
    if (isWanted(verdict, this.#options)) this.#writer.write(`${renderLogfmt(span, depth)}\n`);
  }

  flushEnded(): void {}
  flushAll(): void {}
  flushSync(): void {}

  drained(): Promise<void> {
    return this.#writer.drained();
  }
}
