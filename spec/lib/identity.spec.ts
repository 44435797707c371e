import { context, ROOT_CONTEXT, trace, type SpanContext } from '@opentelemetry/api';
import { expect } from 'chai';
import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler } from '../../lib/sampler.js';
import { answerByParent, SamplingDecision, type Sampler } from '../../lib/sampler.js';
import { identityOf, traceFlagsOf, type Span } from '../../lib/span.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { harness } from '../support/harness.js';

describe('the identity of a span', () => {
  const h = harness();

  function ended(name = 'work'): Span {
    h.tracer.startSpan(name).end();
    return h.span(name) as Span;
  }

  it('has one span context, made when it is asked for', () => {
    const span = ended();
    expect(span.spanContext()).to.equal(span.spanContext());
    expect(span.spanContext().traceId).to.match(/^[0-9a-f]{32}$/);
    expect(span.spanContext().spanId).to.match(/^[0-9a-f]{16}$/);
  });

  it('shares the trace id with its children, digits and all', () => {
    const parent = h.tracer.startSpan('parent');
    h.tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
    parent.end();
    const child = h.span('child');
    expect(child.spanContext().traceId).to.equal(parent.spanContext().traceId);
    expect(child.parentSpanContext).to.equal(parent.spanContext());
  });

  it('is that of another process for a parent that a header named', () => {
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-03`;
    const getter = { get: (from: object) => Object.values(from)[0] as string, keys: () => [] };
    const extracted = new W3CTraceContextPropagator().extract(
      ROOT_CONTEXT,
      { traceparent },
      getter,
    );
    const parent = trace.getSpan(extracted)!;
    expect(identityOf(parent)).to.include({ isRemote: true, traceFlags: 3 });
    h.tracer.startSpan('child', {}, extracted).end();
    expect(h.span('child').parentSpanContext).to.equal(parent.spanContext());
    expect(parent.spanContext()).to.include({ traceId: '1'.repeat(32), isRemote: true });
  });

  it('is written into a traceparent without its span context, and with it', () => {
    const span = h.tracer.startSpan('out');
    const active = trace.setSpan(context.active(), span);
    const header = (): string => {
      const carrier: Record<string, string> = {};
      const setter = { set: (to: typeof carrier, key: string, value: string) => (to[key] = value) };
      new W3CTraceContextPropagator().inject(active, carrier, setter);
      return carrier['traceparent']!;
    };
    const before = header();
    const { traceId, spanId } = span.spanContext();
    expect(before).to.equal(`00-${traceId}-${spanId}-03`);
    expect(header()).to.equal(before);
    span.end();
  });

  it('is not taken from a span whose method was replaced', () => {
    const span = ended();
    const other: SpanContext = { ...span.spanContext(), traceFlags: 0 };
    span.spanContext = () => other;
    expect(identityOf(span)).to.equal(undefined);
    expect(traceFlagsOf(span)).to.equal(0);
  });

  it('is not taken from a proxy or an heir', () => {
    const span = ended();
    expect(identityOf(span)).not.to.equal(undefined);
    expect(identityOf(new Proxy(span, {}))).to.equal(undefined);
    expect(identityOf(Object.create(span))).to.equal(undefined);
  });
});

describe('a span that the sampler drops', () => {
  const h = harness({ sampler: new AlwaysOffSampler() });

  it('has a context of its own, and does nothing', () => {
    const span = h.tracer.startSpan('dropped');
    span.setAttribute('a', 1).setAttributes({}).addEvent('e').addLinks([]).setStatus({ code: 1 });
    span.addLink({ context: span.spanContext() }).updateName('b').recordException('x');
    expect(span.isRecording()).to.equal(false);
    expect(span.spanContext()).to.equal(span.spanContext());
    expect(trace.isSpanContextValid(span.spanContext())).to.equal(true);
    span.end();
    expect(h.spans()).to.deep.equal([]);
  });

  it('hands its trace on', () => {
    const parent = h.tracer.startSpan('parent');
    const child = h.tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent));
    expect(child.spanContext().traceId).to.equal(parent.spanContext().traceId);
    expect(child.spanContext().traceFlags & 1).to.equal(0);
  });
});

describe('answerByParent', () => {
  const LOCAL = { traceFlags: 1 };
  const REMOTE = { traceFlags: 0, isRemote: true };
  const parentBased = new ParentBasedSampler({ root: new AlwaysOnSampler() });

  it('answers for samplers that look at the parent alone', () => {
    const decide = (parent?: typeof LOCAL | typeof REMOTE): unknown =>
      answerByParent(parentBased, parent)?.decision;
    expect(decide()).to.equal(SamplingDecision.RECORD_AND_SAMPLED);
    expect(decide(LOCAL)).to.equal(SamplingDecision.RECORD_AND_SAMPLED);
    expect(decide(REMOTE)).to.equal(SamplingDecision.NOT_RECORD);
  });

  it('does not answer where the root sampler looks at more', () => {
    class Odd implements Sampler {
      shouldSample = () => ({ decision: SamplingDecision.RECORD });
    }
    const sampler = new ParentBasedSampler({ root: new Odd() });
    expect(answerByParent(sampler, undefined)).to.equal(undefined);
    expect(answerByParent(sampler, LOCAL)).not.to.equal(undefined);
  });

  it('does not answer for heirs, instances that were changed, and proxies', () => {
    class Heir extends AlwaysOnSampler {
      override shouldSample() {
        return { decision: SamplingDecision.NOT_RECORD };
      }
    }
    const changed = new AlwaysOnSampler();
    changed.shouldSample = () => ({ decision: SamplingDecision.NOT_RECORD });
    for (const sampler of [new Heir(), changed, new Proxy(parentBased, {})]) {
      expect(answerByParent(sampler, undefined)).to.equal(undefined);
    }
  });
});
