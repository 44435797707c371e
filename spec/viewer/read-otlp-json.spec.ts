import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { encodeTracesJson } from '../../exporters/otlp/json.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { renderTree } from '../../tree/index.js';
import { readTraces } from '../../viewer/read-otlp-json.js';
import {
  anySpans,
  expectedAttributes,
  expectedSpan,
  wellFormed,
} from '../exporters/otlp/any-span.js';

const TRACE_ID = '5b8efff798038103d269b633813fc60c';
const SPAN_ID = 'eee19b7ec3c1b174';

/** The one span of a document around these members. */
function read(members: object): ReadableSpan {
  const span = { traceId: TRACE_ID, spanId: SPAN_ID, ...members };
  return onlyOne({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
}

function onlyOne(document: unknown): ReadableSpan {
  const { spans, invalid } = readTraces(document)!;
  expect([spans.length, invalid]).to.deep.equal([1, 0]);
  return spans[0]!;
}

/** Objects for lists of pairs: keys that lone surrogates make equal are one. */
function unordered(value: unknown): unknown {
  if (!Array.isArray(value)) {
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unordered(item)]));
  }
  const items = value as { key?: string; value?: unknown }[];
  const isMap = items.length > 0 && items.every((item) => typeof item?.key === 'string');
  if (!isMap) return items.map(unordered);
  return new Map(items.map((item) => [item.key, unordered(item.value)]));
}

