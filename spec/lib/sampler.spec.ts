import {
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { expect } from 'chai';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  type ParentBasedSamplerOptions,
  type Sampler,
} from '../../lib/sampler.js';
import { TracerProvider } from '../../lib/provider.js';
import { behavesLikeASampler } from '../contract/sampler.js';
import { harness } from '../support/harness.js';

const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
const PARENT: SpanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 };

function decisionOf(sampler: Sampler, context: Context = ROOT_CONTEXT): SamplingDecision {
  return sampler.shouldSample(context, PARENT.traceId, 'span', SpanKind.INTERNAL, {}, []).decision;
}

function below(parent: Partial<SpanContext>): Context {
  return trace.setSpanContext(ROOT_CONTEXT, { ...PARENT, ...parent });
}

describe('SamplingDecision', () => {
  it("has the official SDK's numbers (T-API-11)", () => {
    expect([NOT_RECORD, RECORD, RECORD_AND_SAMPLED]).to.deep.equal([0, 1, 2]);
  });
});

describe('AlwaysOnSampler', () => {
  behavesLikeASampler('AlwaysOnSampler', () => new AlwaysOnSampler());

  it('keeps every span (T-SAMP-03)', () => {
    expect(decisionOf(new AlwaysOnSampler())).to.equal(RECORD_AND_SAMPLED);
    expect(decisionOf(new AlwaysOnSampler(), below({}))).to.equal(RECORD_AND_SAMPLED);
  });
});

describe('AlwaysOffSampler', () => {
  behavesLikeASampler('AlwaysOffSampler', () => new AlwaysOffSampler());

  it('drops every span (T-SAMP-03)', () => {
    expect(decisionOf(new AlwaysOffSampler())).to.equal(NOT_RECORD);
    expect(decisionOf(new AlwaysOffSampler(), below({ traceFlags: 1 }))).to.equal(NOT_RECORD);
  });
});

describe('ParentBasedSampler', () => {
  behavesLikeASampler(
    'ParentBased{root=AlwaysOnSampler, remoteParentSampled=AlwaysOnSampler, ' +
      'remoteParentNotSampled=AlwaysOffSampler, localParentSampled=AlwaysOnSampler, ' +
      'localParentNotSampled=AlwaysOffSampler}',
    () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  );

  it('does what the parent did, and asks its root sampler for roots (T-SAMP-04)', () => {
    const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler() });
    expect(decisionOf(sampler)).to.equal(NOT_RECORD);
    for (const isRemote of [true, false]) {
      expect(decisionOf(sampler, below({ isRemote, traceFlags: 1 }))).to.equal(RECORD_AND_SAMPLED);
      expect(decisionOf(sampler, below({ isRemote, traceFlags: 0 }))).to.equal(NOT_RECORD);
    }
  });

  for (const [option, parent] of [
    ['root', undefined],
    ['root', { traceId: '0'.repeat(32), traceFlags: 1 }],
    ['root', { spanId: 'short', traceFlags: 1 }],
    ['remoteParentSampled', { isRemote: true, traceFlags: TraceFlags.SAMPLED }],
    ['remoteParentSampled', { isRemote: true, traceFlags: 0x03 }],
    ['remoteParentNotSampled', { isRemote: true, traceFlags: 0x02 }],
    ['localParentSampled', { isRemote: false, traceFlags: 1 }],
    ['localParentSampled', { traceFlags: 0xff }],
    ['localParentNotSampled', { traceFlags: 0 }],
  ] as [keyof ParentBasedSamplerOptions, Partial<SpanContext> | undefined][]) {
    it(`asks ${option} below ${JSON.stringify(parent)} (T-SAMP-04, T-API-07, T-API-08)`, () => {
      const chosen: Sampler = { shouldSample: () => ({ decision: RECORD }), toString: () => '' };
      const sampler = new ParentBasedSampler({ root: new AlwaysOnSampler(), [option]: chosen });
      expect(decisionOf(sampler, parent === undefined ? ROOT_CONTEXT : below(parent))).to.equal(
        RECORD,
      );
    });
  }

  it('needs a root, and samplers for samplers: anything else throws at once', () => {
    const make = (options: unknown) => () =>
      new ParentBasedSampler(options as ParentBasedSamplerOptions);
    expect(make(undefined)).to.throw(TypeError, 'root');
    expect(make({})).to.throw(TypeError, 'root: undefined has no method shouldSample()');
    const root = new AlwaysOnSampler();
    expect(make({ root, localParentSampled: 'on' })).to.throw(TypeError, 'localParentSampled: on');
  });

  it('is the default of a provider (T-PROV-08)', () => {
    const tracer = new TracerProvider().getTracer('t');
    expect(tracer.startSpan('root', {}, ROOT_CONTEXT).isRecording()).to.equal(true);
    expect(tracer.startSpan('child', {}, below({ traceFlags: 0 })).isRecording()).to.equal(false);
    expect(tracer.startSpan('child', {}, below({ traceFlags: 1 })).isRecording()).to.equal(true);
  });
});

describe('a sampler that misbehaves', () => {
  let answer: () => unknown;
  const h = harness({ sampler: { shouldSample: () => answer() } as unknown as Sampler });

  function isDropped(): boolean {
    const span = h.tracer.startSpan('span');
    span.end();
    expect(span.spanContext().spanId).to.match(/^[0-9a-f]{16}$/);
    return !span.isRecording() && (span.spanContext().traceFlags & 1) === 0 && !h.spans().length;
  }

  it('by throwing drops the span, with a report (T-SAMP-11, T-ERR-01)', () => {
    answer = () => {
      throw new Error('sampler');
    };
    expect(isDropped()).to.equal(true);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['sampler.threw']);
  });

  for (const [what, malformed] of Object.entries({
    nothing: undefined,
    null: null,
    'a number': 2,
    'no decision': {},
    'an unknown decision': { decision: 3 },
    'a decision in words': { decision: 'RECORD_AND_SAMPLED' },
    'a promise': Promise.resolve({ decision: 2 }),
    'a trace state that is a text': { decision: 2, traceState: 'a=1' },
    'a trace state that is none': { decision: 2, traceState: {} },
  })) {
    it(`by answering ${what} drops the span, with a report (T-SAMP-11)`, () => {
      answer = () => malformed;
      expect(isDropped()).to.equal(true);
      expect(h.diagnostics).to.have.length(1);
    });
  }

  it('by answering null for a trace state keeps the span', () => {
    answer = () => ({ decision: 2, traceState: null });
    expect(isDropped()).to.equal(false);
  });

  it('by being none throws at set-up', () => {
    const make = () => new TracerProvider({ sampler: 'always_on' as unknown as Sampler });
    expect(make).to.throw(TypeError, 'sampler: always_on has no method shouldSample()');
  });
});
