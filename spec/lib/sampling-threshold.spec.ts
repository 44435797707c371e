import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  countOf,
  digitsOf,
  isThreshold,
  LEAST_RATIO,
  NO_THRESHOLD,
  reaches,
  shortDigits,
  thresholdOf,
} from '../../lib/sampling-threshold.js';

const th = (ratio: number, precision?: number) =>
  shortDigits(digitsOf(thresholdOf(ratio, precision)));
const numbers = fc.bigInt({ min: 0n, max: 2n ** 56n - 1n });
const ratios = fc.double({ min: LEAST_RATIO, max: 1, noNaN: true });

describe('sampling thresholds', () => {
  for (const [ratio, text] of [
    [1, '0'],
    [1 / 2, '8'],
    [1 / 3, 'aaab'],
    [1 / 4, 'c'],
    [1 / 5, 'cccd'],
    [1 / 8, 'e'],
    [1 / 10, 'e666'],
    [1 / 16, 'f'],
    [1e-2, 'fd70a'],
    [1e-3, 'ffbe77'],
    [1e-4, 'fff9724'],
    [1e-5, 'ffff583a'],
    [1e-6, 'ffffef39'],
    [0.9, '199a'],
    [0.99, '028f'],
  ] as const) {
    it(`writes ${ratio} as ${text} (T-PROB-07, T-PROB-08)`, () => {
      expect(th(ratio)).to.equal(text);
    });
  }

  it('has as many digits as asked for, not counting leading f (T-PROB-08)', () => {
    expect(th(1 / 3, 1)).to.equal('b');
    expect(th(1 / 3, 2)).to.equal('ab');
    expect(th(1e-3, 3)).to.equal('ffbe7');
    expect(th(1e-3, 12)).to.equal('ffbe76c8b43958');
    expect(th(1 / 3, 14)).to.equal('aaaaaaaaaaaaac'); // 1/3 as a double
  });

  it('is exact where doubles are not (T-PROB-06)', () => {
    expect(thresholdOf(LEAST_RATIO)).to.equal(2n ** 56n - 1n);
    expect(thresholdOf(3 * LEAST_RATIO)).to.equal(2n ** 56n - 3n);
    expect(thresholdOf(1)).to.equal(0n);
  });

  it('has none for less than one in 2^56 (T-PROB-06)', () => {
    for (const ratio of [0, LEAST_RATIO / 2, -1, NaN]) {
      expect(thresholdOf(ratio)).to.equal(NO_THRESHOLD);
    }
    expect([-1n, 2n ** 56n, 0, '0', undefined].some(isThreshold)).to.equal(false);
    expect([0n, 2n ** 56n - 1n].every(isThreshold)).to.equal(true);
  });

  it('stands for the ratio that it was made from, within its precision (T-PROB-06)', () => {
    fc.assert(
      fc.property(ratios, fc.integer({ min: 1, max: 14 }), (ratio, precision) => {
        const threshold = thresholdOf(ratio, precision);
        expect(isThreshold(threshold)).to.equal(true);
        const probability = 1 / countOf(threshold);
        // Half a unit of the last digit that is kept; and what a double cannot say.
        const leading = /^f*/.exec(digitsOf(thresholdOf(ratio, 14)))![0].length;
        const error = 16 ** -(precision + leading) / 2 + 2 ** -53;
        expect(Math.abs(probability - ratio)).to.be.at.most(error);
      }),
    );
  });

  it('has no more digits than it may (T-PROB-08)', () => {
    fc.assert(
      fc.property(ratios, fc.integer({ min: 1, max: 14 }), (ratio, precision) => {
        const text = th(ratio, precision);
        expect(text.replace(/^f+/, '').length).to.be.at.most(precision);
        expect(text.padEnd(14, '0')).to.match(/^[0-9a-f]{14}$/);
      }),
    );
  });

  it('compares digits as the numbers they are (T-PROB-05)', () => {
    const near = fc.tuple(numbers, fc.integer({ min: -1, max: 1 })).map(([number, by]) => {
      const other = number + BigInt(by);
      return [number, isThreshold(other) ? other : number] as const;
    });
    fc.assert(
      fc.property(fc.oneof(near, fc.tuple(numbers, numbers)), ([random, threshold]) => {
        const traceId = 'f'.repeat(18) + digitsOf(random);
        expect(reaches(traceId, 18, digitsOf(threshold))).to.equal(random >= threshold);
      }),
    );
  });

  it('counts by the threshold (T-PROB-06)', () => {
    expect(countOf(0n)).to.equal(1);
    expect(countOf(2n ** 55n)).to.equal(2);
    expect(countOf(2n ** 56n - 1n)).to.equal(2 ** 56);
  });
});
