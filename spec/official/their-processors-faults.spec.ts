import { diag, DiagLogLevel } from '@opentelemetry/api';
import { expect } from 'chai';
import { resetDiagnostics, setErrorHandler } from '../../lib/diagnostics.js';
import { until } from '../exporters/otlp/exporting.js';
import { FAULTS, PLACES, type Place } from './places.js';
import { makeSpans, NAMES, PROVIDERS, SPANS, THEIRS } from './running.js';
import { Tally } from './tally.js';

for (const [name, processorOf] of Object.entries(THEIRS)) {
  describe(`the official ${name} processor over our exporters, faults`, () => {
    let place: Place;
    let reports: unknown[];
    beforeEach(() => {
      reports = [];
      const error = (message: string): void => void reports.push(message);
      const others = { debug() {}, info() {}, verbose() {}, warn() {} };
      diag.setLogger({ ...others, error }, DiagLogLevel.ERROR);
      resetDiagnostics();
      setErrorHandler(() => {});
    });
    afterEach(async () => {
      diag.disable();
      await place.close();
    });

    for (const [what, open] of Object.entries(PLACES)) {
      for (const fault of FAULTS) {
        const end = fault === 'refused' ? 'is told of every span that was' : 'loses nothing when';
        it(`${end} ${fault}: ${what}`, async () => {
          place = await open();
          place.fault(fault);
          const exporter = place.ours();
          const tally = new Tally(exporter);
          const provider = PROVIDERS['official']!(processorOf(tally));
          makeSpans(provider);
          await provider.forceFlush().catch((error: unknown) => reports.push(error));
          await until(() => tally.delivered + tally.failed === SPANS);
          // Each once: what a broken connection carried may have arrived before it is sent again.
          const arrived = [...new Set(place.arrived())].toSorted();
          expect(arrived).to.have.length(tally.delivered);
          const { delivered, rejected, dropped } = exporter.stats();
          expect([delivered, rejected]).to.deep.equal([tally.delivered, tally.failed]);
          expect(Object.values(dropped).every((count) => count === 0)).to.equal(true);
          if (fault === 'refused') {
            expect(tally.failed).to.be.above(0);
            expect(reports).to.not.have.length(0);
          } else {
            expect(arrived).to.deep.equal(NAMES);
            expect(reports).to.have.length(0);
          }
          await provider.shutdown();
        });
      }
    }
  });
}
