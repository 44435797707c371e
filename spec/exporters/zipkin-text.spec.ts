import { expect } from 'chai';
import * as fc from 'fast-check';
import { attributesJson, attributeText, jsonText } from '../../exporters/zipkin-text.js';

describe('attributes as text (T-ATTR-11)', () => {
  const bytes = new Uint8Array([0, 255, 16]);
  const cases: [value: unknown, alone: string, inJson: string][] = [
    ['text "quoted"', 'text "quoted"', '"text \\"quoted\\""'],
    ['', '', '""'],
    [true, 'true', 'true'],
    [false, 'false', 'false'],
    [42, '42', '42'],
    [1.5, '1.5', '1.5'],
    [-0, '-0', '-0'],
    [1e300, '1e+300', '1e+300'],
    [Number.NaN, 'NaN', '"NaN"'],
    [Infinity, 'Infinity', '"Infinity"'],
    [-Infinity, '-Infinity', '"-Infinity"'],
    [2n ** 62n, '4611686018427387904', '4611686018427387904'],
    [2n ** 70n, '1180591620717411303424', '"1180591620717411303424"'],
    [bytes, 'AP8Q', '"AP8Q"'],
    [null, '', 'null'],
    [[], '[]', '[]'],
    [[1, null, 'a', [true]], '[1,null,"a",[true]]', '[1,null,"a",[true]]'],
    [{}, '{}', '{}'],
    [
      { a: Number.NaN, b: { c: bytes } },
      '{"a":"NaN","b":{"c":"AP8Q"}}',
      '{"a":"NaN","b":{"c":"AP8Q"}}',
    ],
  ];
  for (const [value, alone, inJson] of cases) {
    it(`${alone || JSON.stringify(value)} alone, ${inJson} in JSON`, () => {
      expect(attributeText(value)).to.equal(alone);
      expect(attributeText([value])).to.equal(`[${inJson}]`);
      expect(attributesJson({ key: value })).to.equal(`{"key":${inJson}}`);
    });
  }

  it('leaves out what is undefined', () => {
    expect(attributesJson({ a: undefined, b: 1 })).to.equal('{"b":1}');
  });

  it('is what JSON has for all that JSON knows', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (map) => {
        const negative = (text: string): string => text.replaceAll('-0', '0');
        expect(negative(attributesJson(map))).to.equal(negative(JSON.stringify(map)));
      }),
    );
  });

  it('ends for values that contain themselves', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(attributeText(loop)).to.match(/^\[{100}null\]{100}$/);
    loop.push(loop);
    expect(() => attributeText(loop)).to.throw(RangeError);
  });

  it('has U+FFFD for half of a surrogate pair, in names and values', () => {
    expect(attributeText(['a\ud800b', '\udfff', '🌳'])).to.equal('["a\ufffdb","\ufffd","🌳"]');
    expect(attributesJson({ '\ud83c': 1 })).to.equal('{"\ufffd":1}');
  });

  it('leaves text alone that looks like an escape', () => {
    expect(JSON.parse(jsonText('\\ud800 \\\ud800 \u0001d800'))).to.equal(
      '\\ud800 \\\ufffd \u0001d800',
    );
  });

  it('is the well-formed text, for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('\\', 'u', 'd', '8', '0', '\ud800', '🌳') }),
        (text) => {
          expect(JSON.parse(jsonText({ text }))).to.deep.equal({
            text: Buffer.from(text).toString(),
          });
        },
      ),
    );
  });
});
