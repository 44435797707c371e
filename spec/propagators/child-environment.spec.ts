import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { suppressTracing } from '../../lib/context.js';
import { B3Propagator } from '../../propagators/b3.js';
import { W3CBaggagePropagator } from '../../propagators/baggage.js';
import { childEnvironment } from '../../propagators/child-environment.js';
import { CompositePropagator } from '../../propagators/composite.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { harness } from '../support/harness.js';

const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
};
const TRACEPARENT = `00-${SPAN.traceId}-${SPAN.spanId}-01`;
const OLD = '00-11111111111111111111111111111111-2222222222222222-01';

describe('childEnvironment', () => {
  harness();

  beforeEach(() => {
    propagation.setGlobalPropagator(
      new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
    );
  });

  it('is a copy of the environment with the active context in it (P-ENV-04)', () => {
    const before = { ...process.env };
    const active = trace.setSpanContext(ROOT_CONTEXT, SPAN);
    const copy = context.with(active, () => childEnvironment());
    expect(copy).to.deep.equal({ ...before, TRACEPARENT });
    expect(process.env).to.deep.equal(before);
  });

  it('takes another environment and another context', () => {
    const baggage = propagation.createBaggage({ user: { value: '1' } });
    const given = Object.freeze({ PATH: '/bin' });
    const found = childEnvironment(given, propagation.setBaggage(ROOT_CONTEXT, baggage));
    expect(found).to.deep.equal({ PATH: '/bin', BAGGAGE: 'user=1' });
  });

  it('drops what came from the own parent, of which the child is no child', () => {
    const inherited = { PATH: '/bin', TRACEPARENT: OLD, TRACESTATE: 'a=1', BAGGAGE: 'b=1' };
    const ours = trace.setSpanContext(ROOT_CONTEXT, SPAN);
    expect(childEnvironment(inherited, ours)).to.deep.equal({ PATH: '/bin', TRACEPARENT });
    expect(childEnvironment(inherited, suppressTracing(ours))).to.deep.equal({ PATH: '/bin' });
  });

  it('writes what the registered propagator writes', () => {
    propagation.disable();
    propagation.setGlobalPropagator(new B3Propagator());
    const copy = childEnvironment({}, trace.setSpanContext(ROOT_CONTEXT, SPAN));
    expect(copy).to.deep.equal({ B3: `${SPAN.traceId}-${SPAN.spanId}-1` });
  });

  it('is a plain copy where no propagator is registered', () => {
    propagation.disable();
    expect(childEnvironment({ TRACEPARENT: OLD }, ROOT_CONTEXT)).to.deep.equal({
      TRACEPARENT: OLD,
    });
  });
});
