import {
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type SpanContext,
} from '@opentelemetry/api';
import { expect } from 'chai';
import { suppressTracing } from '../../lib/context.js';
import type { SpanProcessor } from '../../lib/processor.js';
import { TracerProvider } from '../../lib/provider.js';
import type { Tracer, TracerConfigurator } from '../../lib/tracer.js';
import { harness } from '../support/harness.js';

const PARENT: SpanContext = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const PROCESSOR: SpanProcessor = {
  onStart: () => {},
  onEnd: () => {},
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};

/** What a tracer does that records nothing (T-TRC-08). */
function isNoop(tracer: () => Tracer): void {
  it('starts an invalid span where there is no parent (T-TRC-08)', () => {
    for (const span of [
      tracer().startSpan('span', {}, ROOT_CONTEXT),
      tracer().startSpan('span', { root: true }, trace.setSpanContext(ROOT_CONTEXT, PARENT)),
    ]) {
      expect(span.spanContext()).to.deep.equal(INVALID_SPAN_CONTEXT);
      expect(span.isRecording()).to.equal(false);
    }
  });

  it('hands a non-recording parent through (T-TRC-08)', () => {
    const parent = trace.wrapSpanContext(PARENT);
    const span = tracer().startSpan('span', {}, trace.setSpan(ROOT_CONTEXT, parent));
    expect(span).to.equal(parent);
  });

  it('wraps the context of a recording parent (T-TRC-08)', () => {
    const other = new TracerProvider({ spanProcessors: [PROCESSOR] });
    const parent = other.getTracer('other').startSpan('parent');
    const span = tracer().startSpan('span', {}, trace.setSpan(ROOT_CONTEXT, parent));
    expect(span.spanContext()).to.equal(parent.spanContext());
    expect(span.isRecording()).to.equal(false);
    span.end();
    expect(parent.isRecording()).to.equal(true);
    parent.end();
  });

  it('starts spans that take every write and keep none (T-SPAN-20)', () => {
    const span = tracer().startSpan('span', {}, ROOT_CONTEXT);
    span
      .setAttribute('a', 1)
      .setAttributes({ b: 1 })
      .addEvent('e')
      .setStatus({ code: SpanStatusCode.OK });
    span.updateName('n').addLinks([]).addLink({ context: PARENT }).recordException('x');
    span.end();
    expect(span.isRecording()).to.equal(false);
  });

  it('is not enabled (T-TRC-02, T-TRC-03)', () => {
    expect(tracer().enabled()).to.equal(false);
  });

  it('still runs functions in startActiveSpan', () => {
    expect(tracer().startActiveSpan('span', () => 'value')).to.equal('value');
  });
}

describe('a tracer obtained before the shutdown, after it (T-PROV-10)', () => {
  let tracer: Tracer;
  before(async () => {
    const provider = new TracerProvider({ spanProcessors: [PROCESSOR] });
    tracer = provider.getTracer('early');
    expect(tracer.enabled()).to.equal(true);
    await provider.shutdown();
  });
  isNoop(() => tracer);
});

describe('a tracer obtained after the shutdown (T-PROV-10)', () => {
  let provider: TracerProvider;
  before(async () => {
    provider = new TracerProvider({ spanProcessors: [PROCESSOR] });
    await provider.shutdown();
  });
  isNoop(() => provider.getTracer('late'));
});

describe('a tracer that is configured off (T-TRC-05)', () => {
  const provider = new TracerProvider({
    spanProcessors: [PROCESSOR],
    tracerConfigurator: ({ name }) => ({ enabled: name !== 'off' }),
  });
  isNoop(() => provider.getTracer('off'));
});

describe('Tracer.enabled', () => {
  it('is true with a processor, and may be asked for without arguments (T-TRC-01)', () => {
    const provider = new TracerProvider({ spanProcessors: [PROCESSOR] });
    expect(provider.getTracer('t').enabled()).to.equal(true);
  });

  it('is false without a processor (T-TRC-02)', () => {
    expect(new TracerProvider().getTracer('t').enabled()).to.equal(false);
  });
});

describe('a tracer configurator', () => {
  const h = harness();

  function recordsWith(configurator: unknown): boolean {
    h.provider.setTracerConfigurator(configurator as TracerConfigurator | undefined);
    const span = h.tracer.startSpan('span');
    span.end();
    return span.isRecording() || h.spans().length > 0;
  }

  it('is asked once for each tracer, also for those handed out before (T-TRC-04, T-PROV-04)', () => {
    const asked: string[] = [];
    h.provider.setTracerConfigurator(({ name }) => {
      asked.push(name);
      return { enabled: false };
    });
    const other = h.provider.getTracer('other');
    for (let i = 0; i < 3; i++) {
      expect(h.tracer.startSpan('span').isRecording()).to.equal(false);
      expect(other.startSpan('span').isRecording()).to.equal(false);
    }
    expect(asked).to.have.members(['spec', 'other']);
  });

  it('is asked when a tracer is made (T-TRC-04)', () => {
    const asked: string[] = [];
    h.provider.setTracerConfigurator(({ name }) => {
      asked.push(name);
      return {};
    });
    h.provider.getTracer('new');
    expect(asked).to.deep.equal(['new']);
  });

  it('can be replaced and taken away, which is seen at once (T-TRC-04, T-TRC-06)', () => {
    expect(recordsWith(() => ({ enabled: false }))).to.equal(false);
    expect(recordsWith(() => ({ enabled: true }))).to.equal(true);
    h.exporter.reset();
    expect(recordsWith(() => ({ enabled: false }))).to.equal(false);
    expect(recordsWith(undefined)).to.equal(true);
  });

  for (const [what, answer] of Object.entries({ null: null, undefined, 'no config': {} })) {
    it(`that answers ${what} means the default: on (T-TRC-04, T-TRC-05)`, () => {
      expect(recordsWith(() => answer)).to.equal(true);
    });
  }

  it('that throws leaves the tracer on, with a report (T-ERR-01)', () => {
    const threw = recordsWith(() => {
      throw new Error('configurator');
    });
    expect(threw).to.equal(true);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['tracer-configurator.threw']);
  });
});

describe('suppressed tracing', () => {
  const h = harness();

  it('starts no span, not even one that hands its parent on (T-EXP-07)', () => {
    const inParent = trace.setSpanContext(ROOT_CONTEXT, PARENT);
    const span = h.tracer.startSpan('span', {}, suppressTracing(inParent));
    expect(span.isRecording()).to.equal(false);
    expect(trace.isSpanContextValid(span.spanContext())).to.equal(false);
  });
});
