import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { zipkinRequest } from '../../exporters/zipkin-encoding.js';
import { toZipkin, type ZipkinSpan } from '../../exporters/zipkin-span.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { defaultResource, emptyResource, resourceFromAttributes } from '../../lib/resource.js';
import { readableSpan } from '../support/readable-spans.js';
import { anySpans } from './otlp/any-span.js';

/** The span as Zipkin gets it. */
function sent(overrides: Partial<ReadableSpan> = {}): ZipkinSpan {
  const { body, spans } = zipkinRequest([readableSpan(overrides)]);
  expect(spans).to.equal(1);
  return (JSON.parse(Buffer.from(body).toString()) as ZipkinSpan[])[0]!;
}

function tagsOf(overrides: Partial<ReadableSpan>): Record<string, string> {
  return sent(overrides).tags ?? {};
}

describe('spans in Zipkin v2 JSON', () => {
  it('has no more members than it needs (E-ZIP-09)', () => {
    const bare = {
      ...readableSpan({ instrumentationScope: { name: '' } }),
      name: '',
      parentSpanId: '0000000000000000',
    };
    const { traceId, spanId } = bare.spanContext();
    expect(toZipkin(bare)).to.deep.equal({
      traceId,
      id: spanId,
      timestamp: 1_760_000_000_000_000,
      duration: 250_000,
      localEndpoint: { serviceName: 'shop' },
    });
  });

  it('has ids in lower case, and the parent where there is one', () => {
    const context = { traceId: 'AB'.repeat(16), spanId: 'CD'.repeat(8), traceFlags: 1 };
    const span = sent({ spanContext: () => context, parentSpanContext: context, name: 'GET' });
    expect(span).to.include({
      traceId: 'ab'.repeat(16),
      id: 'cd'.repeat(8),
      parentId: 'cd'.repeat(8),
      name: 'GET',
    });
    expect(sent({ parentSpanId: 'ef'.repeat(8) })).to.include({ parentId: 'ef'.repeat(8) });
  });

  describe('the service (E-ZIP-02)', () => {
    it('is service.name of the resource, and service.namespace is a tag', () => {
      const resource = resourceFromAttributes({
        'service.name': 'cart',
        'service.namespace': 'shop',
        'host.name': 'h1',
      });
      const span = sent({ resource });
      expect(span.localEndpoint).to.deep.equal({ serviceName: 'cart' });
      expect(span.tags).to.include({ 'service.namespace': 'shop', 'host.name': 'h1' });
      expect(span.tags).to.not.have.property('service.name');
    });

    it("is the default resource's where there is none", () => {
      const serviceName = defaultResource().attributes['service.name'];
      expect(serviceName).to.match(/^unknown_service/);
      expect(sent({ resource: emptyResource() }).localEndpoint).to.deep.equal({ serviceName });
      const empty = resourceFromAttributes({ 'service.name': '' });
      expect(sent({ resource: empty }).localEndpoint).to.deep.equal({ serviceName });
    });

    it('is what the exporter was told before all', () => {
      expect(toZipkin(readableSpan(), 'told').localEndpoint).to.deep.equal({ serviceName: 'told' });
    });
  });

  it('names kinds, and leaves out INTERNAL (E-ZIP-03)', () => {
    const kinds = [
      SpanKind.CLIENT,
      SpanKind.SERVER,
      SpanKind.PRODUCER,
      SpanKind.CONSUMER,
      SpanKind.INTERNAL,
    ].map((kind) => sent({ kind }).kind);
    expect(kinds).to.deep.equal(['CLIENT', 'SERVER', 'PRODUCER', 'CONSUMER', undefined]);
  });

  describe('the remote endpoint (E-ZIP-04)', () => {
    const ranking = [
      'peer.service',
      'server.address',
      'net.peer.name',
      'network.peer.address',
      'server.socket.domain',
      'server.socket.address',
      'net.sock.peer.name',
      'net.sock.peer.addr',
      'peer.hostname',
      'peer.address',
      'db.name',
    ];
    for (const [rank, key] of ranking.entries()) {
      it(`is ${key} where nothing better is known`, () => {
        const attributes = Object.fromEntries(
          ranking
            .slice(rank)
            .map((name) => [name, name] as const)
            .toReversed(),
        );
        for (const kind of [SpanKind.CLIENT, SpanKind.PRODUCER]) {
          expect(sent({ kind, attributes }).remoteEndpoint).to.deep.equal({ serviceName: key });
        }
      });
    }

    it('is only for those who call', () => {
      for (const kind of [SpanKind.SERVER, SpanKind.CONSUMER, SpanKind.INTERNAL]) {
        const span = sent({ kind, attributes: { 'peer.service': 'db' } });
        expect(span).to.not.have.property('remoteEndpoint');
      }
      expect(sent({ kind: SpanKind.CLIENT })).to.not.have.property('remoteEndpoint');
    });

    const addresses: [attributes: Attributes, endpoint: object][] = [
      [
        { 'network.peer.address': '10.1.2.3', 'network.peer.port': 5432 },
        { serviceName: '10.1.2.3', ipv4: '10.1.2.3', port: 5432 },
      ],
      [{ 'network.peer.address': '10.1.2.3' }, { serviceName: '10.1.2.3', ipv4: '10.1.2.3' }],
      [
        { 'server.address': 'db.test', 'server.port': 5432, 'network.peer.port': 1 },
        { serviceName: 'db.test', port: 5432 },
      ],
      [
        { 'net.sock.peer.addr': '2001:db8::1', 'net.sock.peer.port': '99' },
        { serviceName: '2001:db8::1', ipv6: '2001:db8::1', port: 99 },
      ],
      [
        { 'network.peer.address': '::ffff:10.1.2.3', 'network.peer.port': 70000 },
        { serviceName: '::ffff:10.1.2.3', ipv4: '10.1.2.3' },
      ],
      [{ 'peer.service': '', 'db.name': 'orders' }, { serviceName: 'orders' }],
    ];
    for (const [attributes, endpoint] of addresses) {
      it(`is ${JSON.stringify(endpoint)} for ${JSON.stringify(attributes)}`, () => {
        const span = sent({ kind: SpanKind.CLIENT, attributes });
        expect(span.remoteEndpoint).to.deep.equal(endpoint);
      });
    }
  });

  it('has attributes as tags of text (E-ZIP-05, T-ATTR-11)', () => {
    const attributes = {
      yes: true,
      no: false,
      count: 3,
      list: ['a', 1, null],
      nothing: null,
      bytes: new Uint8Array([1, 2]),
      ratio: Number.NaN,
    } as unknown as Attributes;
    expect(tagsOf({ attributes })).to.deep.include({
      yes: 'true',
      no: 'false',
      count: '3',
      list: '["a",1,null]',
      nothing: '',
      bytes: 'AQI=',
      ratio: 'NaN',
    });
  });

  it('keeps a key that objects have of their own', () => {
    const attributes = JSON.parse('{"__proto__":"mine"}') as Attributes;
    expect(Object.getOwnPropertyDescriptor(tagsOf({ attributes }), '__proto__')?.value).to.equal(
      'mine',
    );
  });

  it("prefers a span's own attributes to those of its scope and resource", () => {
    const resource = resourceFromAttributes({ a: 'resource', b: 'resource', c: 'resource' });
    const instrumentationScope = { name: 's', attributes: { a: 'scope', b: 'scope' } };
    const tags = tagsOf({ resource, instrumentationScope, attributes: { a: 'span' } });
    expect(tags).to.include({ a: 'span', b: 'scope', c: 'resource' });
  });

  describe('the status (E-ZIP-06)', () => {
    const { UNSET, OK, ERROR } = SpanStatusCode;
    const cases: [what: string, span: Partial<ReadableSpan>, tags: Record<string, string>][] = [
      ['nothing for unset', { status: { code: UNSET } }, {}],
      ['OK without an error', { status: { code: OK } }, { 'otel.status_code': 'OK' }],
      [
        'ERROR with its description',
        { status: { code: ERROR, message: 'gone' } },
        { 'otel.status_code': 'ERROR', error: 'gone' },
      ],
      [
        'ERROR with an empty description',
        { status: { code: ERROR } },
        { 'otel.status_code': 'ERROR', error: '' },
      ],
      ['no error that is false', { attributes: { error: false } }, {}],
      ['no error that is false as text', { attributes: { error: 'false' } }, {}],
      [
        'no error of an attribute over that of the status',
        { status: { code: ERROR }, attributes: { error: false } },
        { 'otel.status_code': 'ERROR', error: '' },
      ],
      ['an error that is true', { attributes: { error: true } }, { error: 'true' }],
    ];
    for (const [what, span, expected] of cases) {
      it(`says ${what}`, () => {
        const resource = emptyResource();
        const tags = tagsOf({ resource, instrumentationScope: { name: '' }, ...span });
        expect(tags).to.deep.equal(expected);
      });
    }
  });

  describe('events and times (E-ZIP-07)', () => {
    it('makes annotations of names and attributes', () => {
      const events: ReadableSpan['events'] = [
        { name: 'bare', time: [1_760_000_000, 1999] },
        { name: 'with "quotes"', time: [1_760_000_001, 0], attributes: { a: 'x', n: [1] } },
        { name: 'cut', time: [0, 0], attributes: {}, droppedAttributesCount: 2 },
      ];
      expect(sent({ events }).annotations).to.deep.equal([
        { timestamp: 1_760_000_000_000_001, value: 'bare' },
        { timestamp: 1_760_000_001_000_000, value: '"with \\"quotes\\"": {"a":"x","n":[1]}' },
        { value: '"cut": {"otel.dropped_attributes_count":2}' },
      ]);
    });

    const durations: [from: [number, number], to: [number, number], micros: number][] = [
      [[100, 0], [100, 1234], 1],
      [[100, 0], [100, 1999], 1],
      [[100, 0], [100, 2000], 2],
      [[100, 999_999_500], [101, 500], 1],
      [[100, 999_000_000], [103, 1_000_000], 2_002_000],
      [[100, 0], [100, 10], 1],
      [[100, 0], [100, 0], 1],
      [[100, 0], [99, 0], 1],
    ];
    for (const [startTime, endTime, micros] of durations) {
      it(`takes ${micros} µs from ${startTime.join('.')} to ${endTime.join('.')}`, () => {
        expect(sent({ startTime, endTime }).duration).to.equal(micros);
      });
    }
  });

  it('names the scope, by its older names too (E-ZIP-08)', () => {
    expect(tagsOf({ instrumentationScope: { name: 'lib', version: '1.2' } })).to.include({
      'otel.scope.name': 'lib',
      'otel.scope.version': '1.2',
      'otel.library.name': 'lib',
      'otel.library.version': '1.2',
    });
    expect(tagsOf({ instrumentationScope: { name: 'lib' } })).to.not.have.any.keys(
      'otel.scope.version',
      'otel.library.version',
    );
  });

  it('counts what was dropped, where something was (T-LIM-13)', () => {
    const dropped = { droppedAttributesCount: 1, droppedEventsCount: 2, droppedLinksCount: 3 };
    expect(tagsOf(dropped)).to.include({
      'otel.dropped_attributes_count': '1',
      'otel.dropped_events_count': '2',
      'otel.dropped_links_count': '3',
    });
    expect(Object.keys(tagsOf({})).filter((key) => key.includes('dropped'))).to.deep.equal([]);
  });

  it('leaves out spans without valid ids', () => {
    const context = { traceId: '0'.repeat(32), spanId: 'ab'.repeat(8), traceFlags: 1 };
    const good = readableSpan();
    const { body, spans } = zipkinRequest([readableSpan({ spanContext: () => context }), good]);
    expect(spans).to.equal(1);
    expect((JSON.parse(Buffer.from(body).toString()) as ZipkinSpan[])[0]!.id).to.equal(
      good.spanContext().spanId,
    );
  });

  it('is what Zipkin takes, for any spans', () => {
    fc.assert(
      fc.property(anySpans, (given) => {
        const { body, spans } = zipkinRequest(given);
        expect(spans).to.equal(given.length);
        const list = JSON.parse(Buffer.from(body).toString()) as ZipkinSpan[];
        expect(list).to.have.length(given.length);
        for (const span of list) expectZipkin(span);
      }),
      { numRuns: 150 },
    );
  });
});

/** Zipkin's own description of a span: zipkin2-api.yaml. */
function expectZipkin(span: ZipkinSpan): void {
  expect(span.traceId).to.match(/^[0-9a-f]{32}$/);
  expect(span.id).to.match(/^[0-9a-f]{16}$/);
  if (span.parentId !== undefined) expect(span.parentId).to.match(/^[0-9a-f]{16}$/);
  for (const time of [span.duration, span.timestamp ?? 1]) {
    expect(Number.isSafeInteger(time) && time >= 1, String(time)).to.equal(true);
  }
  for (const { timestamp = 1, value } of span.annotations ?? []) {
    expect(Number.isSafeInteger(timestamp) && timestamp >= 1).to.equal(true);
    expect(value).to.be.a('string');
  }
  expect(span.localEndpoint.serviceName).to.be.a('string').and.to.not.equal('');
  for (const value of Object.values(span.tags ?? {})) expect(value).to.be.a('string');
}
