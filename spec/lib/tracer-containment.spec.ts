import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type ContextManager,
  type SpanOptions,
} from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { setSpan, SPAN_KEY } from '../../lib/context.js';
import type { Span } from '../../lib/span.js';
import { harness } from '../support/harness.js';

function throwing(): never {
  throw new Error('not yours');
}

/** An object whose every property throws. */
function hostile<T extends object>(target: T): T {
  return new Proxy(target, { get: throwing, has: throwing, ownKeys: throwing });
}

describe('starting a span with what is not what it should be', () => {
  const h = harness();

  it('records in spite of odd options (T-SPAN-11)', () => {
    for (const options of [null, undefined, 5, 'text', [], { links: [null] }, { kind: null }]) {
      const span = h.tracer.startSpan('span', options as SpanOptions);
      expect(span.isRecording(), JSON.stringify(options)).to.equal(true);
      span.end();
    }
  });

  it('records in spite of attributes that throw (T-SPAN-11)', () => {
    const attributes: Attributes = {
      good: 1,
      get bad(): never {
        return throwing();
      },
    };
    h.tracer.startSpan('getter', { attributes }).end();
    h.tracer.startSpan('proxy', { attributes: hostile<Attributes>({}) }).end();
    const span = h.tracer.startSpan('later');
    span.setAttributes(hostile<Attributes>({})).setAttribute('a', hostile({})).end();
    expect(h.span('getter').attributes).to.deep.equal({ good: 1 });
    expect(h.span('getter').droppedAttributesCount).to.equal(1);
    expect(h.span('proxy').attributes).to.deep.equal({});
    expect(h.span('later').attributes).to.deep.equal({});
  });

  for (const kind of ['SERVER', 7, -1, 1.5, {}]) {
    it(`takes INTERNAL for the kind ${JSON.stringify(kind)} (T-SPAN-11)`, () => {
      h.tracer.startSpan('span', { kind: kind as SpanKind }).end();
      expect(h.span('span').kind).to.equal(SpanKind.INTERNAL);
      expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['span.kind']);
    });
  }

  it('takes the active context for null or something else (T-SPAN-11)', () => {
    h.tracer.startActiveSpan('parent', (parent) => {
      for (const odd of [null, 5, {}, []]) {
        h.tracer.startSpan('child', {}, odd as unknown as Context).end();
      }
      parent.end();
    });
    const children = h.spans().filter(({ name }) => name === 'child');
    const parentId = h.span('parent').spanContext().spanId;
    expect(children.map(({ parentSpanId }) => parentSpanId)).to.deep.equal(
      Array.from({ length: 4 }, () => parentId),
    );
  });

  it('does not record, and does not throw, when options or contexts do (T-ERR-01)', () => {
    const spans = [
      h.tracer.startSpan('options', hostile<SpanOptions>({})),
      h.tracer.startSpan('context', {}, hostile(ROOT_CONTEXT)),
      h.tracer.startSpan('parent', {}, ROOT_CONTEXT.setValue(SPAN_KEY, { spanContext: throwing })),
      h.tracer.startSpan('no span', {}, ROOT_CONTEXT.setValue(SPAN_KEY, 'a span')),
    ];
    for (const span of spans) {
      expect(span.isRecording()).to.equal(false);
      span.setAttribute('a', 1).end();
    }
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['tracer.threw']);
  });

  it('does not throw when the context manager does (T-ERR-01)', () => {
    context.disable();
    const broken = { active: throwing, enable: () => broken, disable: () => broken };
    context.setGlobalContextManager(broken as unknown as ContextManager);
    const span = h.tracer.startSpan('span');
    context.disable();
    expect(span.isRecording()).to.equal(false);
  });

  it('never throws, whatever the arguments (T-SPAN-11, T-ERR-01)', () => {
    const any = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true });
    const options = fc.oneof(
      any,
      fc.record({
        root: any,
        kind: any,
        attributes: any,
        links: any,
        startTime: any,
      }),
    );
    fc.assert(
      fc.property(any, options, any, any, (name, given, other, more) => {
        const span = h.tracer.startSpan(name as string, given as SpanOptions) as Span;
        span.setAttribute(other as string, more).setAttributes(other as Attributes);
        span.addEvent(other as string, more as Attributes, other as never);
        span.addLink(other as never).addLinks([more] as never);
        span.setStatus(other as never).updateName(more as string);
        span.recordException(other as never, more as never, other as never);
        span.end(more as never);
        const read = h.spans()[0]!;
        expect(read.name).to.be.a('string');
        expect(read.kind).to.be.within(0, 4);
        expect(read.duration[0]).to.be.at.least(0);
        h.exporter.reset();
      }),
      { numRuns: 300 },
    );
  });
});

describe('a tracer', () => {
  const h = harness();

  it('works behind a proxy and through an inheriting object', () => {
    new Proxy(h.tracer, {}).startSpan('proxy').end();
    (Object.create(h.tracer) as typeof h.tracer).startSpan('heir').end();
    expect(h.spans().map(({ name }) => name)).to.deep.equal(['proxy', 'heir']);
  });

  it('takes spans of other SDKs for parents', () => {
    const foreign = trace.wrapSpanContext({
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      traceFlags: 1,
    });
    h.tracer.startSpan('child', {}, setSpan(ROOT_CONTEXT, foreign)).end();
    expect(h.span('child').parentSpanId).to.equal('b'.repeat(16));
  });
});
