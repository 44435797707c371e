import { expect } from 'chai';
import type { ReadableSpan } from '../../../lib/readable-span.js';
import { attributeListOf, type Span } from '../../../lib/span.js';
import { harness } from '../../support/harness.js';
import { ENCODINGS } from './encodings.js';

/** Encoders read a span's attributes without the object that `span.attributes` makes, unless they must. */
describe('ids that a processor has edited', () => {
  const h = harness();
  const PARENT = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };

  for (const encoding of ENCODINGS) {
    const sent = (span: ReadableSpan) =>
      encoding.decoded([span]).resourceSpans[0]!.scopeSpans[0]!.spans[0]!;

    it(`are sent as a replaced method tells them (${encoding.name})`, () => {
      h.tracer.startSpan('query').end();
      const span = h.span('query') as Span;
      span.spanContext = () => PARENT;
      expect(sent(span).traceId).to.equal(PARENT.traceId);
      expect(sent(span).spanId).to.equal(PARENT.spanId);
    });

    it(`are sent with a parent that was set (${encoding.name})`, () => {
      h.tracer.startSpan('query').end();
      const span = h.span('query') as Span;
      span.parentSpanContext = PARENT;
      expect(sent(span).parentSpanId).to.equal(PARENT.spanId);
      expect(sent(span).flags).to.equal(0x303);
    });

    it(`are sent with a parent that was defined (${encoding.name})`, () => {
      h.tracer.startSpan('query').end();
      const span = Object.defineProperty(h.span('query'), 'parentSpanContext', { value: PARENT });
      expect(sent(span).parentSpanId).to.equal(PARENT.spanId);
    });
  }
});

describe('attributes that a processor has edited', () => {
  const h = harness();

  function endedSpan(): ReadableSpan {
    h.tracer.startSpan('query', { attributes: { user: 'ada', rows: 3 } }).end();
    return h.span('query');
  }

  it('are read from the list until somebody asks for the object', () => {
    const span = endedSpan();
    expect(attributeListOf(span)?.keys).to.deep.equal(['user', 'rows']);
    void span.attributes;
    expect(attributeListOf(span)).to.equal(undefined);
  });

  it('are an empty list when there are none', () => {
    h.tracer.startSpan('bare').end();
    expect(attributeListOf(h.span('bare'))?.keys).to.deep.equal([]);
  });

  for (const encoding of ENCODINGS) {
    const { name } = encoding;
    const sent = (span: ReadableSpan) =>
      encoding.decoded([span]).resourceSpans[0]!.scopeSpans[0]!.spans[0]!.attributes;
    const HIDDEN = { key: 'user', value: { stringValue: '***' } };

    it(`are sent as they are without an edit (${name})`, () => {
      const attributes = sent(endedSpan());
      expect(attributes.map(({ key }) => key)).to.deep.equal(['user', 'rows']);
      expect(attributes).to.not.deep.include(HIDDEN);
    });

    it(`are sent as edited in the object (${name})`, () => {
      const span = endedSpan();
      span.attributes['user'] = '***';
      delete span.attributes['rows'];
      expect(sent(span)).to.deep.equal([HIDDEN]);
    });

    it(`are sent as a proxy shows them (${name})`, () => {
      const proxy = new Proxy(endedSpan(), {
        get: (span, key) =>
          key === 'attributes' ? { user: '***' } : (Reflect.get(span, key, span) as unknown),
      });
      expect(sent(proxy)).to.deep.equal([HIDDEN]);
    });

    it(`are sent as an inheriting object shows them (${name})`, () => {
      const heir = Object.create(endedSpan(), {
        attributes: { value: { user: '***' } },
      }) as ReadableSpan;
      expect(sent(heir)).to.deep.equal([HIDDEN]);
    });

    it(`are sent as defined on the span itself (${name})`, () => {
      const span = endedSpan();
      Object.defineProperty(span, 'attributes', { value: { user: '***' } });
      expect(sent(span)).to.deep.equal([HIDDEN]);
    });
  }
});
