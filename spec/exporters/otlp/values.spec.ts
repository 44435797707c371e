import { expect } from 'chai';
import { readableSpan } from '../../support/readable-spans.js';
import { decodedSpan, decodedValue, ENCODINGS } from './encodings.js';

for (const encoding of ENCODINGS) {
  describe(`OTLP values: ${encoding.name}`, () => {
    const cases: [what: string, value: unknown, expected: object][] = [
      ['a string (E-PB-04)', 'ü € 😀', { stringValue: 'ü € 😀' }],
      ['an empty string (E-PB-04, T-ATTR-03)', '', { stringValue: '' }],
      [
        'what JSON escapes',
        '"\\\n\t\u0000\u007f\u2028',
        { stringValue: '"\\\n\t\u0000\u007f\u2028' },
      ],
      ['a lone high surrogate as U+FFFD', 'a\ud83db', { stringValue: 'a\ufffdb' }],
      [
        'a lone low surrogate in a long text',
        `${'x'.repeat(50)}\ude00`,
        { stringValue: `${'x'.repeat(50)}\ufffd` },
      ],
      ['true', true, { boolValue: true }],
      ['false (E-PB-04)', false, { boolValue: false }],
      ['0 (E-PB-04)', 0, { intValue: 0n }],
      ['an integer (E-JSON-04)', 42, { intValue: 42n }],
      ['a negative integer', -1, { intValue: -1n }],
      ['an integer of more than 32 bits', 2 ** 40 + 5, { intValue: 2n ** 40n + 5n }],
      ['the least safe integer', Number.MIN_SAFE_INTEGER, { intValue: -(2n ** 53n) + 1n }],
      ['an integer that is not safe as a double (E-PB-09)', 2 ** 60, { doubleValue: 2 ** 60 }],
      ['1e300 as a double (E-PB-09)', 1e300, { doubleValue: 1e300 }],
      ['-0 as a double (E-PB-09)', -0, { doubleValue: -0 }],
      ['a fraction', 0.1, { doubleValue: 0.1 }],
      ['NaN (E-JSON-05)', NaN, { doubleValue: NaN }],
      ['Infinity (E-JSON-05)', Infinity, { doubleValue: Infinity }],
      ['-Infinity (E-JSON-05)', -Infinity, { doubleValue: -Infinity }],
      ['the largest int64 as a bigint', 2n ** 63n - 1n, { intValue: 2n ** 63n - 1n }],
      ['the least int64 as a bigint', -(2n ** 63n), { intValue: -(2n ** 63n) }],
      ['a small bigint', 7n, { intValue: 7n }],
      [
        'a bigint beyond int64 as text (T-ATTR-09)',
        2n ** 63n,
        { stringValue: '9223372036854775808' },
      ],
      ['null (T-ATTR-03)', null, {}],
      ['bytes (E-JSON-02)', Uint8Array.of(0, 255, 16), { bytesValue: '00ff10' }],
      ['no bytes', new Uint8Array(), { bytesValue: '' }],
      ['an empty array', [], { arrayValue: [] }],
      ['an empty map', {}, { kvlistValue: [] }],
      [
        'a mixed array with a null in its place (T-ATTR-04)',
        ['a', null, 1, undefined, [false]],
        {
          arrayValue: [
            { stringValue: 'a' },
            {},
            { intValue: 1n },
            {},
            { arrayValue: [{ boolValue: false }] },
          ],
        },
      ],
      [
        'a nested map',
        { a: { b: [1.5] }, gone: undefined, c: null },
        {
          kvlistValue: [
            {
              key: 'a',
              value: { kvlistValue: [{ key: 'b', value: { arrayValue: [{ doubleValue: 1.5 }] } }] },
            },
            { key: 'c', value: {} },
          ],
        },
      ],
    ];

    for (const [what, value, expected] of cases) {
      it(`writes ${what}`, () => {
        expect(decodedValue(encoding, value)).to.deep.equal(expected);
      });
    }

    it('keeps the order of attributes and leaves out those that are undefined', () => {
      const { attributes } = decodedSpan(encoding, { attributes: { z: 1, a: undefined, b: 2 } });
      expect(attributes.map(({ key }) => key)).to.deep.equal(['z', 'b']);
    });

    it('ends a value that contains itself', () => {
      const loop: { self?: unknown } = {};
      loop.self = [loop];
      expect(() => decodedValue(encoding, loop)).to.not.throw();
    });

    it('leaves out a span with a value that has no end', () => {
      const loop: unknown[] = [];
      loop.push(loop, loop);
      const endless = readableSpan({ attributes: { loop } });
      const { resourceSpans } = encoding.decoded([readableSpan({ name: 'good' }), endless]);
      const names = resourceSpans[0]!.scopeSpans[0]!.spans.map(({ name }) => name);
      expect(names).to.deep.equal(['good']);
    });

    it('writes strings of every length, ASCII or not', () => {
      for (const length of [
        1, 14, 15, 16, 17, 42, 43, 100, 127, 128, 1333, 3999, 4000, 4001, 20_000,
      ]) {
        for (const character of ['x', 'é', '€', '😀', '\n', '"']) {
          const text = character.repeat(length);
          expect(decodedValue(encoding, text), `${length} of ${character}`).to.deep.equal({
            stringValue: text,
          });
        }
      }
    });
  });
}
