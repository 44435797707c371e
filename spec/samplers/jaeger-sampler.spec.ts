import { expect } from 'chai';
import { samplerFor } from '../../samplers/jaeger-sampler.js';
import { ask, below, keeps } from '../support/sampling.js';

const operations = (lowerBound: number) =>
  samplerFor({
    kind: 'operations',
    ratio: 0,
    lowerBound,
    ratios: new Map([
      ['all', 1],
      ['half', 0.5],
    ]),
  });

describe("what Jaeger's strategies do", () => {
  it('keep a share, and say which (T-SAMP-14)', () => {
    const sampler = samplerFor({ kind: 'probabilistic', ratio: 0.5 });
    expect(ask(sampler, { random: '8' }).traceState?.get('ot')).to.equal('th:8');
    expect(keeps(sampler, { random: '7' })).to.equal(false);
  });

  it('keep so many a second (T-SAMP-14)', () => {
    const sampler = samplerFor({ kind: 'rate-limiting', tracesPerSecond: 3 });
    const kept = Array.from({ length: 100 }).filter(() => keeps(sampler));
    expect(kept).to.have.length.within(3, 4);
    expect(keeps(samplerFor({ kind: 'rate-limiting', tracesPerSecond: 0 }))).to.equal(false);
  });

  it('keep a share of each operation (T-SAMP-14)', () => {
    const sampler = operations(0);
    expect(keeps(sampler, { name: 'all', random: '0' })).to.equal(true);
    expect(keeps(sampler, { name: 'half', random: '8' })).to.equal(true);
    expect(keeps(sampler, { name: 'half', random: '7' })).to.equal(false);
    expect(keeps(sampler, { name: 'other', random: 'f' })).to.equal(false);
  });

  it('keep some of each operation, without a count (T-SAMP-14)', () => {
    const sampler = operations(0.001);
    for (const name of ['other', 'third', 'half']) {
      expect(ask(sampler, { name, random: '7' })).to.deep.equal({ decision: 2 });
      expect(keeps(sampler, { name, random: '7' })).to.equal(false);
    }
  });

  it('count what the share keeps towards the lower bound (T-SAMP-14)', () => {
    const sampler = operations(0.001);
    expect(ask(sampler, { name: 'half', random: '8' }).traceState?.get('ot')).to.equal('th:8');
    expect(keeps(sampler, { name: 'half', random: '7' })).to.equal(false);
  });

  it('leave no threshold on what the lower bound keeps', () => {
    const context = below({ state: 'ot=th:8;p:1' });
    const { traceState } = ask(operations(0.001), { context, random: '7' });
    expect(traceState?.get('ot')).to.equal('p:1');
  });

  it('give lower bounds to a bounded number of operations', () => {
    const sampler = operations(0.001);
    const kept = (from: number, to: number) => {
      let count = 0;
      for (let i = from; i < to; i++) if (keeps(sampler, { name: `${i}`, random: '7' })) count++;
      return count;
    };
    expect(kept(0, 2000)).to.equal(2000);
    expect(kept(2000, 2500)).to.equal(1);
    expect(keeps(sampler, { name: 'all', random: '0' })).to.equal(true);
  });

  it('describe themselves (T-SAMP-02)', () => {
    expect(String(operations(0.5))).to.equal('PerOperation{0, lowerBound=0.5, operations=2}');
    expect(String(samplerFor({ kind: 'probabilistic', ratio: 0.5 }))).to.equal(
      'ProbabilitySampler{0.5}',
    );
  });
});
