import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { RandomIdGenerator, type IdGenerator } from '../../lib/ids.js';
import { TracerProvider } from '../../lib/provider.js';

/*
 * How to make ids of one's own: here trace ids that begin with the time, so that a store can sort by
 * them, as AWS X-Ray asks. Their right-most 56 bits are still random, and the generator says so.
 */
class TimedIdGenerator implements IdGenerator {
  readonly generatesRandomTraceIds = true;
  readonly #random = new RandomIdGenerator();

  generateTraceId(): string {
    const seconds = Math.floor(Date.now() / 1000)
      .toString(16)
      .padStart(8, '0');
    return seconds + this.#random.generateTraceId().slice(8);
  }

  generateSpanId(): string {
    return this.#random.generateSpanId();
  }
}

describe('an id generator of the user', () => {
  it('can put the time into trace ids, and keep the random flag (T-ID-02, T-ID-04, T-ID-07)', () => {
    const tracer = new TracerProvider({ idGenerator: new TimedIdGenerator() }).getTracer('app');
    const { traceId, traceFlags } = tracer.startSpan('span', {}, ROOT_CONTEXT).spanContext();
    expect(parseInt(traceId.slice(0, 8), 16)).to.be.closeTo(Date.now() / 1000, 5);
    expect(traceId).to.match(/^[0-9a-f]{32}$/);
    expect(traceFlags).to.equal(3);
  });
});
