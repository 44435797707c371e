import type { Context } from '@opentelemetry/api';
import type { SpanProcessor } from '../processor.js';
import type { ReadableSpan } from '../readable-span.js';
import type { Span } from '../span.js';

/** Does nothing with the spans it sees: for tests, and where a processor is asked for but none is meant. */
export class NoopSpanProcessor implements SpanProcessor {
  onStart(_span: Span, _parentContext: Context): void {}
  onEnd(_span: ReadableSpan): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}
