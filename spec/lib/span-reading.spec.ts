import { inspect } from 'node:util';
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { resourceFromAttributes } from '../../lib/resource.js';
import type { Span } from '../../lib/span.js';
import { harness } from '../support/harness.js';

const resource = resourceFromAttributes({ 'service.name': 'shop' });

describe('a readable span', () => {
  const h = harness({ resource });

  it('shows all there is to know (T-SPAN-14, T-PROV-14)', () => {
    const parent = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
      isRemote: true,
    });
    const tracer = h.provider.getTracer('scope', '1.2.3', { schemaUrl: 'http://schema/1' });
    tracer.startSpan('whole', { kind: SpanKind.SERVER, attributes: { a: 1 } }, parent).end();
    const span = h.span('whole');
    expect(span.name).to.equal('whole');
    expect(span.kind).to.equal(SpanKind.SERVER);
    expect(span.spanContext().traceId).to.equal('a'.repeat(32));
    expect(span.parentSpanContext).to.deep.equal(trace.getSpanContext(parent));
    expect(span.parentSpanId).to.equal('b'.repeat(16));
    expect(span.startTime).to.have.length(2);
    expect(span.endTime).to.have.length(2);
    expect(span.duration).to.have.length(2);
    expect(span.attributes).to.deep.equal({ a: 1 });
    expect(span.events).to.deep.equal([]);
    expect(span.links).to.deep.equal([]);
    expect(span.status).to.deep.equal({ code: 0 });
    expect(span.ended).to.equal(true);
    expect(span.resource).to.equal(resource);
    expect(span.instrumentationScope).to.deep.equal({
      name: 'scope',
      version: '1.2.3',
      schemaUrl: 'http://schema/1',
    });
    expect(span.instrumentationLibrary).to.equal(span.instrumentationScope);
    expect(span.droppedAttributesCount).to.equal(0);
    expect(span.droppedEventsCount).to.equal(0);
    expect(span.droppedLinksCount).to.equal(0);
  });

  it('has no parent when it is a root (T-SPAN-03)', () => {
    h.tracer.startSpan('root').end();
    expect(h.span('root').parentSpanContext).to.equal(undefined);
    expect(h.span('root').parentSpanId).to.equal(undefined);
  });

  it('is the very span that the user got (T-SPAN-15)', () => {
    const span = h.tracer.startSpan('span');
    span.end();
    expect(h.span('span')).to.equal(span);
  });

  it('can be read behind a proxy and through an inheriting object', () => {
    const span = h.tracer.startSpan('span', { attributes: { password: 'x', kept: 1 } }) as Span;
    span.addEvent('event').end();
    const proxy = new Proxy(span, {});
    const heir = Object.create(span, {
      attributes: { value: { ...span.attributes, password: '***' } },
    }) as ReadableSpan;
    for (const reader of [proxy, heir]) {
      expect(reader.spanContext()).to.equal(span.spanContext());
      expect(reader.duration).to.deep.equal(span.duration);
      expect(reader.events).to.have.length(1);
      expect(reader.resource).to.equal(resource);
      expect(reader.ended).to.equal(true);
    }
    expect(heir.attributes).to.deep.equal({ password: '***', kept: 1 });
    expect(span.attributes).to.deep.equal({ password: 'x', kept: 1 });
  });

  it('can be written to behind a proxy', () => {
    h.allowOpenSpans(); // it is the proxy that ends
    const proxy = new Proxy(h.tracer.startSpan('span'), {});
    proxy.setAttribute('a', 1).addEvent('event').setStatus({ code: SpanStatusCode.OK }).end();
    expect(h.span('span').attributes).to.deep.equal({ a: 1 });
  });

  it('shows itself readably in util.inspect and console.log', () => {
    const span = h.tracer.startSpan('inspect me', { attributes: { a: { b: 1 } } }) as Span;
    span.addEvent('happened').end();
    const shown = inspect(span, { depth: 4 });
    expect(shown).to.match(/^Span \{/);
    for (const text of ['inspect me', span.spanContext().traceId, 'b: 1', 'happened', 'spec']) {
      expect(shown).to.contain(text);
    }
    expect(shown).not.to.match(/pipeline|anchor|processor/);
    expect(inspect({ a: { b: { c: span } } }, { depth: 2 })).to.contain('[Span inspect me]');
  });

  it('is left as it is by util.inspect', () => {
    const span = h.tracer.startSpan('span', { attributes: { a: 1 } }) as Span;
    inspect(span);
    span.setAttribute('b', 2).end();
    expect(h.span('span').attributes).to.deep.equal({ a: 1, b: 2 });
  });
});
