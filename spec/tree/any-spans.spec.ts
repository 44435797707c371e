import { SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { renderAddendum, renderLogfmt, renderTree } from '../../tree/index.js';
import { show, stripAnsi } from './emulator.js';
import { ORDER } from './scenario.js';
import { spanOf } from './spans.js';
import { STRANGE } from './states.js';

/*
 * Whatever spans come: drawing never throws, never goes beyond the columns, and stays bounded.
 */

/** Letters, controls, escapes, bidi, combining, wide and invisible characters, half surrogates. */
const ODD_TEXTS = [
  'a',
  'GET /x',
  ' ',
  '"',
  '=',
  '\n',
  '\t',
  '\r',
  '\u0000',
  '\u0007',
  '\u009b2J',
  '\u007f',
  '\u001b[2J',
  '\u001b[31m',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://x\u001b\\',
  '\u001b',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u200d',
  '\ufeff',
  '\u00ad',
  '\u2028',
  'e\u0301\u0302',
  '注文',
  '検証',
  '한국',
  'ｆｕｌｌ',
  '👍🏽',
  '👨‍👩‍👧',
  '❤️',
  '🇩🇪',
  '\ud83d',
  '\udc4d',
  'א',
  '\u3000',
];

const text = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.array(fc.constantFrom(...ODD_TEXTS), { maxLength: 60 }).map((parts) => parts.join('')),
);

const id = fc.integer({ min: 0, max: 12 }).map((n) => `id${n}`);
const millis = fc.oneof(
  fc.double({ min: -5, max: 500, noNaN: true }),
  fc.integer({ min: -1000, max: 100_000_000 }),
  fc.constantFrom(0, 1e15, -1e15, Number.MAX_SAFE_INTEGER),
);
const value = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.array(text, { maxLength: 20 }),
);
const key = fc.oneof(
  text,
  fc.constantFrom('http.request.method', 'http.response.status_code', 'url.full', 'error.type'),
  fc.constantFrom('db.system.name', 'db.query.text', 'server.address', 'server.port', 'tenant'),
  fc.constantFrom('exception.type', 'exception.message', 'exception.stacktrace'),
  fc.constantFrom('spantree.foreign.trace_id', 'spantree.foreign.span_id'),
);
const attributes = fc.dictionary(key, value, { maxKeys: 8 });
const absent = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(values, { nil: undefined, freq: 4 });

const sketch = fc
  .record({
    id,
    parent: absent(id),
    remote: fc.boolean(),
    traceId: absent(fc.constantFrom('t1', 't2')),
    service: absent(fc.oneof(text, fc.constantFrom('a', 'b'))),
    name: text,
    kind: fc.constantFrom(
      SpanKind.INTERNAL,
      SpanKind.SERVER,
      SpanKind.CLIENT,
      SpanKind.PRODUCER,
      SpanKind.CONSUMER,
    ),
    from: millis,
    to: absent(millis),
    error: fc.oneof(fc.boolean(), text),
    attributes,
    events: fc.array(
      fc.record({ at: millis, name: fc.oneof(text, fc.constant('exception')), attributes }),
      { maxLength: 7 },
    ),
  })
  .map((sketch) => spanOf(withoutUndefined(sketch)));
const spans = fc.array(sketch, { maxLength: 14 });

const options = fc
  .record({
    columns: fc.integer({ min: 1, max: 220 }),
    color: fc.boolean(),
    unicode: fc.boolean(),
    bars: absent(fc.boolean()),
    hops: fc.constantFrom('split' as const, 'merged' as const),
    ids: fc.boolean(),
    attributes: fc.constantFrom('default' as const, 'all' as const),
    utc: fc.boolean(),
  })
  .map((options) => withoutUndefined(options));

describe('any spans', () => {
  it('are drawn without an error, within the columns, in bounded output', async () => {
    await fc.assert(
      fc.asyncProperty(spans, options, async (spans, options) => {
        const lines = renderTree(spans, options);
        expectSafe(lines);
        expect(lines.length).to.be.at.most(5 + spans.length * 60);
        const { rows, wrapped } = await show(lines, options.columns);
        expect(wrapped, 'wrapped lines').to.equal(0);
        expect(rows).to.deep.equal(lines.map((line) => stripAnsi(line).trimEnd()));
      }),
      { numRuns: 100 },
    );
  });

  it('are drawn as late spans in the same way', async () => {
    await fc.assert(
      fc.asyncProperty(spans, spans, millis, options, async (printed, late, by, options) => {
        const lines = renderAddendum(printed, late, by, options);
        expectSafe(lines);
        const { wrapped } = await show(lines, options.columns);
        expect(wrapped, 'wrapped lines').to.equal(0);
      }),
      { numRuns: 40 },
    );
  });

  it('keep to printable ASCII when there is no Unicode', () => {
    fc.assert(
      fc.property(spans, options, (spans, options) => {
        for (const line of renderTree(spans, { ...options, unicode: false, color: false })) {
          expect(line).to.match(/^[ -~]*$/);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('all have their row, each of them once', () => {
    fc.assert(
      fc.property(fc.array(sketch, { minLength: 1, maxLength: 12 }), (spans) => {
        const distinct = spans.map((span, i) => withId(span, `s${i}`, `s${(i * 7) % 13}`));
        const lines = renderTree(distinct, { columns: 200, ids: true });
        for (let i = 0; i < distinct.length; i++) {
          const rows = lines.filter((line) => line.includes(`op-${i}-`));
          expect(rows.filter((row) => row.includes(` s${i} `))).to.have.lengthOf(1);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('become one line of logfmt each', () => {
    fc.assert(
      fc.property(sketch, (span) => {
        const line = renderLogfmt(span, 1);
        expectSafe([line]);
        expect(line).to.match(/^(?:[a-z_]+=(?:[^\s"=]+|"(?:[^"\\]|\\.)*")(?: |$))+$/u);
        expect(line.length).to.be.below(2000);
      }),
    );
  });
});

describe('the colours', () => {
  const cases: [string, readonly ReadableSpan[]][] = [
    ['an error', ORDER],
    ['strange states', STRANGE],
  ];
  for (const [name, spans] of cases) {
    it(`change no cell but the brackets around services: ${name}`, () => {
      const plain = renderTree(spans, { columns: 200 }).map(squeeze);
      const coloured = renderTree(spans, { columns: 200, color: true }).map(stripAnsi).map(squeeze);
      expect(coloured).to.deep.equal(plain);
    });
  }
});

/** No control or bidi character but those of our own sequences, and no line break. */
function expectSafe(lines: readonly string[]): void {
  for (const line of lines) {
    expect(stripAnsi(line)).not.to.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
  }
}

/** The line without brackets, and without the room they take. */
function squeeze(line: string): string {
  return line
    .replace(/\[([\w-]+)\]/, '$1')
    .replace(/ +/g, ' ')
    .trim();
}

function withId(span: ReadableSpan, spanId: string, parentSpanId: string): ReadableSpan {
  const context = { traceId: 't', spanId, traceFlags: 1 };
  const { parentSpanContext: _, parentSpanId: __, ...rest } = span;
  const name = `op-${spanId.slice(1)}-`;
  const attributes = {};
  return { ...rest, name, attributes, parentSpanId, events: [], spanContext: () => context };
}

/** What `exactOptionalPropertyTypes` asks for: an absent option is no property. */
type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(record: T): Present<T> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Present<T>;
}
