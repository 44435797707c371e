import { readFileSync } from 'node:fs';
import {
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { expect } from 'chai';
import { RANDOM_FLAG } from '../../lib/ids.js';
import * as main from '../../lib/index.js';
import { SamplingDecision } from '../../lib/sampler.js';
import { harness } from '../support/harness.js';

describe('over @opentelemetry/api', () => {
  const h = harness();

  it('is a peer of API 1.9 and later ones (T-API-01)', () => {
    const { peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      peerDependencies: Record<string, string>;
    };
    expect(peerDependencies['@opentelemetry/api']).to.equal('>=1.9.0 <2');
  });

  it('reaches our spans through its functions', () => {
    trace.setGlobalTracerProvider(h.provider);
    trace.getTracer('lib').startActiveSpan('span', (span) => {
      expect(trace.getSpan(context.active())).to.equal(span);
      expect(trace.getSpanContext(context.active())).to.equal(span.spanContext());
      expect(trace.isSpanContextValid(span.spanContext())).to.equal(true);
      span.end();
    });
    expect(h.span('span').instrumentationScope.name).to.equal('lib');
  });

  it('has the numbers of its enums (T-API-11, T-API-07)', () => {
    expect([SpanKind.INTERNAL, SpanKind.CONSUMER]).to.deep.equal([0, 4]);
    expect([SpanStatusCode.UNSET, SpanStatusCode.ERROR]).to.deep.equal([0, 2]);
    expect(SamplingDecision).to.deep.equal({ NOT_RECORD: 0, RECORD: 1, RECORD_AND_SAMPLED: 2 });
    expect(TraceFlags.SAMPLED | RANDOM_FLAG).to.equal(3);
  });

  it('knows `enabled` on our tracers, which its interface has not (T-API-05, T-TRC-01)', () => {
    const tracer: { enabled?: () => boolean } = h.tracer;
    expect(tracer.enabled?.()).to.equal(true);
  });

  it('gives out no way to make a span but a tracer (T-SPAN-12)', () => {
    expect(Object.keys(main)).not.to.include.members(['Span', 'Tracer']);
    expect(Object.keys(main)).to.include.members(['TracerProvider', 'withSpan']);
  });

  it('wraps span contexts in spans that record nothing and can be parents (T-SPAN-20)', () => {
    const wrapped = trace.wrapSpanContext({ ...INVALID_SPAN_CONTEXT, traceId: 'a'.repeat(32) });
    expect(wrapped.isRecording()).to.equal(false);
    h.tracer.startSpan('root', {}, trace.setSpan(ROOT_CONTEXT, wrapped)).end();
    expect(h.span('root').parentSpanContext).to.equal(undefined);
  });
});
