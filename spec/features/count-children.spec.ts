import { expect } from 'chai';
import type { SpanProcessor } from '../../lib/processor.js';
import type { Span } from '../../lib/span.js';
import { harness } from '../support/harness.js';

/* How to add to a span what happens below it: here, how many children it had. */
class CountChildren implements SpanProcessor {
  readonly #open = new Map<string, { span: Span; children: number }>();

  onStart(span: Span): void {
    const parent = this.#open.get(span.parentSpanContext?.spanId ?? '');
    if (parent !== undefined) parent.children++;
    this.#open.set(span.spanContext().spanId, { span, children: 0 });
  }

  onEnding(span: Span): void {
    const { spanId } = span.spanContext();
    span.setAttribute('children', this.#open.get(spanId)?.children ?? 0);
    this.#open.delete(spanId);
  }

  onEnd(): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

describe('a processor can count the children of spans', () => {
  const h = harness({ spanProcessors: [new CountChildren()] });

  it('and say so on the parent, while it is ending (T-PROC-04)', () => {
    h.tracer.startActiveSpan('parent', (parent) => {
      h.tracer.startSpan('one').end();
      h.tracer.startSpan('two').end();
      parent.end();
    });
    expect(h.span('parent').attributes).to.deep.equal({ children: 2 });
    expect(h.span('one').attributes).to.deep.equal({ children: 0 });
  });
});
