import {
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { expect } from 'chai';
import type { SpanProcessor } from '../../lib/processor.js';
import { SamplingDecision, type SamplingInput, type SamplingResult } from '../../lib/sampler.js';
import type { Span } from '../../lib/span.js';
import { TraceState } from '../../lib/trace-state.js';
import { harness } from '../support/harness.js';

const REMOTE: SpanContext = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: TraceFlags.SAMPLED,
  traceState: new TraceState('vendor=1'),
  isRemote: true,
};
const inRemote = trace.setSpanContext(ROOT_CONTEXT, REMOTE);

/** A sampler whose answer the spec chooses, and which remembers what it was asked. */
function scripted() {
  return {
    answer: { decision: SamplingDecision.RECORD_AND_SAMPLED } as SamplingResult,
    asked: [] as SamplingInput[],
    shouldSample(...input: SamplingInput): SamplingResult {
      this.asked.push(input);
      return this.answer;
    },
  };
}

/** A processor that remembers what it was called with. */
function watcher() {
  const seen = { started: [] as [Span, Context][], ended: [] as string[] };
  const processor: SpanProcessor = {
    onStart: (span, parent) => void seen.started.push([span, parent]),
    onEnd: (span) => void seen.ended.push(span.name),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  return { ...seen, processor };
}

describe('startSpan', () => {
  const sampler = scripted();
  const seen = watcher();
  const h = harness({ sampler, spanProcessors: [seen.processor] });

  beforeEach(() => {
    sampler.answer = { decision: SamplingDecision.RECORD_AND_SAMPLED };
    sampler.asked.length = 0;
    seen.started.length = 0;
    seen.ended.length = 0;
  });

  it('has defaults: INTERNAL, no attributes, no links (T-SPAN-06)', () => {
    h.tracer.startSpan('plain').end();
    const span = h.span('plain');
    expect(span.kind).to.equal(SpanKind.INTERNAL);
    expect(span.attributes).to.deep.equal({});
    expect(span.links).to.deep.equal([]);
  });

  it('continues the trace of its parent, with a span id of its own (T-SPAN-01, T-SPAN-04)', () => {
    const span = h.tracer.startSpan('child', {}, inRemote);
    span.end();
    const child = span.spanContext();
    expect(child.traceId).to.equal(REMOTE.traceId);
    expect(child.spanId).not.to.equal(REMOTE.spanId);
    expect(child.traceState).to.equal(REMOTE.traceState);
    expect(h.span('child').parentSpanContext).to.deep.equal(REMOTE);
  });

  it('makes a local span, also below a remote parent (T-SPAN-05, T-API-08)', () => {
    const span = h.tracer.startSpan('child', {}, inRemote);
    span.end();
    expect(span.spanContext().isRemote ?? false).to.equal(false);
  });

  it('takes the active span for the parent, and root: true for none (T-SPAN-02)', () => {
    h.tracer.startActiveSpan('parent', (parent) => {
      h.tracer.startSpan('child').end();
      h.tracer.startSpan('root', { root: true }).end();
      parent.end();
    });
    const parent = h.span('parent').spanContext();
    expect(h.span('child').parentSpanId).to.equal(parent.spanId);
    expect(h.span('root').parentSpanContext).to.equal(undefined);
    expect(h.span('root').spanContext().traceId).not.to.equal(parent.traceId);
  });

  for (const [what, invalid] of Object.entries({
    'an invalid one': INVALID_SPAN_CONTEXT,
    'one with half an id': { ...REMOTE, spanId: 'b' },
    'one with upper-case ids': { ...REMOTE, traceId: REMOTE.traceId.toUpperCase() },
    nothing: undefined as unknown as SpanContext,
  })) {
    it(`takes a parent context that is ${what} for none (T-SPAN-03)`, () => {
      const parent = trace.setSpanContext(ROOT_CONTEXT, invalid);
      h.tracer.startSpan('root', {}, parent).end();
      expect(h.span('root').parentSpanContext).to.equal(undefined);
      expect(h.span('root').spanContext().traceId).to.match(/^[0-9a-f]{32}$/);
      expect(trace.getSpan(sampler.asked[0]![0])).to.equal(undefined);
      expect(trace.getSpan(seen.started[0]![1])).to.equal(undefined);
    });
  }

  it('tells the sampler all about the span to be (T-SAMP-01)', () => {
    const attributes = { a: 1 };
    const links = [{ context: REMOTE }];
    const span = h.tracer.startSpan('s', { kind: SpanKind.CLIENT, attributes, links }, inRemote);
    span.end();
    expect(sampler.asked).to.deep.equal([
      [inRemote, REMOTE.traceId, 's', SpanKind.CLIENT, attributes, links],
    ]);
  });

  it('asks the sampler before it makes the span, with text for a name (T-SPAN-01)', () => {
    h.tracer.startSpan(undefined as unknown as string).end();
    expect(sampler.asked[0]?.[2]).to.equal('');
  });

  it('hands processors the context it found, without the parent of a root (T-PROC-02)', () => {
    h.tracer.startSpan('child', {}, inRemote).end();
    h.tracer.startSpan('root', { root: true }, inRemote).end();
    expect(seen.started[0]?.[1]).to.equal(inRemote);
    expect(trace.getSpan(seen.started[1]![1])).to.equal(undefined);
  });

  it('drops: no recording, no processor, but a new span id and a trace (T-SPAN-07)', () => {
    const traceState = new TraceState('sampler=1');
    sampler.answer = { decision: SamplingDecision.NOT_RECORD, traceState };
    const span = h.tracer.startSpan('dropped', {}, inRemote);
    span.setAttribute('a', 1).end();
    expect(span.isRecording()).to.equal(false);
    const { traceId, spanId, traceFlags, traceState: state } = span.spanContext();
    expect(traceId).to.equal(REMOTE.traceId);
    expect(spanId)
      .to.match(/^[0-9a-f]{16}$/)
      .and.not.equal(REMOTE.spanId);
    expect(traceFlags & TraceFlags.SAMPLED).to.equal(0);
    expect(state).to.equal(traceState);
    expect(seen.started).to.deep.equal([]);
    expect(seen.ended).to.deep.equal([]);
  });

  it('records only: processors see it, exporters do not (T-SPAN-08, T-PROC-12)', () => {
    sampler.answer = { decision: SamplingDecision.RECORD };
    const span = h.tracer.startSpan('recorded', {}, inRemote);
    expect(span.isRecording()).to.equal(true);
    expect(span.spanContext().traceFlags & TraceFlags.SAMPLED).to.equal(0);
    span.end();
    expect(seen.ended).to.deep.equal(['recorded']);
    expect(h.spans()).to.deep.equal([]);
  });

  it('never samples what it does not record (T-SPAN-08, T-API-07)', () => {
    for (const decision of [0, 1, 2] as const) {
      sampler.answer = { decision };
      const span = h.tracer.startSpan(`decision ${decision}`, {}, inRemote);
      const sampled = (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
      expect(sampled).to.equal(decision === 2);
      expect(span.isRecording()).to.equal(decision > 0);
      span.end();
    }
  });

  it("adds the sampler's attributes, which win, and leaves its object alone (T-SPAN-09, T-SAMP-10)", () => {
    const attributes = Object.freeze({ rate: 0.5, who: 'sampler' });
    sampler.answer = { decision: SamplingDecision.RECORD_AND_SAMPLED, attributes };
    h.tracer.startSpan('a', { attributes: { who: 'caller', own: 1 } }).end();
    const second = h.tracer.startSpan('b');
    second.setAttribute('who', 'late').end();
    expect(h.span('a').attributes).to.deep.equal({ who: 'sampler', own: 1, rate: 0.5 });
    expect(h.span('b').attributes).to.deep.equal({ who: 'late', rate: 0.5 });
    expect(attributes).to.deep.equal({ rate: 0.5, who: 'sampler' });
  });

  it("takes the sampler's trace state; an empty one clears it, none keeps the parent's (T-SPAN-10)", () => {
    const state = () => {
      const span = h.tracer.startSpan('s', {}, inRemote);
      span.end();
      return span.spanContext().traceState?.serialize();
    };
    expect(state()).to.equal('vendor=1');
    sampler.answer = { decision: 2, traceState: new TraceState('mine=1') };
    expect(state()).to.equal('mine=1');
    sampler.answer = { decision: 2, traceState: new TraceState() };
    expect(state()).to.equal('');
  });

  it('does not make the span active (T-TRC-09)', () => {
    const span = h.tracer.startSpan('span');
    expect(trace.getActiveSpan()).to.equal(undefined);
    span.end();
  });

  it('takes ended spans for parents (T-SPAN-13)', () => {
    const parent = h.tracer.startSpan('parent');
    parent.end();
    h.tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
    expect(h.span('child').parentSpanId).to.equal(parent.spanContext().spanId);
    expect(parent.isRecording()).to.equal(false);
  });
});

describe('startActiveSpan', () => {
  const h = harness();

  it('runs the function with the span active, returns its value and ends nothing (T-TRC-09)', () => {
    const result = h.tracer.startActiveSpan('span', (span) => {
      expect(trace.getActiveSpan()).to.equal(span);
      expect(span.isRecording()).to.equal(true);
      return span;
    });
    expect(result.isRecording()).to.equal(true);
    result.end();
    expect(trace.getActiveSpan()).to.equal(undefined);
  });

  it('has all forms of the API (T-API-05)', () => {
    const options = { kind: SpanKind.SERVER };
    h.tracer.startActiveSpan('two', (span) => span.end());
    h.tracer.startActiveSpan('three', options, (span) => span.end());
    h.tracer.startActiveSpan('four', options, inRemote, (span) => span.end());
    expect(h.span('two').kind).to.equal(SpanKind.INTERNAL);
    expect(h.span('three').kind).to.equal(SpanKind.SERVER);
    expect(h.span('four').parentSpanId).to.equal(REMOTE.spanId);
  });

  it('keeps what else is in the context given to it', () => {
    const key = Symbol('key');
    h.tracer.startActiveSpan('span', {}, ROOT_CONTEXT.setValue(key, 'value'), (span) => {
      expect(context.active().getValue(key)).to.equal('value');
      span.end();
    });
  });

  it('without a function does nothing (T-API-05)', () => {
    const start = h.tracer.startActiveSpan.bind(h.tracer) as (...args: unknown[]) => unknown;
    expect(start('one')).to.equal(undefined);
    expect(start('two', {})).to.equal(undefined);
    expect(h.spans()).to.deep.equal([]);
  });

  it('takes null for options and context (T-SPAN-11)', () => {
    const start = h.tracer.startActiveSpan.bind(h.tracer) as (...args: unknown[]) => unknown;
    const end = (span: Span) => span.end();
    start('a', null, end);
    start('b', null, null, end);
    start('c', undefined, undefined, end);
    expect(h.spans().map(({ name }) => name)).to.deep.equal(['a', 'b', 'c']);
  });

  it("throws what the function throws, which is the user's own", () => {
    const error = new Error('mine');
    h.allowOpenSpans();
    expect(() =>
      h.tracer.startActiveSpan('span', () => {
        throw error;
      }),
    ).to.throw(error);
    expect(trace.getActiveSpan()).to.equal(undefined);
  });
});
