import type { Context } from '@opentelemetry/api';
import { report } from './diagnostics.js';
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
  /** Exports what was received before the call. */
  forceFlush(): Promise<void>;
  /** Flushes and ends the processor. */
  shutdown(): Promise<void>;
  /**
   * Exports what was received before it returns, for a process that is ending now. Takes at most
   * `timeoutMillis`. Optional.
   */
  flushSync?(timeoutMillis: number): void;
}
