import { expect } from 'chai';
import { PLACES, type Place } from './places.js';
import { makeSpans, NAMES, OURS, PROVIDERS } from './running.js';

for (const [providerName, providerOf] of Object.entries(PROVIDERS)) {
  for (const [name, processorOf] of Object.entries(OURS)) {
    describe(`our ${name} processor in the ${providerName} provider`, () => {
      let place: Place;
      afterEach(() => place.close());

      for (const [what, open] of Object.entries(PLACES)) {
        it(`delivers every span by the official exporter for ${what}`, async () => {
          place = await open();
          const provider = providerOf(processorOf(place.theirs()));
          makeSpans(provider);
          await provider.shutdown();
          expect(place.arrived().toSorted()).to.deep.equal(NAMES);
        });

        it(`delivers every span by our exporter for ${what}`, async () => {
          place = await open();
          const provider = providerOf(processorOf(place.ours()));
          makeSpans(provider);
          await provider.forceFlush();
          expect(place.arrived().toSorted()).to.deep.equal(NAMES);
          await provider.shutdown();
        });
      }
    });
  }
}
