import { expect } from 'chai';
import * as fc from 'fast-check';
import {
  anchorForRoot,
  currentAnchor,
  hrDuration,
  isBefore,
  momentOf,
  toHrTime,
} from '../../lib/clock.js';
import type { TimeInput } from '@opentelemetry/api';

function nanosOf([seconds, nanos]: readonly [number, number]): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
}

describe('moments that users give', () => {
  it('are kept to the nanosecond as [seconds, nanoseconds] (T-API-09, T-SPAN-16)', () => {
    const time: [number, number] = [1_700_000_000, 123_456_789];
    expect(momentOf(time)).to.deep.equal(time);
    expect(toHrTime(momentOf(time)!, currentAnchor())).to.deep.equal(time);
  });

  it('are copied, so that a changed array changes nothing', () => {
    const time: [number, number] = [5, 6];
    const moment = momentOf(time)!;
    time[0] = 7;
    expect(toHrTime(moment, currentAnchor())).to.deep.equal([5, 6]);
  });

  it('may be a Date or epoch milliseconds (T-API-09)', () => {
    expect(momentOf(new Date(1_700_000_000_250))).to.deep.equal([1_700_000_000, 250_000_000]);
    expect(momentOf(1_700_000_000_250.5)).to.deep.equal([1_700_000_000, 250_500_000]);
  });

  it('may be a reading of performance.now(): a number not larger than it (T-API-09)', () => {
    const now = performance.now();
    expect(momentOf(now)).to.equal(now);
    expect(momentOf(0)).to.equal(0);
    expect(momentOf(performance.now() + 10_000)).to.be.an('array');
  });

  for (const bad of [
    NaN,
    Infinity,
    -1,
    1.7e18,
    'now',
    {},
    [],
    [1],
    [1, 2, 3],
    ['1', 2],
    [1.5, 0],
    [1, -1],
    [1, 1e9],
    [-1, 0],
    [NaN, 0],
    [2e10, 0],
    new Date(NaN),
    new Date(-1),
  ]) {
    it(`are none when they are ${JSON.stringify(bad)} (${typeof bad}) (T-ERR-01)`, () => {
      expect(momentOf(bad as TimeInput)).to.equal(undefined);
    });
  }

  it('never throw, whatever is given (T-ERR-01)', () => {
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(momentOf(proxy as unknown as TimeInput)).to.equal(undefined);
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true }), (any) => {
        const moment = momentOf(any as TimeInput);
        if (moment === undefined) return;
        const [seconds, nanos] = toHrTime(moment, currentAnchor());
        expect(Number.isInteger(seconds) && Number.isInteger(nanos)).to.equal(true);
        expect(nanos).to.be.within(0, 999_999_999);
      }),
    );
  });
});

describe('wall times of the monotonic clock', () => {
  const readings = fc.double({ min: 0, max: 1e10, noNaN: true });

  it('are whole nanoseconds below a second, and keep the order of readings', () => {
    fc.assert(
      fc.property(readings, readings, (a, b) => {
        const [first, second] = a < b ? [a, b] : [b, a];
        const anchor = currentAnchor();
        const [times, timesAfter] = [toHrTime(first, anchor), toHrTime(second, anchor)];
        expect(times[1]).to.be.within(0, 999_999_999);
        expect(Number.isInteger(times[1])).to.equal(true);
        expect(isBefore(timesAfter, times)).to.equal(false);
      }),
    );
  });

  it('are the wall clock, to the millisecond', () => {
    const [seconds, nanos] = toHrTime(performance.now(), anchorForRoot(performance.now()));
    expect(seconds * 1000 + nanos / 1e6).to.be.closeTo(Date.now(), 5);
  });
});

describe('durations', () => {
  it('are differences, and never negative', () => {
    const times = fc.tuple(fc.nat(1_000_000), fc.integer({ min: 0, max: 999_999_999 }));
    fc.assert(
      fc.property(times, times, (start, end) => {
        const difference = nanosOf(end) - nanosOf(start);
        const expected = difference < 0n ? 0n : difference;
        expect(nanosOf(hrDuration(start, end))).to.equal(expected);
        expect(isBefore(end, start)).to.equal(difference < 0n);
      }),
    );
  });
});