describe('OTLP JSON, read', () => {
  it('any spans: encoded, read and equal', () => {
    fc.assert(
      fc.property(anySpans, (spans) => {
        const found = readTraces(JSON.parse(encodeTracesJson(spans)))!;
        expect(found.invalid).to.equal(0);
        expect(found.spans).to.have.length(spans.length);
        for (const span of spans) {
          const id = span.spanContext().spanId.toLowerCase();
          const same = found.spans.find((one) => one.spanContext().spanId === id)!;
          expect(unordered(expectedSpan(same))).to.deep.equal(unordered(expectedSpan(span)));
          expect(unordered(expectedAttributes(same.resource.attributes))).to.deep.equal(
            unordered(expectedAttributes(span.resource.attributes)),
          );
          expect(same.resource.schemaUrl ?? '').to.equal(wellFormed(span.resource.schemaUrl ?? ''));
          const { instrumentationScope: scope } = span;
          expect(same.instrumentationScope.name).to.equal(wellFormed(scope.name));
          expect(same.instrumentationScope.version ?? '').to.equal(wellFormed(scope.version ?? ''));
          expect(unordered(expectedAttributes(same.instrumentationScope.attributes))).to.deep.equal(
            unordered(expectedAttributes(scope.attributes)),
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  it('any JSON with the right names in the wrong places: never throws, and can be drawn', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        const found = readTraces(JSON.parse(JSON.stringify(document) ?? 'null'));
        renderTree(found?.spans ?? []);
      }),
      { numRuns: 500 },
    );
  });

  it('reads the example of the OTLP repository', () => {
    const span = onlyOne(JSON.parse(EXAMPLE));
    expect(span.resource.attributes).to.deep.equal({ 'service.name': 'my.service' });
    expect(span.instrumentationScope).to.deep.include({
      name: 'my.library',
      version: '1.0.0',
      attributes: { 'my.scope.attribute': 'some scope attribute' },
    });
    expect(span).to.deep.include({
      name: "I'm a server span",
      kind: SpanKind.SERVER,
      parentSpanId: 'eee19b7ec3c1b173',
      startTime: [1544712660, 0],
      endTime: [1544712661, 0],
      duration: [1, 0],
      attributes: { 'my.span.attr': 'some value' },
      ended: true,
    });
    expect(span.spanContext()).to.deep.equal({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
    });
  });

  it('reads enums as numbers, as text and as names (E-JSON-03)', () => {
    for (const kind of [3, '3', 'SPAN_KIND_CLIENT']) {
      expect(read({ kind }).kind).to.equal(SpanKind.CLIENT);
    }
    for (const kind of [0, 9, 'SPAN_KIND_UNSPECIFIED', 'toString', null, {}]) {
      expect(read({ kind }).kind).to.equal(SpanKind.INTERNAL);
    }
    for (const code of [2, '2', 'STATUS_CODE_ERROR']) {
      expect(read({ status: { code } }).status.code).to.equal(SpanStatusCode.ERROR);
    }
    expect(read({ status: { code: 'STATUS_CODE_OK' } }).status.code).to.equal(SpanStatusCode.OK);
    expect(read({ status: {} }).status.code).to.equal(SpanStatusCode.UNSET);
  });

  it('reads ids in upper case and in base64 (E-JSON-02)', () => {
    const ids = { traceId: TRACE_ID.toUpperCase(), spanId: SPAN_ID.toUpperCase() };
    const bytes = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
    for (const given of [ids, { traceId: bytes(TRACE_ID), spanId: bytes(SPAN_ID) }]) {
      expect(read(given).spanContext()).to.include({ traceId: TRACE_ID, spanId: SPAN_ID });
    }
  });

  it('reads 64-bit integers as text and as numbers (E-JSON-04)', () => {
    const attributes = (intValue: unknown): unknown =>
      read({ attributes: [{ key: 'n', value: { intValue } }] }).attributes['n'];
    expect(attributes('42')).to.equal(42);
    expect(attributes(42)).to.equal(42);
    expect(attributes('9223372036854775807')).to.equal(9223372036854775807n);
    expect(attributes('x')).to.equal(null);
    expect(read({ startTimeUnixNano: '1700000000123456789' }).startTime).to.deep.equal([
      1700000000, 123456789,
    ]);
    expect(read({ startTimeUnixNano: 1_700_000_000_000_000_000 }).startTime).to.deep.equal([
      1700000000, 0,
    ]);
    expect(read({ startTimeUnixNano: '42' }).startTime).to.deep.equal([0, 42]);
  });

  it('reads NaN and the infinities, which JSON has as text (E-JSON-05)', () => {
    const values = ['NaN', 'Infinity', '-Infinity', 1.5].map((doubleValue) => ({ doubleValue }));
    const { attributes } = read({
      attributes: [{ key: 'list', value: { arrayValue: { values } } }],
    });
    expect(attributes['list']).to.deep.equal([Number.NaN, Infinity, -Infinity, 1.5]);
  });

  it('ignores members that it does not know (E-JSON-07)', () => {
    expect(read({ name: 'a', novelty: { deep: [1] }, status: { new: 1 } }).name).to.equal('a');
  });

  it('keeps a key that objects have of their own', () => {
    const { attributes } = read({ attributes: [{ key: '__proto__', value: { intValue: 1 } }] });
    expect(Object.keys(attributes)).to.deep.equal(['__proto__']);
  });

  it('says whether the parent is remote only where the flags say so', () => {
    const parentSpanId = 'eee19b7ec3c1b173';
    expect(read({ parentSpanId, flags: 0x301 }).parentSpanContext).to.include({ isRemote: true });
    expect(read({ parentSpanId, flags: 0x101 }).parentSpanContext).to.include({ isRemote: false });
    const unknown = read({ parentSpanId, flags: 1 });
    expect(unknown.parentSpanContext).to.equal(undefined);
    expect(unknown.parentSpanId).to.equal(parentSpanId);
  });

  it('takes a span without an end for one that is running', () => {
    expect(read({ startTimeUnixNano: '5' }).ended).to.equal(false);
    expect(read({ startTimeUnixNano: '5', endTimeUnixNano: '0' }).ended).to.equal(false);
  });

  it('leaves out spans without valid ids, and counts them', () => {
    const spans = [
      { traceId: TRACE_ID, spanId: '0000000000000000' },
      { traceId: 'abc', spanId: SPAN_ID },
      { spanId: SPAN_ID },
      null,
      { traceId: TRACE_ID, spanId: SPAN_ID },
    ];
    const found = readTraces({ resourceSpans: [{ scopeSpans: [{ spans }] }] })!;
    expect([found.spans.length, found.invalid]).to.deep.equal([1, 4]);
  });

  it('reads values of any depth without exhausting the stack', () => {
    let value: unknown = { stringValue: 'deep' };
    for (let i = 0; i < 5000; i++) value = { arrayValue: { values: [value] } };
    expect(read({ attributes: [{ key: 'a', value }] }).attributes['a']).to.be.an('array');
  });

  const span = { traceId: TRACE_ID, spanId: SPAN_ID };
  const forms: [name: string, document: unknown][] = [
    ['a list of documents', [{ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }]],
    ['what Tempo answers', { batches: [{ scopeSpans: [{ spans: [span] }] }] }],
    ['what Tempo 2 answers', { trace: { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] } }],
    [
      'OTLP before 0.15',
      {
        resourceSpans: [
          {
            instrumentationLibrarySpans: [{ instrumentationLibrary: { name: 'l' }, spans: [span] }],
          },
        ],
      },
    ],
  ];
  for (const [name, document] of forms) {
    it(`reads ${name}`, () => {
      expect(onlyOne(document).spanContext()).to.include(span);
    });
  }

  it('tells other signals from what is no OTLP', () => {
    expect(readTraces({ resourceLogs: [] })).to.deep.equal({ spans: [], invalid: 0 });
    expect(readTraces({ resourceMetrics: [] })).to.deep.equal({ spans: [], invalid: 0 });
    for (const junk of [{}, [], null, 1, 'text', { resourceSpans: 'no' }, { level: 'info' }]) {
      expect(readTraces(junk)).to.equal(undefined);
    }
  });
});

const MEMBERS = `resourceSpans resource scopeSpans scope spans schemaUrl attributes traceId spanId
  parentSpanId traceState flags name kind status startTimeUnixNano endTimeUnixNano events links code
  message key value stringValue intValue boolValue doubleValue arrayValue kvlistValue values bytesValue
  version timeUnixNano droppedAttributesCount toString __proto__`.split(/\s+/);
const { junk } = fc.letrec<{ junk: unknown }>((tie) => ({
  junk: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.constantFrom(TRACE_ID, SPAN_ID, 'service.name', '1700000000000000000', null, true, -1, 2),
    fc.string(),
    fc.double(),
    fc.array(tie('junk'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...MEMBERS), tie('junk'), { maxKeys: 8 }),
  ),
}));
/** Documents that are right down to some member, and whatever from there on. */
const anySpanJson = fc
  .dictionary(fc.constantFrom(...MEMBERS), junk, { maxKeys: 12 })
  .map((members) => ({ traceId: TRACE_ID, spanId: SPAN_ID, ...members }));
const anyDocument = fc.oneof(
  junk,
  fc.record({ resourceSpans: fc.array(junk, { maxLength: 3 }) }),
  fc
    .array(fc.oneof(anySpanJson, junk), { maxLength: 4 })
    .map((spans) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] })),
);

/** opentelemetry-proto: examples/trace.json. */
const EXAMPLE = `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":
"my.service"}}]},"scopeSpans":[{"scope":{"name":"my.library","version":"1.0.0","attributes":[{"key":
"my.scope.attribute","value":{"stringValue":"some scope attribute"}}]},"spans":[{"traceId":
"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173",
"name":"I'm a server span","startTimeUnixNano":"1544712660000000000","endTimeUnixNano":
"1544712661000000000","kind":2,"attributes":[{"key":"my.span.attr","value":{"stringValue":
"some value"}}]}]}]}]}`;
