import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import { diagnosticCounts, resetDiagnostics, setErrorHandler } from '../../lib/diagnostics.js';
import { adjustedCount } from '../../lib/ot-trace-state.js';
import { createComposableProbabilitySampler } from '../../samplers/composables.js';
import { createCompositeSampler } from '../../samplers/composite.js';
import { ProbabilitySampler } from '../../samplers/probability.js';
import { behavesLikeASampler } from '../contract/sampler.js';
import { harness } from '../support/harness.js';
import { ask, below, keeps } from '../support/sampling.js';
import { randomNumbers, traceIdOf } from './adaptive-simulation.js';

const RV = 'ffffffffffffff';

describe('ProbabilitySampler', () => {
  beforeEach(() => {
    resetDiagnostics();
    setErrorHandler(() => {});
  });

  behavesLikeASampler('ProbabilitySampler{0.25}', () => new ProbabilitySampler(0.25));

  it('keeps what reaches the threshold, and says by which it was (T-PROB-05, T-PROB-09)', () => {
    const sampler = new ProbabilitySampler(0.25);
    const kept = ask(sampler, { random: 'c' });
    expect(kept.decision).to.equal(2);
    expect(kept.traceState?.serialize()).to.equal('ot=th:c');
    expect(keeps(sampler, { random: 'bfffffffffffff' })).to.equal(false);
  });

  it('keeps all at 1, which is the default, and none at 0 (T-COMP-06)', () => {
    expect(ask(new ProbabilitySampler(), { random: '0' }).traceState?.get('ot')).to.equal('th:0');
    expect(ask(new ProbabilitySampler(0), { random: RV })).to.deep.equal({ decision: 0 });
  });

  it('takes the random number that the trace brings instead of its id (T-PROB-04, T-PROB-05)', () => {
    const sampler = new ProbabilitySampler(0.5);
    const kept = ask(sampler, { random: '0', context: below({ state: `ot=rv:${RV}` }) });
    expect(kept.traceState?.get('ot')).to.equal(`th:8;rv:${RV}`);
    const dropped = { random: 'f', context: below({ state: 'ot=rv:7fffffffffffff' }) };
    expect(keeps(sampler, dropped)).to.equal(false);
  });

  it('ignores whether the parent is sampled, and its threshold (T-PROB-09)', () => {
    const sampler = new ProbabilitySampler(0.5);
    for (const traceFlags of [2, 3]) {
      const context = below({ traceFlags, state: 'ot=th:c;p:1,a=1' });
      expect(ask(sampler, { random: '8', context }).traceState?.serialize()).to.equal(
        'ot=th:8;p:1,a=1',
      );
      expect(keeps(sampler, { random: '7', context })).to.equal(false);
    }
  });

  it('is a composite of its composable (T-PROB-09)', () => {
    const composite = createCompositeSampler(createComposableProbabilitySampler(1 / 3));
    const sampler = new ProbabilitySampler(1 / 3);
    for (const random of ['aaab', 'aaaaffffffffff', 'f', '0']) {
      for (const context of [ROOT_CONTEXT, below(), below({ state: 'ot=th:8' })]) {
        const [own, others] = [sampler, composite].map((one) => ask(one, { random, context }));
        expect(own!.decision).to.equal(others!.decision);
        expect(own!.traceState?.serialize()).to.equal(others!.traceState?.serialize());
      }
    }
  });

  it('has the precision that it is given (T-PROB-08)', () => {
    const ot = (precision: number) =>
      ask(new ProbabilitySampler(1 / 3, { precision }), { random: 'f' }).traceState?.get('ot');
    expect([1, 4, 14].map(ot)).to.deep.equal(['th:b', 'th:aaab', 'th:aaaaaaaaaaaaac']);
    for (const precision of [0, 15, 1.5, NaN]) {
      expect(() => new ProbabilitySampler(0.5, { precision })).to.throw(RangeError, `${precision}`);
    }
  });

  for (const [bad, used] of [
    [-1, 0],
    [1.5, 1],
    [NaN, 1],
    ['half', 1],
    [2 ** -57, 2 ** -56],
  ] as [number, number][]) {
    it(`takes ${used} for ${String(bad)}, with a report, and does not throw (T-SAMP-12)`, () => {
      expect(new ProbabilitySampler(bad).toString()).to.equal(`ProbabilitySampler{${used}}`);
      expect(diagnosticCounts().get('sampler.ratio')).to.equal(1);
    });
  }

  describe('where the caller does not say that trace ids are random', () => {
    const context = below({ traceFlags: 1 });

    it('presumes it, and says once that it does (T-PROB-10, T-PROB-11)', () => {
      const sampler = new ProbabilitySampler(0.5);
      expect(keeps(sampler, { random: '8', context })).to.equal(true);
      expect([...diagnosticCounts().keys()]).to.deep.equal(['sampler.presumed-randomness']);
    });

    for (const [name, question] of Object.entries({
      'for a root': { random: '8' },
      'where the flag is set': { random: '8', context: below({ traceFlags: 3 }) },
      'where the trace has a number': {
        context: below({ traceFlags: 1, state: `ot=rv:${RV}` }),
      },
    })) {
      it(`says nothing ${name} (T-PROB-10)`, () => {
        expect(keeps(new ProbabilitySampler(0.5), question)).to.equal(true);
        expect(diagnosticCounts().size).to.equal(0);
      });
    }
  });

  it('gives roots a number where ids are not random (T-PROB-12)', () => {
    const sampler = new ProbabilitySampler(0.5, { explicitRandomness: true });
    const decisions = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const { decision, traceState } = ask(sampler, { random: '0' });
      const [, th, rv] = /^(th:8;)?rv:([0-9a-f]{14})$/.exec(traceState!.get('ot')!)!;
      expect(decision === 2).to.equal(rv! >= '8');
      expect(th !== undefined).to.equal(decision === 2);
      decisions.add(decision);
    }
    expect([...decisions]).to.have.members([0, 2]);
    expect(ask(sampler, { random: '9', context: below() }).traceState?.get('ot')).to.equal('th:8');
  });

  it('keeps the share that it says, and counts come out right (T-PROB-06)', () => {
    const random = randomNumbers(1);
    const sampler = new ProbabilitySampler(0.01);
    const begun = 100_000;
    let count = 0;
    for (let i = 0; i < begun; i++) {
      const id = traceIdOf(random);
      const result = sampler.shouldSample(ROOT_CONTEXT, id, 's', SpanKind.INTERNAL, {}, []);
      if (result.decision === 2) count += adjustedCount(result.traceState)!;
    }
    // The standard deviation of such a sum is the root of n (1 - p) / p.
    expect(Math.abs(count - begun)).to.be.below(4 * Math.sqrt(begun * 99));
  });

  it('makes nothing where the trace state stays as it is', () => {
    const sampler = new ProbabilitySampler(0.5);
    const context = below({ state: 'ot=th:8' });
    const kept = ask(sampler, { random: '9', context });
    expect(kept).to.equal(ask(sampler, { random: '9', context }));
    expect(kept).to.not.have.property('traceState');
    const dropped = ask(sampler, { random: '1', context: below() });
    expect(dropped).to.equal(ask(sampler, { random: '1', context: below() }));
    const [one, other] = [ask(sampler, { random: '9' }), ask(sampler, { random: '9' })];
    expect(one.traceState).to.equal(other.traceState);
  });

  describe('in a provider', () => {
    const h = harness({ sampler: new ProbabilitySampler(1) });

    it('has its threshold in the trace state of each span (T-PROB-09)', () => {
      const parent = h.tracer.startSpan('parent');
      const child = h.tracer.startSpan('child', {}, below({ state: 'a=1' }));
      child.end();
      parent.end();
      expect(parent.spanContext().traceState?.serialize()).to.equal('ot=th:0');
      expect(child.spanContext().traceState?.serialize()).to.equal('ot=th:0,a=1');
    });
  });
});
