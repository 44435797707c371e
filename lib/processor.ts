import type { Context, MeterProvider } from '@opentelemetry/api';
import { report } from './diagnostics.js';
import type { FlushOptions } from './exporter.js';
import type { ReadableSpan } from './readable-span.js';
import type { Span } from './span.js';

/** Sees every recording span start and end, synchronously (specification: span processor). */
export interface SpanProcessor {
  /** The span has just started and can still be written to. */
  onStart(span: Span, parentContext: Context): void;
  /** The span is ending: its end time is set, it can still be written to. Optional. */
  onEnding?(span: Span): void;
  /** The span has ended and does not change any more. */
  onEnd(span: ReadableSpan): void;
  /** Exports what was received before the call, within `timeoutMillis` where that is given. */
  forceFlush(options?: FlushOptions): Promise<void>;
  /** Flushes and ends the processor. */
  shutdown(): Promise<void>;
  /**
   * Exports what was received before it returns, for a process that is ending now. Takes at most
   * `timeoutMillis`. Optional.
   */
  flushSync?(timeoutMillis: number): void;
  /**
   * Has the processor's own metrics (`otel.sdk.processor.*`), and those of its exporter, go there. Called once by
   * a provider that was given a meter provider. Optional.
   */
  observeWith?(meterProvider: MeterProvider): void;
  /** What the processor has done so far, as a plain object that JSON can hold. Optional. */
  stats?(): object;
}

/**
 * Several processors as one, in order of registration. Each is shielded: what one throws, or rejects
 * with, is reported, and neither reaches user code nor keeps the others from their turn. After a
 * shutdown none is called any more.
 */
export class FanOut {
  readonly #processors: readonly SpanProcessor[];
  readonly #ending: readonly SpanProcessor[];
  #shutdown: Promise<void> | undefined;

  constructor(processors: readonly SpanProcessor[]) {
    this.#processors = [...processors];
    this.#ending = processors.filter((processor) => typeof processor.onEnding === 'function');
  }

  get size(): number {
    return this.#processors.length;
  }

  onStart(span: Span, parentContext: Context): void {
    for (const processor of this.#processors) {
      try {
        const answer: unknown = processor.onStart(span, parentContext);
        if (answer !== undefined) contain(answer, 'onStart');
      } catch (error) {
        report('processor.threw', threwIn('onStart'), error);
      }
    }
  }

  onEnding(span: Span): void {
    if (this.#shutdown !== undefined) return;
    for (const processor of this.#ending) {
      try {
        const answer: unknown = processor.onEnding!(span);
        if (answer !== undefined) contain(answer, 'onEnding');
      } catch (error) {
        report('processor.threw', threwIn('onEnding'), error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    if (this.#shutdown !== undefined) return;
    for (const processor of this.#processors) {
      try {
        const answer: unknown = processor.onEnd(span);
        if (answer !== undefined) contain(answer, 'onEnd');
      } catch (error) {
        report('processor.threw', threwIn('onEnd'), error);
      }
    }
  }

  /** @throws what the processors rejected with, when all are done: one error, or an AggregateError */
  forceFlush(options?: FlushOptions): Promise<void> {
    return this.#shutdown ?? this.#all((processor) => processor.forceFlush(options), 'forceFlush');
  }

  /** @throws like {@link forceFlush} */
  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#all((processor) => processor.shutdown(), 'shutdown'));
  }

  /** Has the metrics of those that have any go there. */
  observeWith(meterProvider: MeterProvider): void {
    for (const processor of this.#processors) {
      try {
        processor.observeWith?.(meterProvider);
      } catch (error) {
        report('processor.threw', threwIn('observeWith'), error);
      }
    }
  }

  /** What those tell that tell anything. */
  stats(): object[] {
    return this.#processors.flatMap((processor) => {
      try {
        const stats: unknown = processor.stats?.();
        return typeof stats === 'object' && stats !== null ? [stats] : [];
      } catch (error) {
        report('processor.threw', threwIn('stats'), error);
        return [];
      }
    });
  }

  /** Shares the time among the processors, one after the other. */
  flushSync(timeoutMillis: number): void {
    const deadline = performance.now() + timeoutMillis;
    for (const processor of this.#processors) {
      try {
        processor.flushSync?.(Math.max(0, deadline - performance.now()));
      } catch (error) {
        report('processor.threw', threwIn('flushSync'), error);
      }
    }
  }

  async #all(call: (processor: SpanProcessor) => Promise<void>, method: string): Promise<void> {
    // Each call in an async function of its own: a synchronous throw becomes a rejection like others.
    const calls = this.#processors.map(async (processor) => call(processor));
    const errors = (await Promise.allSettled(calls))
      .filter((outcome) => outcome.status === 'rejected')
      .map((outcome): unknown => outcome.reason);
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) {
      throw new AggregateError(errors, `${errors.length} span processors failed in ${method}`);
    }
  }
}

function threwIn(hook: string): string {
  return `a span processor threw in ${hook}: the others go on; mend that processor`;
}

/** An `async` hook that fails does so by its promise, which nobody else looks at. */
function contain(answer: unknown, hook: string): void {
  if (!(answer instanceof Promise)) return;
  answer.catch((error: unknown) => {
    report(
      'processor.threw',
      `a span processor rejected in ${hook}: the others go on; mend that processor`,
      error,
    );
  });
}
