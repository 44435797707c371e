import { expect } from 'chai';
import * as fc from 'fast-check';
import { table } from '../../propagators/header.js';
import {
  percentDecoded,
  percentEncoded,
  strictlyDecoded,
  utf8Length,
} from '../../propagators/percent.js';

const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('%', '%20', '%2f', '%C3%A9', '%G0', '%0', 'a', '/', ' '),
    fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)),
  ),
  maxLength: 30,
});

describe('percent-encoding', () => {
  it('is decoded as by the engine, which throws where there is none', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let expected: string | undefined;
        try {
          expected = decodeURIComponent(text);
        } catch {
          expected = undefined;
        }
        expect(strictlyDecoded(text)).to.equal(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('is decoded in a part of a text as in that part alone', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (before, part, after) => {
        const from = before.length;
        const text = before + part + after;
        expect(strictlyDecoded(text, from, from + part.length)).to.equal(strictlyDecoded(part));
        expect(percentDecoded(text, from, from + part.length)).to.equal(percentDecoded(part));
      }),
      { numRuns: 2000 },
    );
  });

  it('is written as by the engine, for the characters that it writes so', () => {
    const unreserved = table(/[\w\-.!~*'()]/);
    fc.assert(
      fc.property(anyText, (text) => {
        const expected = encodeURIComponent(text.toWellFormed());
        expect(percentEncoded(text, unreserved)).to.equal(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it('takes what is no text for its text', () => {
    expect(percentEncoded(42.5, table(/\d/))).to.equal('42%2E5');
  });
});

describe('utf8Length', () => {
  it('is the length that a text has when it is encoded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, from) => {
        const part = text.slice(from).toWellFormed();
        expect(utf8Length(part)).to.equal(Buffer.byteLength(part));
        expect(utf8Length(`${text.slice(0, from)}${part}`, text.length - part.length)).to.equal(
          Buffer.byteLength(part),
        );
      }),
    );
  });
});
