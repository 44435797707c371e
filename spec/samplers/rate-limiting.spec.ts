import { expect } from 'chai';
import * as fc from 'fast-check';
import { createCompositeSampler } from '../../samplers/composite.js';
import {
  createComposableRateLimitingSampler,
  RateLimitingSampler,
  type RateLimitingOptions,
} from '../../samplers/rate-limiting.js';
import { ask, below, keeps } from '../support/sampling.js';

/** A sampler over a clock that is set by hand. */
function limited(options: Partial<RateLimitingOptions> = {}) {
  const clock = { millis: 5000 };
  const sampler = new RateLimitingSampler({
    tracesPerSecond: 2,
    now: () => clock.millis,
    ...options,
  });
  /** How many of so many are kept now. */
  const kept = (asked: number) => Array.from({ length: asked }).filter(() => keeps(sampler)).length;
  return { clock, sampler, kept };
}

describe('RateLimitingSampler', () => {
  it('keeps as many at once as in a second, and then none', () => {
    expect(limited().kept(10)).to.equal(2);
    expect(limited({ tracesPerSecond: 0.5 }).kept(10)).to.equal(1);
    expect(limited({ burst: 5 }).kept(10)).to.equal(5);
  });

  it('keeps one more when its time has come', () => {
    const { clock, kept } = limited();
    kept(2);
    clock.millis += 499;
    expect(kept(3)).to.equal(0);
    clock.millis += 1;
    expect(kept(3)).to.equal(1);
    clock.millis += 60_000;
    expect(kept(10)).to.equal(2);
  });

  it('loses nothing to a clock that steps back', () => {
    const { clock, kept } = limited();
    kept(1);
    clock.millis -= 10_000;
    expect(kept(3)).to.equal(1);
    clock.millis += 500;
    expect(kept(3)).to.equal(1);
  });

  it('keeps no more than its rate and one burst, whatever comes when', () => {
    const steps = fc.array(
      fc.tuple(fc.integer({ min: -50, max: 900 }), fc.integer({ min: 0, max: 8 })),
    );
    fc.assert(
      fc.property(steps, (pauses) => {
        const { clock, kept } = limited({ tracesPerSecond: 4, burst: 3 });
        let total = 0;
        let forward = 0;
        for (const [pause, asked] of pauses) {
          clock.millis += pause;
          forward += Math.max(0, pause);
          total += kept(asked);
        }
        expect(total).to.be.at.most(3 + (forward / 1000) * 4 + 1e-9);
      }),
    );
  });

  it('keeps all of a steady load below its rate', () => {
    const { clock, kept } = limited();
    for (let i = 0; i < 100; i++) {
      clock.millis += 501;
      expect(kept(1)).to.equal(1);
    }
  });

  it('says nothing about how many a kept one stands for', () => {
    expect(ask(limited().sampler)).to.deep.equal({ decision: 2 });
  });

  it('does what the parent did, and counts no child', () => {
    const { sampler, kept } = limited();
    for (let i = 0; i < 10; i++) {
      expect(keeps(sampler, { context: below({ isRemote: i > 5 }) })).to.equal(true);
      expect(keeps(sampler, { context: below({ traceFlags: 2 }) })).to.equal(false);
    }
    expect(ask(sampler, { context: below({ state: 'ot=th:8' }) })).to.deep.equal({ decision: 2 });
    expect(kept(10)).to.equal(2);
  });

  it('takes away the threshold of a parent where it is asked about children', () => {
    const composable = createComposableRateLimitingSampler({ tracesPerSecond: 1 });
    const sampler = createCompositeSampler(composable);
    const context = below({ state: 'ot=th:8;p:1' });
    expect(ask(sampler, { context }).traceState?.get('ot')).to.equal('p:1');
    expect(String(sampler)).to.equal('ComposableRateLimitingSampler{1}');
  });

  it('describes itself (T-SAMP-02)', () => {
    expect(String(limited().sampler)).to.equal('RateLimitingSampler{2}');
  });

  for (const options of [
    { tracesPerSecond: 0 },
    { tracesPerSecond: -1 },
    { tracesPerSecond: NaN },
    { tracesPerSecond: Infinity },
    { burst: 0.5 },
    { burst: NaN },
  ]) {
    it(`refuses ${Object.entries(options).join()}`, () => {
      const [[name, value]] = Object.entries(options) as [[string, number]];
      expect(() => limited(options)).to.throw(RangeError, new RegExp(`^${name}.*not ${value}$`));
    });
  }
});
