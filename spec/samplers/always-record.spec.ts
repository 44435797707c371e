import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { NoopSpanProcessor } from '../../lib/processors/noop.js';
import { TracerProvider } from '../../lib/provider.js';
import {
  AlwaysOffSampler,
  ParentBasedSampler,
  SamplingDecision,
  type Sampler,
  type SamplingInput,
  type SamplingResult,
} from '../../lib/sampler.js';
import { TraceState } from '../../lib/trace-state.js';
import { AlwaysRecordSampler } from '../../samplers/always-record.js';

const INPUT: SamplingInput = [ROOT_CONTEXT, 'a'.repeat(32), 'work', SpanKind.SERVER, { a: 1 }, []];

function answering(result: SamplingResult): Sampler {
  return { shouldSample: () => result, toString: () => 'Fixed' };
}

describe('AlwaysRecordSampler', () => {
  const { NOT_RECORD, RECORD, RECORD_AND_SAMPLED } = SamplingDecision;
  for (const [name, inner, outer] of [
    ['NOT_RECORD', NOT_RECORD, RECORD],
    ['RECORD', RECORD, RECORD],
    ['RECORD_AND_SAMPLED', RECORD_AND_SAMPLED, RECORD_AND_SAMPLED],
  ] as const) {
    it(`makes ${outer} of ${name}, with its attributes and trace state (T-SAMP-09)`, () => {
      const attributes = { rule: 'first' };
      const traceState = new TraceState('a=1');
      const sampler = new AlwaysRecordSampler(
        answering({ decision: inner, attributes, traceState }),
      );
      expect(sampler.shouldSample(...INPUT)).to.deep.equal({
        decision: outer,
        attributes,
        traceState,
      });
    });
  }

  it('asks with all that it is asked with (T-SAMP-09)', () => {
    let asked: unknown[] = [];
    const root: Sampler = {
      shouldSample: (...input) => {
        asked = input;
        return { decision: NOT_RECORD };
      },
    };
    new AlwaysRecordSampler(root).shouldSample(...INPUT);
    expect(asked).to.deep.equal(INPUT);
  });

  it('does not change the answer of the other, which may be shared', () => {
    const shared = Object.freeze({ decision: NOT_RECORD });
    expect(new AlwaysRecordSampler(answering(shared)).shouldSample(...INPUT).decision).to.equal(
      RECORD,
    );
    expect(shared.decision).to.equal(NOT_RECORD);
  });

  it('shows all spans to processors, unsampled, and so are their children (T-SAMP-09)', () => {
    const provider = new TracerProvider({
      sampler: new AlwaysRecordSampler(new ParentBasedSampler({ root: new AlwaysOffSampler() })),
      spanProcessors: [new NoopSpanProcessor()],
    });
    const tracer = provider.getTracer('spec');
    const root = tracer.startSpan('root');
    const child = tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, root));
    for (const span of [child, root]) {
      expect(span.isRecording()).to.equal(true);
      expect(span.spanContext().traceFlags & 1).to.equal(0);
      span.end();
    }
  });

  it('describes itself and the other', () => {
    expect(String(new AlwaysRecordSampler(new AlwaysOffSampler()))).to.equal(
      'AlwaysRecord{AlwaysOffSampler}',
    );
  });

  it('refuses what is no sampler', () => {
    expect(() => new AlwaysRecordSampler({} as Sampler)).to.throw(TypeError, /root/);
  });
});
