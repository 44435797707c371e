import { INVALID_TRACEID, SpanKind, type TraceState as ApiTraceState } from '@opentelemetry/api';
import { expect } from 'chai';
import { resetDiagnostics, setErrorHandler } from '../../lib/diagnostics.js';
import { SamplingDecision } from '../../lib/sampler.js';
import { TraceState } from '../../lib/trace-state.js';
import {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
} from '../../samplers/composables.js';
import { createCompositeSampler } from '../../samplers/composite.js';
import type { ComposableSampler, SamplingIntent } from '../../samplers/intent.js';
import { behavesLikeASampler } from '../contract/sampler.js';
import { ask, below, keeps } from '../support/sampling.js';

const HALF = 2n ** 55n;

/** A composite of somebody's composable with this intent. */
function withIntent(intent: SamplingIntent) {
  return createCompositeSampler({ getSamplingIntent: () => intent, toString: () => 'own' });
}

describe('createCompositeSampler', () => {
  beforeEach(() => {
    resetDiagnostics();
    setErrorHandler(() => {});
  });

  behavesLikeASampler('own', () => withIntent({ threshold: HALF, thresholdReliable: true }));

  for (const threshold of [-1n, 2n ** 56n, undefined, 0.5] as bigint[]) {
    it(`drops where the threshold is ${threshold} (T-COMP-01)`, () => {
      const sampler = withIntent({ threshold, thresholdReliable: true });
      expect(ask(sampler, { random: 'ffffffffffffff' })).to.deep.equal({ decision: 0 });
    });
  }

  it('decides by the random number of the trace where counts are reliable (T-COMP-02)', () => {
    const sampler = withIntent({ threshold: HALF, thresholdReliable: true });
    expect(keeps(sampler, { random: '8' })).to.equal(true);
    expect(keeps(sampler, { random: '7fffffffffffff' })).to.equal(false);
    const context = below({ state: 'ot=rv:80000000000000' });
    expect(keeps(sampler, { random: '0', context })).to.equal(true);
  });

  it('decides by a number of its own where they are not (T-COMP-02)', () => {
    const sampler = withIntent({ threshold: HALF, thresholdReliable: false });
    const context = below({ state: 'ot=rv:00000000000000' });
    const decisions = Array.from({ length: 200 }, () => keeps(sampler, { random: 'f', context }));
    expect(new Set(decisions).size).to.equal(2); // but for one time in 2^199
  });

  it('lets the trace state be changed, knowing the decision (T-COMP-03)', () => {
    const seen: unknown[] = [];
    const updateTraceState = (state: ApiTraceState | undefined, decision?: number) => {
      seen.push(state?.serialize(), decision);
      return (state ?? new TraceState()).set('own', String(decision));
    };
    const sampler = withIntent({ threshold: HALF, thresholdReliable: true, updateTraceState });
    const context = below({ state: 'ot=th:8,a=1' });
    expect(ask(sampler, { random: '9', context }).traceState?.serialize()).to.equal(
      'ot=th:8,own=2,a=1',
    );
    expect(ask(sampler, { random: '1', context }).traceState?.serialize()).to.equal('own=0,a=1');
    expect(ask(sampler, { random: '9' }).traceState?.serialize()).to.equal('ot=th:8,own=2');
    expect(seen).to.deep.equal(['ot=th:8,a=1', 2, 'ot=th:8,a=1', 0, undefined, 2]);
  });

  it('lets the trace state be emptied, but keeps the books (T-COMP-03, T-PROB-04)', () => {
    const sampler = withIntent({
      threshold: HALF,
      thresholdReliable: true,
      updateTraceState: () => undefined,
    });
    const context = below({ state: 'ot=rv:9fffffffffffff;x:1,a=1' });
    expect(ask(sampler, { context }).traceState?.serialize()).to.equal(
      'ot=th:8;rv:9fffffffffffff;x:1',
    );
    expect(ask(sampler, { context: below({ state: 'a=1' }) }).traceState?.serialize()).to.equal(
      'ot=th:8',
    );
  });

  it('keeps its books whatever a composable writes into ot (T-COMP-05)', () => {
    const sampler = withIntent({
      threshold: HALF,
      thresholdReliable: true,
      updateTraceState: (state) => state?.set('ot', 'th:0;rv:00000000000000'),
    });
    const context = below({ state: 'ot=rv:9fffffffffffff' });
    expect(ask(sampler, { context }).traceState?.get('ot')).to.equal('th:8;rv:9fffffffffffff');
  });

  it('adds attributes to what is kept (T-COMP-04)', () => {
    const attributes = Object.freeze({ a: 1 });
    const sampler = withIntent({ threshold: HALF, thresholdReliable: true, attributes });
    expect(ask(sampler, { random: '8' }).attributes).to.equal(attributes);
    expect(ask(sampler, { random: '7' })).to.not.have.property('attributes');
  });

  for (const [name, intent] of Object.entries({
    'dropped by the threshold': { threshold: 2n ** 56n - 1n, thresholdReliable: true },
    'dropped anyway': { threshold: -1n, thresholdReliable: false },
    'kept without a reliable count': { threshold: 0n, thresholdReliable: false },
  })) {
    for (const [state, after] of [
      ['ot=th:8', ''],
      ['ot=p:1;th:8,a=1', 'ot=p:1,a=1'],
      ['ot=th:ZZ', ''],
      ['ot=th:8;;,a=1', 'a=1'],
    ]) {
      it(`removes the threshold of ${state} from a span that is ${name} (T-COMP-04)`, () => {
        const { traceState } = ask(withIntent(intent), { context: below({ state: state! }) });
        expect(traceState?.serialize()).to.equal(after);
      });
    }

    it(`leaves a trace state without a threshold alone, for a span ${name} (T-COMP-04)`, () => {
      for (const state of ['', 'a=1', 'ot=p:1,a=1', 'ot=rv:0123456789abcd']) {
        const result = ask(withIntent(intent), { context: below({ state }) });
        expect(result).to.not.have.property('traceState');
      }
    });
  }

  it('hands on all arguments but the trace id (T-COMP-05)', () => {
    let given: unknown[] = [];
    const delegate: ComposableSampler = {
      getSamplingIntent(...input) {
        given = input;
        return { threshold: 0n, thresholdReliable: true };
      },
      toString: () => 'own',
    };
    const context = below();
    const attributes = { a: 1 };
    createCompositeSampler(delegate).shouldSample(
      context,
      'a'.repeat(32),
      'name',
      SpanKind.CLIENT,
      attributes,
      [],
    );
    expect(given).to.deep.equal([
      context,
      INVALID_TRACEID,
      'name',
      SpanKind.CLIENT,
      attributes,
      [],
    ]);
  });

  it('counts a parent with an invalid context as none', () => {
    const context = below({ traceId: '0'.repeat(32), state: 'ot=th:8;p:1' });
    const sampler = createCompositeSampler(createComposableAlwaysOnSampler());
    expect(ask(sampler, { context }).traceState?.get('ot')).to.equal('th:0');
  });

  it('describes itself as its delegate does (T-SAMP-02)', () => {
    const sampler = createCompositeSampler(createComposableAlwaysOffSampler());
    expect(String(sampler)).to.equal('ComposableAlwaysOffSampler');
    expect(ask(sampler).decision).to.equal(SamplingDecision.NOT_RECORD);
  });

  it('refuses what is no composable sampler', () => {
    expect(() => createCompositeSampler({} as ComposableSampler)).to.throw(
      TypeError,
      'delegate: a Object has no method getSamplingIntent()',
    );
  });
});
