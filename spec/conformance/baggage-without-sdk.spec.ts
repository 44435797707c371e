import { context, propagation, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { expect } from 'chai';
import { W3CBaggagePropagator } from '../../propagators/baggage.js';
import { headerGetter, headerSetter } from '../../propagators/carrier.js';

describe('baggage where nothing is set up (P-BG-01)', () => {
  const propagator = new W3CBaggagePropagator();

  before(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });

  const sent = (from: Context): Record<string, string> => {
    const carrier: Record<string, string> = {};
    propagator.inject(from, carrier, headerSetter);
    return carrier;
  };

  it('is read, changed and sent on', () => {
    const received = propagator.extract(ROOT_CONTEXT, { baggage: 'a=1,b=2;p' }, headerGetter);
    const baggage = propagation.getBaggage(received)!;
    expect(baggage.getEntry('a')?.value).to.equal('1');
    expect(baggage.getAllEntries().map(([name]) => name)).to.deep.equal(['a', 'b']);

    const changed = baggage.setEntry('c', { value: '3' }).removeEntry('a');
    expect(sent(propagation.setBaggage(received, changed))).to.deep.equal({ baggage: 'b=2;p,c=3' });
    expect(sent(propagation.setBaggage(received, baggage.clear()))).to.deep.equal({});
    expect(sent(propagation.deleteBaggage(received))).to.deep.equal({});
  });

  it('is not changed by that where it came from', () => {
    const received = propagator.extract(ROOT_CONTEXT, { baggage: 'a=1' }, headerGetter);
    const baggage = propagation.getBaggage(received)!;
    baggage.setEntry('a', { value: '2' });
    baggage.removeEntry('a');
    baggage.clear();
    expect(sent(received)).to.deep.equal({ baggage: 'a=1' });
    const entry = baggage.getEntry('a')!;
    entry.value = 'changed';
    expect(sent(received)).to.deep.equal({ baggage: 'a=1' });
  });
});
