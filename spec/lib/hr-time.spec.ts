import type { HrTime, TimeInput } from '@opentelemetry/api';
import * as official2 from '@opentelemetry/core';
import { expect } from 'chai';
import fc from 'fast-check';
import * as official3 from 'official-core-3';
import * as ours from '../../lib/hr-time.js';
import { TracerProvider } from '../../lib/provider.js';

const time = fc.tuple(
  fc.integer({ min: 0, max: 4_102_444_800 }),
  fc.integer({ min: 0, max: 999_999_999 }),
) as fc.Arbitrary<HrTime>;
/** Not so close to a second that it rounds up to one: there the official function makes 10⁹ nanoseconds. */
const millis = fc
  .double({ min: -1e13, max: 1e13, noNaN: true })
  .filter((value) => Math.abs(Math.round((value % 1000) * 1e6)) < 1e9);
const anything = fc.anything({ withDate: true });

for (const [line, official] of Object.entries({ '2.x': official2, '3.x': official3 })) {
  describe(`the time helpers beside those of the official SDK ${line}`, () => {
    it('add and subtract alike', () => {
      fc.assert(
        fc.property(time, time, (a, b) => {
          expect(ours.addHrTimes(a, b)).to.deep.equal(official.addHrTimes(a, b));
          expect(ours.hrTimeDuration(a, b)).to.deep.equal(official.hrTimeDuration(a, b));
        }),
      );
    });

    it('convert alike', () => {
      fc.assert(
        fc.property(time, (value) => {
          expect(ours.hrTimeToNanoseconds(value)).to.equal(official.hrTimeToNanoseconds(value));
          expect(ours.hrTimeToMicroseconds(value)).to.equal(official.hrTimeToMicroseconds(value));
          expect(ours.hrTimeToMilliseconds(value)).to.equal(official.hrTimeToMilliseconds(value));
          expect(ours.hrTimeToSeconds(value)).to.equal(official.hrTimeToSeconds(value));
          expect(ours.hrTimeToTimeStamp(value)).to.equal(official.hrTimeToTimeStamp(value));
        }),
      );
    });

    it('make times of milliseconds alike, before 1970 too', () => {
      fc.assert(
        fc.property(millis, (value) => {
          expect(ours.millisToHrTime(value).map(plain)).to.deep.equal(
            official.millisToHrTime(value).map(plain),
          );
        }),
      );
    });

    it('recognise times alike', () => {
      fc.assert(
        fc.property(fc.oneof(anything, time, fc.date()), (value) => {
          expect(ours.isTimeInput(value)).to.equal(official.isTimeInput(value));
          expect(ours.isTimeInputHrTime(value)).to.equal(official.isTimeInputHrTime(value));
        }),
      );
    });

    it('read dates, times and milliseconds of this century alike (T-API-09)', () => {
      const date = fc.date({
        min: new Date('2000-01-01'),
        max: new Date('2100-01-01'),
        noInvalidDate: true,
      });
      const input: fc.Arbitrary<TimeInput> = fc.oneof(
        time,
        date,
        date.map((value) => value.getTime()),
      );
      fc.assert(
        fc.property(input, (value) => {
          expect(ours.timeInputToHrTime(value)).to.deep.equal(official.timeInputToHrTime(value));
        }),
      );
    });

    it('read the clock alike, to the millisecond', () => {
      const apart = official.hrTimeDuration(official.hrTime(1000), ours.hrTime(1000));
      expect(Math.abs(official.hrTimeToMilliseconds(apart))).to.be.lessThan(50);
    });
  });
}

describe('the time helpers where the official ones are wrong', () => {
  it('never make a second of 10⁹ nanoseconds', () => {
    expect(official2.millisToHrTime(1999.9999999)).to.deep.equal([1, 1e9]);
    expect(ours.millisToHrTime(1999.9999999)).to.deep.equal([2, 0]);
  });

  it('refuse what is no time', () => {
    for (const wrong of [NaN, -1, '5', null, [1], new Date(NaN)]) {
      expect(() => ours.timeInputToHrTime(wrong as TimeInput), String(wrong)).to.throw(TypeError);
    }
  });

  it('tell the time that spans tell', () => {
    const before = ours.hrTime();
    const span = new TracerProvider().getTracer('t').startSpan('a', { root: true });
    const { startTime } = span as unknown as { startTime: HrTime };
    const after = ours.hrTime();
    span.end();
    expect(ours.hrTimeDuration(before, startTime)[0]).to.equal(0);
    expect(ours.hrTimeDuration(startTime, after)[0]).to.equal(0);
  });
});

/** Minus zero is zero. */
function plain(value: number): number {
  return value + 0;
}
