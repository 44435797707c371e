import fc from 'fast-check';
import type { Headers } from './carry.js';

/*
 * Headers: good ones, from parts that are mostly good, and good ones that have been tampered with. Lists stay below the
 * lengths at which SDKs may cut them.
 */

function often<T>(good: fc.Arbitrary<T>, ...bad: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 6, arbitrary: good }, fc.constantFrom(...bad));
}

const ids = fc.constantFrom('0af7651916cd43dd8448eb211c80319c', '00000000000000008448eb211c80319c');
const traceId = often(
  ids,
  '0'.repeat(32),
  'g'.repeat(32),
  'A'.repeat(32),
  '8448eb211c80319c',
  'abc',
  '',
);
const spanId = often(
  fc.constantFrom('b7ad6b7169203331', '00f067aa0ba902b7'),
  '0'.repeat(16),
  'B'.repeat(16),
  'b7',
  '',
);
const ows = often(fc.constant(''), ' ', '  ', '\t', ' \t ', '\u00a0');

/** One character taken out, put in or put in the place of another. */
function tamperedWith(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const character = fc.constantFrom(...'-0aF,;=% \t~:.é'.split(''));
  return fc.tuple(text, fc.nat(), character, fc.nat({ max: 1 })).map(([whole, at, put, taken]) => {
    const place = at % (whole.length + 1);
    return whole.slice(0, place) + put + whole.slice(place + taken);
  });
}

function header(text: fc.Arbitrary<string>): fc.Arbitrary<string | string[]> {
  return fc.oneof(
    { weight: 6, arbitrary: text },
    { weight: 2, arbitrary: tamperedWith(text) },
    fc.array(text, { maxLength: 2 }),
    fc.constant(''),
  );
}

const traceparent = fc
  .tuple(
    ows,
    often(fc.constant('00'), 'cc', 'ff', '0', 'CC'),
    traceId,
    spanId,
    often(fc.constantFrom('00', '01', '02', '03'), '13', 'ff', '1', '0A'),
    often(fc.constant(''), '-', '-more', '.'),
    ows,
  )
  .map(([before, version, trace, span, flags, more, after]) =>
    [`${before}${version}`, trace, span, `${flags}${more}${after}`].join('-'),
  );

const member = fc
  .tuple(
    ows,
    often(
      fc.constantFrom('a', 'b', 'c', 'vendor', 'tenant@sys', 'a_-*/1'),
      '0foo',
      'foo@',
      'a@@b',
      '@a',
      'A',
      'a.b',
      '',
    ),
    often(fc.constantFrom('1', 'x y', ' x', 'a:b;c', '~!'), '', 'é', 'a\tb'),
    ows,
  )
  .map(([before, key, value, after]) => `${before}${key}=${value}${after}`);
const tracestate = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(often(member, '', ' ', 'x'), { maxLength: 4 }).map((all) => all.join(',')),
  },
  fc
    .integer({ min: 31, max: 34 })
    .map((count) => Array.from({ length: count }, (_, i) => `k${i}=v`).join(',')),
);

const baggageMember = fc
  .tuple(
    often(fc.constant(''), ' ', '\t'),
    often(fc.constantFrom('a', 'user', 'a.b', 'x-y', 'A', '!#$'), 'a b', 'a%20b', 'é', '', '"q"'),
    often(fc.constant('='), ' = ', '==', ''),
    often(
      fc.constantFrom('1', 'text', 'a%20b', '%F0%9F%98%80', "a:b/c?d#'()*", '%41'),
      '',
      '%FF',
      '%',
      '%zz',
      'é',
      'a b',
      '"q"',
    ),
    often(fc.constant(''), ';p', '; p=1 ; q ', ';', '; '),
  )
  .map((parts) => parts.join(''));
const baggage = fc
  .array(often(baggageMember, '', 'x'), { maxLength: 4 })
  .map((all) => all.join(','));

const b3 = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(
        often(fc.constant(''), 'x', ' '),
        traceId,
        spanId,
        often(fc.constantFrom('', '-1', '-0', '-d'), '-', '-2', '-true'),
        often(fc.constant(''), '-00f067aa0ba902b7', '-zz', 'zz'),
      )
      .map(([before, trace, span, state, after]) => `${before}${trace}-${span}${state}${after}`),
  },
  fc.constantFrom('0', '1', 'd', 'x'),
);

const jaeger = fc
  .tuple(
    traceId,
    spanId,
    often(fc.constant('0'), '00f067aa0ba902b7', ''),
    often(fc.constantFrom('0', '1', '00', '01'), '2', '3', '09', 'zz', '', '001'),
    often(fc.constant(':'), '%3A', '%zz'),
  )
  .map(([trace, span, parent, flags, colon]) => [trace, span, parent, flags].join(colon));
const jaegerValue = often(
  fc.constantFrom('1', 'text', 'a%20b', '%F0%9F%98%80'),
  '',
  '%FF',
  '%',
  'é',
);

function named(
  headers: Record<string, fc.Arbitrary<string | string[]>>,
  requiredKeys: string[] = [],
): fc.Arbitrary<Headers> {
  return fc.record(headers, { requiredKeys }).map((all) => all as Headers);
}

/** The headers of W3C, in either case. */
export const w3cHeaders: fc.Arbitrary<Headers> = fc.oneof(
  named(
    { traceparent: header(traceparent), tracestate: header(tracestate), baggage: header(baggage) },
    ['traceparent'],
  ),
  named(
    {
      traceparent: ids.map((id) => `00-${id}-b7ad6b7169203331-01`),
      tracestate: header(tracestate),
      baggage: header(baggage),
    },
    ['traceparent', 'tracestate'],
  ),
  named({ Traceparent: traceparent, TraceState: tracestate, Baggage: baggage }),
);

export const b3Headers: fc.Arbitrary<Headers> = named({
  b3: header(b3),
  'x-b3-traceid': header(traceId),
  'x-b3-spanid': header(spanId),
  'x-b3-sampled': header(
    often(fc.constantFrom('0', '1', 'true', 'false'), 'True', 'd', '', '-', '2'),
  ),
  'x-b3-flags': header(often(fc.constantFrom('1', '0'), '', 'd')),
  'x-b3-parentspanid': header(spanId),
});

export const jaegerHeaders: fc.Arbitrary<Headers> = named({
  'uber-trace-id': header(jaeger),
  'uberctx-a': header(jaegerValue),
  'uberctx-b.c': jaegerValue,
});
