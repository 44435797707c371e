import fc from 'fast-check';
import { ODD, THROWING_ATTRIBUTES, THROWN } from './odd.js';
import type { AttributesData, ContextData, LinkData, OptionsData, Place, Step } from './program.js';
import { READING_STEP } from './shown.js';

/*
 * Parts of programs. Names and keys are few, so that they meet again; numbers of spans are small, so that calls go to the
 * same ones.
 */

export const number = fc.nat({ max: 3 });
const word = fc.constantFrom('a', 'b', 'c', 'd');
export const key = fc.oneof({ weight: 12, arbitrary: word }, fc.constantFrom('', '__proto__', 'é'));
const text = fc.oneof(
  fc.constantFrom('', 'x', 'text', '😀', 'a😀b😀c', '\ud83d'),
  fc.string({ maxLength: 6 }),
);
const plain = fc.oneof(text, fc.boolean(), fc.integer(), fc.double());

/** Values that every SDK keeps. */
export const plainValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: plain },
  fc.array(fc.option(text), { maxLength: 3 }),
  fc.array(fc.integer(), { maxLength: 3 }),
  fc.array(fc.boolean(), { maxLength: 3 }),
);

const { anything } = fc.letrec<{ anything: unknown }>((tie) => ({
  anything: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    plain,
    fc.constant(null),
    fc.array(tie('anything'), { maxLength: 3 }),
    fc.dictionary(word, tie('anything'), { maxKeys: 3 }),
  ),
}));

/** Values of all kinds that are kept, whole or as what they say. */
export const keptValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: plainValue },
  { weight: 2, arbitrary: anything },
  fc.constantFrom(null, undefined, ['x', undefined], ...words((kept) => typeof kept !== 'symbol')),
);

/** All values, those too that cannot be kept. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: keptValue },
  fc.constantFrom(...words((kept) => typeof kept === 'symbol')),
);

function words(choose: (kept: unknown) => boolean): string[] {
  return Object.keys(ODD).filter((odd) => choose(ODD[odd]!.kept));
}

export function attributesOf(
  value: fc.Arbitrary<unknown>,
  maxKeys = 4,
): fc.Arbitrary<AttributesData> {
  return fc
    .uniqueArray(fc.tuple(key, value), { maxLength: maxKeys, selector: ([name]) => name })
    .map((entries) => Object.fromEntries(entries));
}

/** Without the key that counts as dropped, too: for spans whose limits count. */
export function countedAttributesOf(
  value: fc.Arbitrary<unknown>,
  maxKeys = 5,
): fc.Arbitrary<AttributesData> {
  return fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e', '__proto__'), value, { maxKeys });
}

export const anyAttributes: fc.Arbitrary<AttributesData> = fc.oneof(
  { weight: 12, arbitrary: attributesOf(anyValue) },
  fc.constantFrom(null, undefined, 'text', THROWING_ATTRIBUTES),
);

/** Times far from now, readings of the monotonic clock, and what is no time. */
export const validTime: fc.Arbitrary<unknown> = fc.oneof(
  fc.double({ min: 1e9, max: 1.5e12, noNaN: true }),
  fc.integer({ min: 1e10, max: 1.5e12 }),
  fc.double({ min: 4e12, max: 1.8e13, noNaN: true }),
  fc.integer({ min: 0, max: 5 }).map((n) => n * READING_STEP),
  fc.integer({ min: 0, max: 1.5e12 }).map((date) => ({ date })),
  fc.tuple(fc.integer({ min: 0, max: 1.5e9 }), fc.integer({ min: 0, max: 999_999_999 })),
);
export const invalidTime: fc.Arbitrary<unknown> = fc.constantFrom(
  null,
  NaN,
  Infinity,
  -1,
  1e20,
  { date: NaN },
  { date: -1 },
  'now',
  [1],
  [1, 2, 3],
  [-1, 0],
  [1, 1e9],
  [1.5, 0],
  ['1', '2'],
  {},
  true,
);
export const anyTime: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: validTime },
  fc.constant(undefined),
  invalidTime,
);

const ids = fc.record({
  traceId: fc.constantFrom('a'.repeat(32), `0${'1'.repeat(31)}`),
  spanId: fc.constantFrom('b'.repeat(16), `0${'2'.repeat(15)}`),
});
const wrongIds = fc.constantFrom(
  { traceId: '0'.repeat(32), spanId: 'b'.repeat(16) },
  { traceId: 'a'.repeat(32), spanId: '0'.repeat(16) },
  { traceId: '', spanId: 'b'.repeat(16) },
  { traceId: 'g'.repeat(32), spanId: 'b'.repeat(16) },
  { traceId: 'a'.repeat(31), spanId: 'b'.repeat(16) },
);

