import { expect } from 'chai';
import * as fc from 'fast-check';
import { PIECE_MARGIN } from '../../../exporters/otlp/piece.js';
import { isPlainJson, Stage } from '../../../exporters/otlp/stage.js';

describe('Stage', () => {
  const stage = new Stage();

  it('holds what is ASCII, a byte for each character, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\0', '~', '\u007f', 'é', '😀', '\ud83d') }),
        (text) => {
          const isAscii = Array.from(text).every((character) => character <= '\u007f');
          expect(stage.put(text)).to.equal(isAscii ? text.length : 0);
          if (isAscii) {
            const bytes = stage.bytes.subarray(0, text.length);
            expect(Buffer.from(bytes).toString('latin1')).to.equal(text);
          }
        },
      ),
    );
  });

  it('has the same bytes behind a margin', () => {
    stage.put('abc');
    expect(stage.view.getUint8(PIECE_MARGIN)).to.equal(0x61);
  });

  it('holds nothing that is long', () => {
    expect(stage.put('x'.repeat(8192))).to.equal(8192);
    expect(stage.put('x'.repeat(8193))).to.equal(0);
  });

  it('looks for what JSON escapes between two places alone', () => {
    stage.put('"plain"');
    expect(stage.isPlainJson(1, 6)).to.equal(true);
    expect(stage.isPlainJson(0, 6)).to.equal(false);
    expect(stage.isPlainJson(1, 7)).to.equal(false);
  });
});

describe('isPlainJson', () => {
  const anyAscii = fc.string({
    unit: fc.oneof(
      fc.constant('a'),
      fc.nat({ max: 127 }).map((code) => String.fromCharCode(code)),
    ),
    maxLength: 40,
  });

  it('tells whether JSON escapes any character', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9 }), anyAscii, (before, text) => {
        const bytes = Buffer.from(`${'"'.repeat(before)}${text}"`, 'latin1');
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const needsNoEscape = JSON.stringify(text).length === text.length + 2;
        expect(isPlainJson(view, before, text.length)).to.equal(needsNoEscape);
      }),
      { numRuns: 2000 },
    );
  });
});
