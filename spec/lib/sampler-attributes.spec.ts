import { expect } from 'chai';
import { SamplingDecision } from '../../lib/sampler.js';
import { harness } from '../support/harness.js';

describe("The sampler's attributes and the limits", () => {
  const attributes = { a: 'sampler' };
  const h = harness({
    spanLimits: { attributeCountLimit: 0, attributePerEventCountLimit: 0 },
    sampler: {
      shouldSample: () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED, attributes }),
    },
  });

  it('are one set with those of the caller: a key that both give is dropped once (T-SPAN-09, T-LIM-14)', () => {
    h.tracer.startSpan('span', { attributes: { a: 'caller' } }).end();
    expect(h.span('span').droppedAttributesCount).to.equal(1);
  });

  it('leave the others when one of the caller cannot be read (T-SPAN-11)', () => {
    const unreadable = Object.defineProperty({}, 'b', {
      enumerable: true,
      get: () => {
        throw new Error('nobody reads this');
      },
    });
    h.tracer.startSpan('span', { attributes: unreadable }).end();
    expect(h.span('span').droppedAttributesCount).to.equal(2);
  });

  it('count as the additional ones of an exception do (T-EXC-03)', () => {
    const span = h.tracer.startSpan('span') as ReturnType<typeof h.tracer.startSpan> & {
      recordException(exception: unknown, time: undefined, more: object): void;
    };
    span.recordException('broken', undefined, { 'exception.message': 'better' });
    span.end();
    expect(h.span('span').events[0]?.droppedAttributesCount).to.equal(1);
  });
});
