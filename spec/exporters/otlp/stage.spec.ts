import { expect } from 'chai';
import * as fc from 'fast-check';
import { PIECE_MARGIN } from '../../../exporters/otlp/piece.js';
import { Stage } from '../../../exporters/otlp/stage.js';

describe('Stage', () => {
  const stage = new Stage();

  it('takes what is ASCII, a byte for each character, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\0', '~', '\u007f', 'é', '😀', '\ud83d') }),
        (text) => {
          const isAscii = Array.from(text).every((character) => character <= '\u007f');
          expect(stage.take(text)).to.equal(isAscii);
          if (isAscii) {
            const bytes = stage.bytes.subarray(0, text.length);
            expect(Buffer.from(bytes).toString('latin1')).to.equal(text);
          }
        },
      ),
    );
  });

  it('has the same bytes behind a margin', () => {
    stage.take('abc');
    expect(stage.view.getUint8(PIECE_MARGIN)).to.equal(0x61);
  });

  it('takes nothing that is long', () => {
    expect(stage.take('x'.repeat(4097))).to.equal(false);
  });

  it('tells whether JSON escapes any character', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.oneof(
            fc.constant('a'),
            fc.nat({ max: 127 }).map((code) => String.fromCharCode(code)),
          ),
          maxLength: 40,
        }),
        (text) => {
          stage.take(text);
          const isPlain = JSON.stringify(text).length === text.length + 2;
          expect(stage.isPlainJson(text.length)).to.equal(isPlain);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('does not look at what was there before', () => {
    stage.take('"""""""""""');
    stage.take('plain');
    expect(stage.isPlainJson(5)).to.equal(true);
  });
});
