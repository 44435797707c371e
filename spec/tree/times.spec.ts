import { expect } from 'chai';
import * as fc from 'fast-check';
import { ruler } from '../../tree/bars.js';
import { isoTime, timeOfDay } from '../../tree/clock.js';
import { formatDuration, formatOffset } from '../../tree/duration.js';
import { ASCII, UNICODE } from '../../tree/glyphs.js';
import { DAWN } from './spans.js';

describe('a duration', () => {
  const cases: [number, string][] = [
    [0, '0µs'],
    [-3, '0µs'],
    [NaN, '0µs'],
    [0.0000001, '1ns'],
    [0.00025, '250ns'],
    [0.042, '42µs'],
    [0.9994, '999µs'],
    [0.9996, '1ms'],
    [3.25, '3.3ms'],
    [8, '8ms'],
    [9.96, '10ms'],
    [412.4, '412ms'],
    [999.6, '1.00s'],
    [1240, '1.24s'],
    [9996, '10.0s'],
    [12_400, '12.4s'],
    [59_960, '1m 00s'],
    [125_000, '2m 05s'],
    [3_599_600, '1h 00m'],
    [3_780_000, '1h 03m'],
    [273_600_000, '3d 04h'],
    [1e12, '11574d'],
    [1e18, '>99999d'],
    [Infinity, '>99999d'],
  ];
  for (const [millis, text] of cases) {
    it(`of ${millis} ms is ${text}`, () => expect(formatDuration(millis)).to.equal(text));
  }

  it('takes at most seven cells, whatever it is', () => {
    fc.assert(
      fc.property(fc.double(), (ms) => {
        expect(formatDuration(ms).length).to.be.at.most(7);
      }),
    );
  });

  it('is an offset with its sign', () => {
    expect([formatOffset(20), formatOffset(-3), formatOffset(0)]).to.deep.equal([
      '+20ms',
      '-3ms',
      '+0µs',
    ]);
  });
});

describe('a time', () => {
  it('is shown to the millisecond', () => {
    expect(timeOfDay(DAWN, true)).to.equal('12:03:44.102');
    expect(isoTime(DAWN)).to.equal('2026-11-21T12:03:44.102Z');
  });

  it('is shown as no time when it is none', () => {
    expect(timeOfDay([NaN, 0], true)).to.equal('--:--:--.---');
    expect(timeOfDay([1e18, 0], false)).to.equal('--:--:--.---');
    expect(isoTime([Infinity, 0])).to.equal('');
  });
});

describe('the ruler', () => {
  const cases: [number, number, string][] = [
    [412, 34, '0       100ms   200ms        412ms'],
    [412, 22, '0         200ms  412ms'],
    [60_000, 22, '0          30s  1m 00s'],
    [7_200_000, 44, '0          30m        1h              2h 00m'],
    [0.01, 34, '0     2µs    4µs    6µs       10µs'],
    [0, 34, '0'],
  ];
  for (const [millis, cells, text] of cases) {
    it(`of ${millis} ms in ${cells} cells`, () => {
      expect(ruler({ start: 0, end: millis, cells }, UNICODE)).to.equal(text);
    });
  }

  it('never takes more than its cells', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.nat(70), (end, cells) => {
        expect(ruler({ start: 0, end, cells }, ASCII).length).to.be.at.most(Math.max(1, cells));
      }),
    );
  });
});
