import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { AdaptiveSampler, type AdaptiveOptions } from '../../samplers/adaptive.js';
import { behavesLikeASampler } from '../contract/sampler.js';
import { ask, below, keeps } from '../support/sampling.js';
import {
  chart,
  SHOWN_LOADS,
  SHOWN_OPTIONS,
  SHOWN_SEED,
  simulate,
  type Load,
  type Second,
} from './adaptive-simulation.js';

const TARGET: AdaptiveOptions = { tracesPerSecond: 20 };

function sum(seconds: readonly Second[], key: 'begun' | 'kept' | 'counted' | 'variance'): number {
  return seconds.reduce((total, second) => total + second[key], 0);
}

/** How many traces a second are kept in a part of a run. */
function rate(seconds: readonly Second[], from: number, to: number): number {
  return sum(seconds.slice(from, to), 'kept') / (to - from);
}

/** Simulations have fixed seeds: each gives the same numbers at every run. */
describe('AdaptiveSampler', () => {
  behavesLikeASampler('AdaptiveSampler{1000}', () => {
    return new AdaptiveSampler({ tracesPerSecond: 1000, maxRatio: 0.5 });
  });

  for (const load of [40, 300, 3000]) {
    it(`holds its target under a steady load of ${load} a second`, () => {
      const seconds = simulate([[30, load]], TARGET, load);
      expect(rate(seconds, 0, 30)).to.be.within(18, 22.5);
    });
  }

  it('keeps all of a load below its target', () => {
    const seconds = simulate([[60, 5]], TARGET, 3);
    expect(sum(seconds, 'kept')).to.be.at.least(0.99 * sum(seconds, 'begun'));
  });

  for (const [from, to] of [
    [10, 2000],
    [1, 3000],
    [200, 600],
  ] as const) {
    it(`keeps less than a second's worth too much when the load steps from ${from} to ${to}`, () => {
      const loads: Load[] = [
        [8, from],
        [8, to],
      ];
      for (const seed of [1, 2, 3]) {
        const seconds = simulate(loads, TARGET, seed);
        for (const second of seconds.slice(8)) expect(second.kept).to.be.below(48);
        expect(rate(seconds, 8, 16)).to.be.within(15, 26);
      }
    });
  }

  for (const [from, to] of [
    [2000, 30],
    [3000, 200],
    [100, 40],
  ] as const) {
    it(`finds back to its target when the load steps from ${from} to ${to}`, () => {
      const loads: Load[] = [
        [8, from],
        [20, to],
      ];
      for (const seed of [1, 2, 3]) {
        const seconds = simulate(loads, TARGET, seed);
        expect(rate(seconds, 9, 13), 'soon').to.be.at.least(5);
        expect(rate(seconds, 13, 28), 'later').to.be.within(16, 24);
      }
    });
  }

  it('keeps what comes after a silence, and floods nobody', () => {
    const loads: Load[] = [
      [5, 1000],
      [60, 0],
      [5, 10],
      [60, 0],
      [3, 1000],
    ];
    const seconds = simulate(loads, TARGET, 4);
    const few = seconds.slice(65, 70);
    expect(sum(few, 'kept')).to.be.at.least(0.85 * sum(few, 'begun'));
    for (const second of seconds.slice(130)) expect(second.kept).to.be.below(48);
  });

  it('does not wander while nothing changes', () => {
    const seconds = simulate([[90, 500]], TARGET, 5);
    const deviations = seconds.slice(10).map(({ kept }) => (kept - 20) ** 2);
    const variance = deviations.reduce((a, b) => a + b, 0) / deviations.length;
    // Chance alone gives a variance of 20; a ratio that swings would add to it.
    expect(variance).to.be.below(32);
  });

  it('says by which probability it kept each, so that counts come out right (T-PROB-06)', () => {
    for (const seed of [1, 2, 3]) {
      const seconds = simulate(SHOWN_LOADS, TARGET, seed);
      const error = sum(seconds, 'counted') - sum(seconds, 'begun');
      expect(Math.abs(error)).to.be.below(3 * Math.sqrt(sum(seconds, 'variance')));
    }
  });

  it('counts right in each part of a run, also while the load steps (T-PROB-06)', () => {
    const runs = Array.from({ length: 40 }, (_, seed) => simulate([[2, 10], [1, 1000]], TARGET, seed)); // prettier-ignore
    const step = runs.map((seconds) => seconds[2]!);
    const error = sum(step, 'counted') - sum(step, 'begun');
    expect(Math.abs(error)).to.be.below(3 * Math.sqrt(sum(step, 'variance')));
  });

  it('never keeps less than the least ratio, nor more than the greatest', () => {
    const greedy = simulate([[10, 2000]], { tracesPerSecond: 1, minRatio: 0.05 }, 6);
    expect(rate(greedy, 1, 10)).to.be.within(85, 115);
    const modest = simulate([[40, 20]], { tracesPerSecond: 100, maxRatio: 0.25 }, 7);
    expect(rate(modest, 0, 40)).to.be.within(3.5, 6.5);
  });

  it('follows a parent, and counts no child', () => {
    let asked = 0;
    const sampler = new AdaptiveSampler({ ...TARGET, now: () => asked++ });
    expect(ask(sampler, { context: below({ state: 'ot=th:c' }), random: 'c' })).to.deep.equal({
      decision: 2,
    });
    expect(keeps(sampler, { context: below({ traceFlags: 2 }) })).to.equal(false);
    expect(ask(sampler, { context: below() })).to.deep.equal({ decision: 2 });
    expect(asked).to.equal(0);
  });

  it('stands a clock that does not move, or steps back', () => {
    for (const step of [0, -1000]) {
      let millis = 0;
      const sampler = new AdaptiveSampler({ ...TARGET, now: () => (millis += step) });
      for (let i = 0; i < 1000; i++) expect(keeps(sampler, { random: 'f' })).to.equal(true);
    }
  });

  it('makes nothing where its ratio has not changed', () => {
    const sampler = new AdaptiveSampler({ ...TARGET, now: () => 0 });
    expect(ask(sampler).traceState).to.equal(ask(sampler).traceState);
  });

  for (const [options, why] of [
    [{ tracesPerSecond: 0 }, 'tracesPerSecond must be a number above 0, not 0'],
    [{}, 'tracesPerSecond must be a number above 0, not undefined'],
    [{ ...TARGET, memorySeconds: NaN }, 'memorySeconds must be a number above 0, not NaN'],
    [{ ...TARGET, minRatio: 0 }, 'in order, not 0 and 1'],
    [{ ...TARGET, maxRatio: 2 }, 'in order, not 0.0001 and 2'],
    [{ ...TARGET, minRatio: 0.5, maxRatio: 0.1 }, 'in order, not 0.5 and 0.1'],
  ] as [AdaptiveOptions, string][]) {
    it(`refuses ${JSON.stringify(options)}`, () => {
      expect(() => new AdaptiveSampler(options)).to.throw(RangeError, why);
    });
  }

  it('does what the documentation shows', () => {
    const shown = chart(simulate(SHOWN_LOADS, SHOWN_OPTIONS, SHOWN_SEED));
    expect(readFileSync('docs/sampling.md', 'utf8')).to.include(`\n${shown}\n`);
  });
});
