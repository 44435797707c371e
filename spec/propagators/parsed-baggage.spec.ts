import { propagation, type Baggage, type BaggageEntry } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { ParsedBaggage } from '../../propagators/parsed-baggage.js';

const name = fc.constantFrom('user', 'tenant', 'region', '__proto__', 'constructor');
const entry: fc.Arbitrary<BaggageEntry> = fc.string().map((value) => ({ value }));
const step = fc.oneof(
  fc.tuple(name, entry).map(
    ([key, value]) =>
      (baggage: Baggage) =>
        baggage.setEntry(key, value),
  ),
  name.map((key) => (baggage: Baggage) => baggage.removeEntry(key)),
  fc.array(name).map((keys) => (baggage: Baggage) => baggage.removeEntries(...keys)),
  fc.constant((baggage: Baggage) => baggage.clear()),
);

describe('ParsedBaggage', () => {
  it('does what the baggage of the API does', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let ours: Baggage = new ParsedBaggage([]);
        let theirs = propagation.createBaggage();
        for (const take of steps) {
          ours = take(ours);
          theirs = take(theirs);
          expect(ours.getAllEntries()).to.deep.equal(theirs.getAllEntries());
        }
        expect(ours.getEntry('user')).to.deep.equal(theirs.getEntry('user'));
      }),
    );
  });

  it('never changes', () => {
    const baggage = new ParsedBaggage([['user', { value: 'ada' }]]);
    baggage.setEntry('user', { value: 'bob' });
    baggage.removeEntry('user');
    baggage.getAllEntries()[0]![0] = 'tenant';
    baggage.getEntry('user')!.value = 'eve';
    expect(baggage.getAllEntries()).to.deep.equal([['user', { value: 'ada' }]]);
  });
});
