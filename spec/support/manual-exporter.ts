import { ExportResultCode, type ExportResult, type SpanExporter } from '../../lib/exporter.js';
import type { ReadableSpan } from '../../lib/readable-span.js';

/** One call of `export` that the spec has to answer. */
export interface PendingExport {
  readonly names: string[];
  succeed(): void;
  fail(error?: Error): void;
}

/** An exporter that is done when the spec says so, and that counts what happens to it. */
export class ManualExporter implements SpanExporter {
  readonly calls: PendingExport[] = [];
  /** How many exports were in progress at most. */
  mostAtOnce = 0;
  flushes = 0;
  shutdowns = 0;
  #open = 0;

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.#open++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#open);
    const answer = (result: ExportResult) => {
      this.#open--;
      resultCallback(result);
    };
    this.calls.push({
      names: spans.map((span) => span.name),
      succeed: () => answer({ code: ExportResultCode.SUCCESS }),
      fail: (error) => answer({ code: ExportResultCode.FAILED, ...(error && { error }) }),
    });
  }

  async forceFlush(): Promise<void> {
    this.flushes++;
  }

  async shutdown(): Promise<void> {
    this.shutdowns++;
  }

  /** The names of all spans handed over so far. */
  get exported(): string[] {
    return this.calls.flatMap(({ names }) => names);
  }

  /** Answers each call well, now and later. */
  succeedAlways(): this {
    for (const call of this.calls) call.succeed();
    this.calls.push = (...calls) => {
      const { length } = calls;
      Array.prototype.push.apply(this.calls, calls);
      setImmediate(() => calls.forEach((call) => call.succeed()));
      return length;
    };
    return this;
  }
}

/** Lets promises and immediates run. */
export async function turns(count = 3): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}
