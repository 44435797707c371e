import { expect } from 'chai';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../lib/diagnostics.js';
import { until } from '../exporters/otlp/exporting.js';
import { FAULTS, PLACES, type Place } from './places.js';
import { makeSpans, OURS, PROVIDERS, SPANS } from './running.js';
import { Tally } from './tally.js';

for (const [name, processorOf] of Object.entries(OURS)) {
  describe(`our ${name} processor over the official exporters, faults`, () => {
    let place: Place;
    let diagnostics: Diagnostic[];
    beforeEach(() => {
      diagnostics = [];
      resetDiagnostics();
      setErrorHandler((diagnostic) => diagnostics.push(diagnostic));
    });
    afterEach(async () => {
      setErrorHandler(() => {});
      await place.close();
    });

    for (const [what, open] of Object.entries(PLACES)) {
      for (const fault of FAULTS) {
        it(`delivers or reports every span when one request is ${fault}: ${what}`, async () => {
          place = await open();
          place.fault(fault);
          const tally = new Tally(place.theirs());
          const provider = PROVIDERS['spantree']!(processorOf(tally));
          makeSpans(provider);
          const failure: unknown = await provider.forceFlush().then(
            () => undefined,
            (error: unknown) => error,
          );
          await until(() => tally.delivered + tally.failed === SPANS);
          const arrived = new Set(place.arrived()).size;
          // What a broken connection carried may have arrived, although nobody could be told.
          if (fault === 'reset') expect(arrived).to.be.at.least(tally.delivered);
          else expect(arrived).to.equal(tally.delivered);
          const isLost = tally.failed > 0;
          expect(failure !== undefined, 'the flush fails').to.equal(isLost);
          const codes = diagnostics.map(({ code }) => code);
          expect(codes.includes('export.failed'), codes.join()).to.equal(isLost);
          if (fault === 'refused') expect(isLost).to.equal(true);
          await provider.shutdown();
        });
      }
    }
  });
}
