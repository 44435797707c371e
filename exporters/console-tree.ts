import { TraceFlags, type Context } from '@opentelemetry/api';
import type { SpanProcessor } from '../lib/processor.js';
import type { ReadableSpan } from '../lib/readable-span.js';
import type { Span } from '../lib/span.js';
import { makePrinter } from './console-formats.js';
import type { ConsoleOptions } from './console-options.js';
import type { SpanPrinter } from './console-printer.js';

export type { ConsoleStream } from './console-writer.js';
export type { ConsoleOptions } from './console-options.js';

/**
 * A span processor that prints every trace as a tree, whole and in one write, once it has settled: its
 * local root (the span whose parent is absent or remote) and all its spans have ended and 100 ms have
 * passed. Children that stay open are waited for 2 s, shown as running, and added below when they end.
 *
 * Given to several providers of one process it joins their spans in one tree. `forceFlush` prints the
 * traces whose local roots have ended, `shutdown` all; as the first provider that shuts down ends it,
 * shut them down together. Bounded: 1000 open traces, 2000 spans a trace, 5 trees a second (see
 * {@link ConsoleOptions.treesPerSecond}); what is left out is counted and said.
 *
 * For people: the format is not specified and changes between versions. Throws where an option is
 * wrong.
 */
export function consoleTree(options: ConsoleOptions = {}): ConsoleTreeProcessor {
  return new ConsoleTreeProcessor(options);
}

/** What {@link consoleTree} makes. */
export class ConsoleTreeProcessor implements SpanProcessor {
  readonly #printer: SpanPrinter;
  #shutdown: Promise<void> | undefined;

  constructor(options: ConsoleOptions = {}) {
    this.#printer = makePrinter(options);
  }

  onStart(span: Span, _parentContext: Context): void {
    if (this.#takes(span)) this.#printer.start(span);
  }

  onEnd(span: ReadableSpan): void {
    if (this.#takes(span)) this.#printer.end(span);
  }

  /** Prints the traces whose local roots have ended, without waiting for the linger. */
  async forceFlush(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    this.#printer.flushEnded();
    await this.#printer.drained();
  }

  /** Prints everything, open spans as running; later spans are ignored. */
  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#close());
  }

  /** Prints everything with a synchronous write, taking at most `timeoutMillis`. */
  flushSync(timeoutMillis: number): void {
    this.#printer.flushSync(timeoutMillis);
  }

  #close(): Promise<void> {
    this.#printer.flushAll();
    return this.#printer.drained();
  }

  /** Like all that export, it leaves out spans that are recorded but not sampled. */
  #takes(span: ReadableSpan): boolean {
    return (
      this.#shutdown === undefined && (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0
    );
  }
}
