import { ROOT_CONTEXT, SpanKind, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { expect } from 'chai';
import { RandomIdGenerator } from '../../lib/ids.js';
import type { Sampler } from '../../lib/sampler.js';

/** Contexts of all kinds that a sampler has to decide in. */
function contexts(): Record<string, Context> {
  const found: Record<string, Context> = { root: ROOT_CONTEXT };
  for (const isRemote of [true, false]) {
    for (const traceFlags of [TraceFlags.NONE, TraceFlags.SAMPLED, 0x02, 0x03]) {
      found[`${isRemote ? 'remote' : 'local'} parent with flags ${traceFlags}`] =
        trace.setSpanContext(ROOT_CONTEXT, {
          traceId: 'a'.repeat(32),
          spanId: 'b'.repeat(16),
          traceFlags,
          isRemote,
        });
    }
  }
  return found;
}

/** What every sampler must do (T-SAMP-01, T-SAMP-02, T-SAMP-10). */
export function behavesLikeASampler(description: string, make: () => Sampler): void {
  const { generateTraceId } = new RandomIdGenerator();

  for (const [name, context] of Object.entries(contexts())) {
    it(`decides below ${name}, and decides the same again (T-SAMP-01)`, () => {
      const sampler = make();
      for (let i = 0; i < 20; i++) {
        const input = [context, generateTraceId(), 'span', SpanKind.CLIENT, {}, []] as const;
        const ask = () =>
          sampler.shouldSample(input[0], input[1], input[2], input[3], { a: 1 }, []);
        const { decision } = ask();
        expect(decision).to.be.oneOf([0, 1, 2]);
        expect(ask().decision).to.equal(decision);
      }
    });
  }

  it('leaves alone what it is given (T-SAMP-10)', () => {
    const attributes = Object.freeze({ a: 1 });
    const links = Object.freeze([]) as unknown as [];
    make().shouldSample(ROOT_CONTEXT, generateTraceId(), 's', SpanKind.SERVER, attributes, links);
  });

  it(`describes itself as ${description} (T-SAMP-02)`, () => {
    expect(make().toString()).to.equal(description);
  });
}