/** Span contexts from elsewhere, some of which lead nowhere. */
export const foreign: fc.Arbitrary<ContextData> = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: ids }, wrongIds),
    fc.record(
      {
        traceFlags: fc.integer({ min: 0, max: 3 }),
        isRemote: fc.boolean(),
        traceState: fc.constantFrom('a=1', 'a=1,b=2'),
      },
      { requiredKeys: ['traceFlags'] },
    ),
  )
  .map(([parts, others]) => ({ ...parts, ...others }));

export function linkOf(attributes: fc.Arbitrary<AttributesData>): fc.Arbitrary<LinkData> {
  return fc.record(
    { to: fc.oneof(fc.record({ span: number }), foreign), attributes },
    { requiredKeys: ['to'] },
  );
}

export const anyLink: fc.Arbitrary<LinkData | null> = fc.oneof(
  { weight: 8, arbitrary: linkOf(anyAttributes) },
  fc.constant(null),
);

export const place: fc.Arbitrary<Place> = fc.oneof(
  fc.constantFrom<Place>('active', 'root'),
  fc.record({ span: number }),
  fc.record({ remote: foreign }),
);

export const name: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('GET', 'work', '', 'é😀') },
  fc.constantFrom<unknown>(undefined, null, 5, true),
);

export const anyOptions: fc.Arbitrary<OptionsData | null> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record(
      {
        kind: fc.oneof(
          { weight: 4, arbitrary: fc.integer({ min: 0, max: 4 }) },
          fc.constantFrom<unknown>(undefined, null, 9, '1'),
        ),
        root: fc.boolean(),
        attributes: anyAttributes,
        links: fc.array(anyLink, { maxLength: 3 }),
        startTime: anyTime,
      },
      { requiredKeys: [] },
    ),
  },
  fc.constant(null),
);

export const exception: fc.Arbitrary<string> = fc.constantFrom(...Object.keys(THROWN));

const status = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        code: fc.oneof(
          { weight: 6, arbitrary: fc.integer({ min: 0, max: 2 }) },
          fc.constantFrom<unknown>(7, undefined, '2'),
        ),
        message: fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom('no', 'broken', '') },
          fc.constantFrom<unknown>(null, undefined, 5, {}),
        ),
      },
      { requiredKeys: ['code'] },
    ),
  },
  fc.constantFrom(null, undefined),
);

/** Any call on a span. */
export const use: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('look' as const), span: number }),
  fc.record({
    do: fc.constant('setAttribute' as const),
    span: number,
    key: fc.oneof({ weight: 12, arbitrary: key }, fc.constantFrom<unknown>(undefined, null, 5)),
    value: anyValue,
  }),
  fc.record({ do: fc.constant('setAttributes' as const), span: number, attributes: anyAttributes }),
  fc.record(
    {
      do: fc.constant('addEvent' as const),
      span: number,
      name,
      attributes: anyAttributes,
      time: anyTime,
    },
    { requiredKeys: ['do', 'span', 'name'] },
  ),
  fc.record({
    do: fc.constant('addEvent' as const),
    span: number,
    name,
    times: fc.oneof(
      fc.tuple(validTime),
      fc.tuple(invalidTime.filter((time) => typeof time === 'number')),
      fc.tuple(validTime, validTime),
    ),
  }),
  fc.record({ do: fc.constant('addLink' as const), span: number, link: anyLink }),
  fc.record({
    do: fc.constant('addLinks' as const),
    span: number,
    links: fc.array(anyLink, { maxLength: 3 }),
  }),
  fc.record(
    {
      do: fc.constant('recordException' as const),
      span: number,
      thrown: exception,
      time: anyTime,
      more: attributesOf(plainValue),
    },
    { requiredKeys: ['do', 'span', 'thrown'] },
  ),
  fc.record({ do: fc.constant('setStatus' as const), span: number, status }),
  fc.record({ do: fc.constant('updateName' as const), span: number, name }),
  fc.record({ do: fc.constant('end' as const), span: number }),
);

/** Starts of spans with options of all kinds. */
export const start: fc.Arbitrary<Step> = fc.record(
  { do: fc.constant('start' as const), tracer: number, name, options: anyOptions, at: place },
  { requiredKeys: ['do', 'tracer', 'name'] },
);

/** Steps between the start of a span and the end of all. */
export function between(steps: fc.Arbitrary<readonly Step[]>): fc.Arbitrary<Step[]> {
  return steps.map((some) => [...some, ...[0, 1, 2, 3].map((span): Step => ({ do: 'end', span }))]);
}
