import type { Attributes } from '@opentelemetry/api';

/*
 * Attribute values of every kind, each written three times by hand: as a program sets it, as OTLP's JSON
 * says it, and as the text that stands for it in Zipkin. What comes back from a peer is held against
 * these, not against anything that the exporters made.
 */

/** A value in OTLP's JSON form. */
export interface AnyValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string;
  readonly doubleValue?: number | string;
  readonly bytesValue?: string;
  readonly arrayValue?: { readonly values: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values: readonly { key: string; value: AnyValue }[] };
}

/** What is set, what OTLP says, what Zipkin says. */
export type Value = readonly [set: unknown, otlp: AnyValue, zipkin: string];

/** Attributes by name. */
export type Values = Readonly<Record<string, Value>>;

/** Every kind of value, but for numbers that JSON has no form for. */
export const EVERY_KIND: Values = {
  text: ['plain', { stringValue: 'plain' }, 'plain'],
  'text.unicode': [
    'naïve 🌳 \u0000 "quoted"\n',
    { stringValue: 'naïve 🌳 \u0000 "quoted"\n' },
    'naïve 🌳 \u0000 "quoted"\n',
  ],
  'text.long': ['é'.repeat(5000), { stringValue: 'é'.repeat(5000) }, 'é'.repeat(5000)],
  'text.empty': ['', { stringValue: '' }, ''],
  yes: [true, { boolValue: true }, 'true'],
  no: [false, { boolValue: false }, 'false'],
  zero: [0, { intValue: '0' }, '0'],
  'zero.negative': [-0, { doubleValue: -0 }, '-0'],
  int: [42, { intValue: '42' }, '42'],
  'int.negative': [-7, { intValue: '-7' }, '-7'],
  'int.large': [2 ** 53 - 1, { intValue: '9007199254740991' }, '9007199254740991'],
  double: [0.1, { doubleValue: 0.1 }, '0.1'],
  'double.large': [1e300, { doubleValue: 1e300 }, '1e+300'],
  bytes: [new Uint8Array([1, 2, 255]), { bytesValue: 'AQL/' }, 'AQL/'],
  nothing: [null, {}, ''],
  texts: [
    ['a', 'ü'],
    { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: 'ü' }] } },
    '["a","ü"]',
  ],
  ints: [[1, -2], { arrayValue: { values: [{ intValue: '1' }, { intValue: '-2' }] } }, '[1,-2]'],
  doubles: [
    [0.5, 1.5],
    { arrayValue: { values: [{ doubleValue: 0.5 }, { doubleValue: 1.5 }] } },
    '[0.5,1.5]',
  ],
  bools: [
    [true, false],
    { arrayValue: { values: [{ boolValue: true }, { boolValue: false }] } },
    '[true,false]',
  ],
  'list.empty': [[], { arrayValue: { values: [] } }, '[]'],
  mixed: [
    [1, 'a', null],
    { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'a' }, {}] } },
    '[1,"a",null]',
  ],
  map: [
    { a: 1, b: [true], c: { d: 'e' } },
    {
      kvlistValue: {
        values: [
          { key: 'a', value: { intValue: '1' } },
          { key: 'b', value: { arrayValue: { values: [{ boolValue: true }] } } },
          {
            key: 'c',
            value: { kvlistValue: { values: [{ key: 'd', value: { stringValue: 'e' } }] } },
          },
        ],
      },
    },
    '{"a":1,"b":[true],"c":{"d":"e"}}',
  ],
  // Half a character, which UTF-8 has none for.
  'surrogate.lone': ['a\ud800b', { stringValue: 'a\ufffdb' }, 'a\ufffdb'],
};

/** Numbers that JSON has no form for: OTLP writes them as text. */
export const NOT_FINITE: Values = {
  'double.nan': [NaN, { doubleValue: 'NaN' }, 'NaN'],
  'double.infinity': [Infinity, { doubleValue: 'Infinity' }, 'Infinity'],
  'double.negative': [-Infinity, { doubleValue: '-Infinity' }, '-Infinity'],
};

/** The values as a program sets them; the API's types do not know all kinds yet. */
export function asSet(values: Values): Attributes {
  return column(values, ([set]) => set);
}

export function asOtlp(values: Values): Record<string, AnyValue> {
  return column(values, ([, otlp]) => otlp);
}

export function asZipkin(values: Values): Record<string, string> {
  return column(values, ([, , zipkin]) => zipkin);
}

function column<T>(values: Values, pick: (value: Value) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, pick(value)]));
}
