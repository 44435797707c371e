import { SpanKind, SpanStatusCode, type SpanContext, type TraceState } from '@opentelemetry/api';
import { expect } from 'chai';
import { diagnosticCounts, resetDiagnostics } from '../../../lib/diagnostics.js';
import { resourceFromAttributes } from '../../../lib/resource.js';
import { readableSpan } from '../../support/readable-spans.js';
import { decodedSpan, ENCODINGS } from './encodings.js';

const TRACE_ID = '0AF7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'B7ad6b7169203331';
const PARENT_ID = '00f067aa0ba902b7';

function contextOf(overrides: Partial<SpanContext> = {}): SpanContext {
  return { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, ...overrides };
}

function stateOf(text: string): TraceState {
  return { serialize: () => text } as TraceState;
}

for (const encoding of ENCODINGS) {
  describe(`OTLP spans: ${encoding.name}`, () => {
    beforeEach(resetDiagnostics);

    it('writes every field of a span (E-PB-02, E-PB-03, E-JSON-01, E-JSON-06, T-LIM-13)', () => {
      const span = decodedSpan(encoding, {
        name: 'GET /cart',
        kind: SpanKind.SERVER,
        spanContext: () => contextOf({ traceState: stateOf('a=1,b=2') }),
        parentSpanContext: contextOf({ spanId: PARENT_ID, isRemote: true }),
        startTime: [1_760_000_000, 5],
        endTime: [1_760_000_001, 999_999_999],
        status: { code: SpanStatusCode.ERROR, message: 'no stock' },
        attributes: { a: 1 },
        droppedAttributesCount: 1,
        events: [
          { time: [1_760_000_000, 6], name: 'e', attributes: { b: 2 }, droppedAttributesCount: 2 },
          { time: [1_760_000_000, 7], name: '' },
        ],
        droppedEventsCount: 3,
        links: [
          {
            context: contextOf({ spanId: PARENT_ID, traceState: stateOf('c=3'), isRemote: true }),
            attributes: { d: 4 },
            droppedAttributesCount: 4,
          },
          { context: contextOf({ traceFlags: 0 }) },
        ],
        droppedLinksCount: 300,
      });
      expect(span).to.deep.equal({
        traceId: TRACE_ID.toLowerCase(),
        spanId: SPAN_ID.toLowerCase(),
        traceState: 'a=1,b=2',
        parentSpanId: PARENT_ID,
        flags: 0x301,
        name: 'GET /cart',
        kind: 2,
        startTimeUnixNano: 1_760_000_000_000_000_005n,
        endTimeUnixNano: 1_760_000_001_999_999_999n,
        attributes: [{ key: 'a', value: { intValue: 1n } }],
        droppedAttributesCount: 1,
        events: [
          {
            timeUnixNano: 1_760_000_000_000_000_006n,
            name: 'e',
            attributes: [{ key: 'b', value: { intValue: 2n } }],
            droppedAttributesCount: 2,
          },
          {
            timeUnixNano: 1_760_000_000_000_000_007n,
            name: '',
            attributes: [],
            droppedAttributesCount: 0,
          },
        ],
        droppedEventsCount: 3,
        links: [
          {
            traceId: TRACE_ID.toLowerCase(),
            spanId: PARENT_ID,
            traceState: 'c=3',
            attributes: [{ key: 'd', value: { intValue: 4n } }],
            droppedAttributesCount: 4,
            flags: 0x301,
          },
          {
            traceId: TRACE_ID.toLowerCase(),
            spanId: SPAN_ID.toLowerCase(),
            traceState: '',
            attributes: [],
            droppedAttributesCount: 0,
            flags: 0x100,
          },
        ],
        droppedLinksCount: 300,
        status: { message: 'no stock', code: 2 },
      });
    });

    it('writes the flags of a span by its parent (E-PB-05)', () => {
      const flags = (traceFlags: number, parent?: Partial<SpanContext>): number =>
        decodedSpan(encoding, {
          spanContext: () => contextOf({ traceFlags }),
          ...(parent && { parentSpanContext: contextOf(parent) }),
        }).flags;
      expect(flags(3)).to.equal(0x103);
      expect(flags(1, {})).to.equal(0x101);
      expect(flags(1, { isRemote: true })).to.equal(0x301);
      expect(flags(0xfff)).to.equal(0x1ff);
    });

    it('leaves the parent id of a root empty (E-PB-06)', () => {
      expect(decodedSpan(encoding, {}).parentSpanId).to.equal('');
    });

    it('reads the older parentSpanId of SDK 1.x', () => {
      expect(decodedSpan(encoding, { parentSpanId: PARENT_ID }).parentSpanId).to.equal(PARENT_ID);
    });

    it('never sends kind 0 (E-PB-06, E-JSON-03)', () => {
      const numbers = JSON.parse('[0, 1, 2, 3, 4, 5, -1, 0.5]') as SpanKind[];
      const kinds = numbers.map((kind) => decodedSpan(encoding, { kind }).kind);
      expect(kinds).to.deep.equal([1, 2, 3, 4, 5, 1, 1, 1]);
    });

    it('sends no span with invalid ids, and says so (E-PB-06)', () => {
      const bad: Partial<SpanContext>[] = [
        { traceId: '0'.repeat(32) },
        { spanId: '0'.repeat(16) },
        { traceId: TRACE_ID.slice(1) },
        { spanId: `${SPAN_ID}00` },
        { traceId: `${TRACE_ID.slice(1)}g` },
        // Its code ends like that of the digit 1.
        { spanId: `${SPAN_ID.slice(1)}ı` },
        { traceId: `${TRACE_ID.slice(1)}ı` },
        { spanId: '' },
      ];
      const spans = bad.map((ids) => readableSpan({ spanContext: () => contextOf(ids) }));
      const good = readableSpan({ name: 'good' });
      const { resourceSpans } = encoding.decoded([...spans, good, ...spans]);
      expect(resourceSpans[0]!.scopeSpans[0]!.spans.map(({ name }) => name)).to.deep.equal([
        'good',
      ]);
      expect(diagnosticCounts().get('otlp.span')).to.equal(2 * bad.length);
    });

    it('leaves out a span that throws, and keeps the others', () => {
      const bad = readableSpan({
        get attributes(): never {
          throw new Error('no attributes for you');
        },
      });
      const names = encoding
        .decoded([readableSpan({ name: 'a' }), bad, readableSpan({ name: 'b' })])
        .resourceSpans[0]!.scopeSpans[0]!.spans.map(({ name }) => name);
      expect(names).to.deep.equal(['a', 'b']);
    });

    it('sends no envelope without spans (E-HTTP-11)', () => {
      const bad = readableSpan({
        spanContext: () => contextOf({ spanId: 'x' }),
        instrumentationScope: { name: 'other' },
      });
      expect(encoding.decoded([])).to.deep.equal({ resourceSpans: [] });
      expect(encoding.decoded([bad])).to.deep.equal({ resourceSpans: [] });
      expect(encoding.decoded([readableSpan(), bad]).resourceSpans[0]!.scopeSpans).to.have.length(
        1,
      );
    });

    it('keeps a link that leads nowhere, without its ids', () => {
      const { links } = decodedSpan(encoding, {
        links: [
          { context: { traceId: '', spanId: '0'.repeat(16), traceFlags: 0 }, attributes: { a: 1 } },
        ],
      });
      expect(links[0]).to.include({ traceId: '', spanId: '' });
      expect(links[0]!.attributes).to.have.length(1);
    });

    it('writes unusual times as well as they can be', () => {
      const start = (time: [number, number]): bigint =>
        decodedSpan(encoding, { startTime: time }).startTimeUnixNano;
      expect(start([0, 0])).to.equal(0n);
      expect(start([0, 7])).to.equal(7n);
      expect(start([1, 0])).to.equal(1_000_000_000n);
      expect(start([4, 999_999_999])).to.equal(4_999_999_999n);
      expect(start([1, 2_500_000_000])).to.equal(3_500_000_000n);
      expect(start([1, 0.75])).to.equal(1_000_000_000n);
      expect(start([0xffffffff, 999_999_999])).to.equal(4_294_967_295_999_999_999n);
      expect(start([2 ** 33, 1])).to.equal(8_589_934_592_000_000_001n);
      expect(start([1e15, 0])).to.equal(2n ** 64n - 1n);
      expect(start([-5, 0])).to.equal(0n);
      expect(start([NaN, 0])).to.equal(0n);
    });

    it('groups by resource, then by scope, and keeps schema URLs (E-PB-01, E-PB-07)', () => {
      const shop = resourceFromAttributes({ 'service.name': 'shop' }, { schemaUrl: 'urn:r' });
      const stock = resourceFromAttributes({ 'service.name': 'stock' });
      const a = { name: 'a', version: '1', schemaUrl: 'urn:s', attributes: { x: 'y' } };
      const span = (name: string, resource = shop, scope: object = a) =>
        readableSpan({ name, resource, instrumentationScope: scope as typeof a });
      const { resourceSpans } = encoding.decoded([
        span('1'),
        span('2', stock),
        span('3', shop, { name: 'a', version: '1', schemaUrl: 'urn:s', attributes: { x: 'z' } }),
        span('4', shop, { ...a }),
        span('5', resourceFromAttributes({ 'service.name': 'shop' }, { schemaUrl: 'urn:r' })),
        span('6', resourceFromAttributes({ 'service.name': 'shop' })),
      ]);
      const shape = resourceSpans.map(({ resource, schemaUrl, scopeSpans }) => [
        (resource.attributes[0]!.value as { stringValue: string }).stringValue,
        schemaUrl,
        scopeSpans.map(({ spans }) => spans.map(({ name }) => name).join('')),
      ]);
      expect(shape).to.deep.equal([
        ['shop', 'urn:r', ['145', '3']],
        ['stock', '', ['2']],
        ['shop', '', ['6']],
      ]);
      expect(resourceSpans[0]!.scopeSpans[0]).to.deep.include({
        scope: {
          name: 'a',
          version: '1',
          attributes: [{ key: 'x', value: { stringValue: 'y' } }],
          droppedAttributesCount: 0,
        },
        schemaUrl: 'urn:s',
      });
    });

    it('can be asked again while it reads a span', () => {
      let inner: unknown;
      const span = readableSpan({
        name: 'outer',
        get attributes() {
          inner ??= encoding.decoded([readableSpan({ name: 'inner' })]);
          return { a: 1 };
        },
      });
      const outer = encoding.decoded([span]).resourceSpans[0]!.scopeSpans[0]!.spans[0]!;
      expect(outer).to.deep.include({
        name: 'outer',
        attributes: [{ key: 'a', value: { intValue: 1n } }],
      });
      expect(inner).to.nested.include({ 'resourceSpans[0].scopeSpans[0].spans[0].name': 'inner' });
    });
  });
}
