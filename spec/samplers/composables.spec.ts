import { expect } from 'chai';
import { resetDiagnostics, setErrorHandler } from '../../lib/diagnostics.js';
import {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableAnnotatingSampler,
  createComposableParentThresholdSampler,
  createComposableProbabilitySampler,
} from '../../samplers/composables.js';
import { createCompositeSampler } from '../../samplers/composite.js';
import type { ComposableSampler } from '../../samplers/intent.js';
import { createComposableRuleBasedSampler } from '../../samplers/rule-based.js';
import { ask, below, keeps, type Question } from '../support/sampling.js';

/** The intent for a span. */
function intentOf(composable: ComposableSampler, question: Question = {}) {
  const shouldSample = (...input: Parameters<ComposableSampler['getSamplingIntent']>) => {
    const { threshold, thresholdReliable, attributes } = composable.getSamplingIntent(...input);
    return { threshold, thresholdReliable, ...(attributes && { attributes }) };
  };
  return ask({ shouldSample } as never, question) as unknown as Record<string, unknown>;
}

const ON = createComposableAlwaysOnSampler();
const OFF = createComposableAlwaysOffSampler();
const KEEPS = { threshold: 0n, thresholdReliable: true };
const DROPS = { threshold: -1n, thresholdReliable: false };

describe('composable samplers', () => {
  beforeEach(() => {
    resetDiagnostics();
    setErrorHandler(() => {});
  });

  it('keep all (T-COMP-06)', () => {
    expect(intentOf(ON)).to.deep.equal(KEEPS);
    expect(String(ON)).to.equal('ComposableAlwaysOnSampler');
  });

  it('keep nothing (T-COMP-06)', () => {
    expect(intentOf(OFF)).to.deep.equal(DROPS);
    expect(String(OFF)).to.equal('ComposableAlwaysOffSampler');
  });

  it('keep a share (T-COMP-06)', () => {
    const quarter = createComposableProbabilitySampler(0.25);
    expect(intentOf(quarter)).to.deep.equal({ threshold: 3n * 2n ** 54n, thresholdReliable: true });
    expect(String(quarter)).to.equal('ComposableProbabilitySampler{0.25}');
    const least = createComposableProbabilitySampler(2 ** -56);
    expect(intentOf(least)).to.deep.include({ threshold: 2n ** 56n - 1n });
  });

  it('keep nothing for a share of 0 (T-COMP-06)', () => {
    expect(intentOf(createComposableProbabilitySampler(0))).to.deep.equal(DROPS);
  });

  describe('by the threshold of the parent', () => {
    const sampler = createComposableParentThresholdSampler(createComposableProbabilitySampler(0.5));

    for (const [name, question, threshold, thresholdReliable] of [
      ['the root one without a parent', {}, 2n ** 55n, true],
      ['its threshold', { context: below({ state: 'ot=th:c' }) }, 3n * 2n ** 54n, true],
      [
        'its threshold, sampled or not',
        { context: below({ state: 'ot=th:c', traceFlags: 2 }) },
        3n * 2n ** 54n,
        true,
      ],
      ['all where it is sampled without one', { context: below() }, 0n, false],
      ['none where it is not sampled', { context: below({ traceFlags: 2 }) }, -1n, false],
      ['all where it cannot be read', { context: below({ state: 'ot=th:ZZ' }) }, 0n, false],
    ] as [string, Question, bigint, boolean][]) {
      it(`does ${name} (T-COMP-07)`, () => {
        expect(intentOf(sampler, question)).to.deep.equal({ threshold, thresholdReliable });
      });
    }

    it('follows each parent by its own threshold (T-COMP-07)', () => {
      for (const [th, digit] of [
        ['8', 8n],
        ['c', 12n],
        ['8', 8n],
        ['0', 0n],
      ] as const) {
        // prettier-ignore
        const question = { context: below({ state: `ot=th:${th}` }) };
        expect(intentOf(sampler, question).threshold).to.equal(digit << 52n);
      }
    });

    it('keeps what the parent kept, with its threshold (T-PROB-13)', () => {
      const composite = createCompositeSampler(sampler);
      const context = below({ state: 'ot=th:c' });
      expect(ask(composite, { context, random: 'd' })).to.deep.equal({ decision: 2 });
    });

    it('erases a threshold that cannot be true (T-PROB-13)', () => {
      const composite = createCompositeSampler(sampler);
      const context = below({ state: 'ot=th:c' });
      const result = ask(composite, { context, random: 'b' });
      expect(result.decision).to.equal(0);
      expect(result.traceState?.serialize()).to.equal('');
    });

    it('invents no threshold below a parent that has none (T-PROB-13)', () => {
      const composite = createCompositeSampler(sampler);
      expect(ask(composite, { context: below({ state: 'a=1' }) })).to.deep.equal({ decision: 2 });
    });

    it('refuses a root that is none', () => {
      expect(() => createComposableParentThresholdSampler({} as ComposableSampler)).to.throw(
        'root: a Object has no method getSamplingIntent()',
      );
    });
  });

  describe('by rules', () => {
    it('do what the first rule says that matches (T-COMP-08)', () => {
      const sampler = createComposableRuleBasedSampler([
        [function isHealth(_context, _id, name) { return name === 'health'; }, OFF], // prettier-ignore
        [{ spanName: 'h*' }, createComposableProbabilitySampler(0.5)],
        [{}, ON],
      ]);
      expect(intentOf(sampler, { name: 'health' })).to.deep.equal(DROPS);
      expect(intentOf(sampler, { name: 'hello' }).threshold).to.equal(2n ** 55n);
      expect(intentOf(sampler, { name: 'other' })).to.deep.equal(KEEPS);
      expect(String(sampler)).to.equal(
        'ComposableRuleBasedSampler([(isHealth, ComposableAlwaysOffSampler), ' +
          '({"spanName":"h*"}, ComposableProbabilitySampler{0.5}), ({}, ComposableAlwaysOnSampler)])',
      );
    });

    it('keep nothing where none matches (T-COMP-08)', () => {
      expect(intentOf(createComposableRuleBasedSampler([]))).to.deep.equal(DROPS);
      const sampler = createCompositeSampler(createComposableRuleBasedSampler([[() => false, ON]]));
      expect(keeps(sampler)).to.equal(false);
    });
  });

  describe('that annotate', () => {
    const annotating = createComposableAnnotatingSampler(ON, { a: 1, b: 1 });

    it('add attributes to what the delegate does (T-COMP-08)', () => {
      expect(intentOf(annotating)).to.deep.equal({ ...KEEPS, attributes: { a: 1, b: 1 } });
    });

    it('add theirs to those of the delegate (T-COMP-08)', () => {
      const outer = createComposableAnnotatingSampler(annotating, { b: 2 });
      expect(intentOf(outer).attributes).to.deep.equal({ a: 1, b: 2 });
    });

    it('take no later change of the attributes given', () => {
      const attributes = { a: 1 };
      const sampler = createComposableAnnotatingSampler(ON, attributes);
      attributes.a = 2;
      expect(intentOf(sampler).attributes).to.deep.equal({ a: 1 });
    });

    it('hand on how the trace state is changed', () => {
      const updateTraceState = () => undefined;
      const own = { getSamplingIntent: () => ({ ...KEEPS, updateTraceState }), toString: () => '' };
      const intent = createComposableAnnotatingSampler(own, {}).getSamplingIntent(
        ...([] as unknown as Parameters<ComposableSampler['getSamplingIntent']>),
      );
      expect(intent.updateTraceState).to.equal(updateTraceState);
    });
  });
});
