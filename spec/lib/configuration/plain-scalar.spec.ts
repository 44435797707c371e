import { expect } from 'chai';
import fc from 'fast-check';
import { parse } from 'yaml';
import { plainScalar } from '../../../lib/configuration/plain-scalar.js';

describe('an unquoted value (D-03)', () => {
  for (const [text, value] of [
    ['', null],
    ['~', null],
    ['NULL', null],
    ['nUll', 'nUll'],
    ['True', true],
    ['FALSE', false],
    ['yes', 'yes'],
    ['on', 'on'],
    ['012', 12],
    ['0o17', 15],
    ['-0x1', '-0x1'],
    ['1e3', 1000],
    ['.5', 0.5],
    ['5.', 5],
    ['1_000', '1_000'],
    ['-.INF', -Infinity],
    ['2026-11-21', '2026-11-21'],
    [' 512\n', 512],
    [' a ', ' a '],
  ] as const) {
    it(`reads ${JSON.stringify(text)} as ${String(value)}, by the core schema`, () => {
      expect(plainScalar(text)).to.equal(value);
    });
  }

  it('reads no number as one that is none', () => {
    expect(plainScalar('.nan')).to.satisfy(Number.isNaN);
  });

  it('reads what the YAML parser reads', () => {
    const characters = fc.constantFrom(
      ...Array.from('0123456789abcdefx.o+-eEinfINFtrueFALSE~nul_'),
    );
    fc.assert(
      fc.property(fc.string({ unit: characters, minLength: 1 }), (text) => {
        if (/^(-|---|\.\.\.)$/.test(text)) return;
        expect(plainScalar(text)).to.deep.equal(parse(text, { version: '1.2', schema: 'core' }));
      }),
      { numRuns: 1000 },
    );
  });
});
