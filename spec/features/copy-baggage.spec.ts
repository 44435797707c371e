import { context, propagation } from '@opentelemetry/api';
import { expect } from 'chai';
import type { SpanProcessor } from '../../lib/processor.js';
import { harness } from '../support/harness.js';

/*
 * How to put something of the context on every span: a processor that reads it at the start. Here the
 * baggage entries whose names the service knows; never all, for they come from strangers.
 */
function copyingBaggage(...names: string[]): SpanProcessor {
  return {
    onStart(span, parentContext) {
      const baggage = propagation.getBaggage(parentContext);
      for (const name of names)
        span.setAttribute(`baggage.${name}`, baggage?.getEntry(name)?.value);
    },
    onEnd: () => {},
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

describe('a processor can copy what is in the context', () => {
  const h = harness({ spanProcessors: [copyingBaggage('tenant', 'missing')] });

  it('such as baggage, to every span (T-PROC-03)', () => {
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' }, other: { value: 'x' } });
    context.with(propagation.setBaggage(context.active(), baggage), () => {
      h.tracer.startActiveSpan('parent', (parent) => {
        h.tracer.startSpan('child').end();
        parent.end();
      });
    });
    for (const name of ['parent', 'child']) {
      expect(h.span(name).attributes).to.deep.equal({ 'baggage.tenant': 'acme' });
    }
  });
});
