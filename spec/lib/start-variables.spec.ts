import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { AsyncLocalStorageContextManager } from '../../lib/node/context.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import type { Sdk, StartOptions } from '../../lib/start.js';
import { starting } from '../support/starting.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const TRACEPARENT = `00-${TRACE_ID}-${SPAN_ID}-01`;

describe('start() and the environment', () => {
  const s = starting();

  /** Starts with these variables and options; `exporters` only where one of the two names them. */
  function begin(variables: Record<string, string>, options: StartOptions = {}): Sdk {
    Object.assign(process.env, variables);
    const exporters = [new SimpleSpanProcessor(new InMemorySpanExporter())];
    const fallback = 'OTEL_TRACES_EXPORTER' in variables ? {} : { exporters };
    return s.start({ ...fallback, ...options });
  }

  /** The span that is the parent of what is started where nothing is active. */
  const activeSpanId = () => trace.getSpanContext(context.active())?.spanId;

  const isRecording = () => {
    const span = trace.getTracer('spec').startSpan('recording?', { root: true });
    const is = span.isRecording();
    span.end();
    return is;
  };

  describe('OTEL_PROPAGATORS (V-05)', () => {
    for (const [names, fields] of [
      ['tracecontext', ['traceparent', 'tracestate']],
      ['baggage', ['baggage']],
      ['b3', ['b3']],
      ['b3multi', ['x-b3-traceid', 'x-b3-spanid', 'x-b3-sampled', 'x-b3-flags']],
      ['jaeger', ['uber-trace-id']],
      ['ottrace', ['ot-tracer-traceid', 'ot-tracer-spanid', 'ot-tracer-sampled']],
      ['xray', ['x-amzn-trace-id']],
      ['xray-lambda', ['x-amzn-trace-id']],
      ['none', []],
      ['XRay,B3', ['x-amzn-trace-id', 'b3']],
    ] as const) {
      it(`knows ${names}`, () => {
        begin({ OTEL_PROPAGATORS: names });
        expect(propagation.fields()).to.have.members([...fields]);
        expect(s.said()).to.equal('');
      });
    }

    it('makes each once, whatever the case (V-RULE-05)', () => {
      const made: string[] = [];
      begin({ OTEL_PROPAGATORS: 'b3,B3, b3' });
      propagation.inject(
        trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 }),
        {},
        { set: (_carrier, name) => void made.push(name) },
      );
      expect(made).to.deep.equal(['b3']);
    });
  });

  describe('unknown names (V-RULE-05)', () => {
    it('are reported for each variable, all of them, as they were written', () => {
      begin({ OTEL_PROPAGATORS: 'B4,b3,b5', OTEL_TRACES_SAMPLER: 'Sometimes' });
      expect(s.said()).to.include('OTEL_PROPAGATORS: "B4", "b5" is ignored');
      expect(s.said()).to.include('OTEL_TRACES_SAMPLER: "Sometimes" is ignored');
      expect(propagation.fields()).to.deep.equal(['b3']);
    });

    it('alone leave the default', () => {
      begin({ OTEL_PROPAGATORS: 'b4', OTEL_TRACES_SAMPLER: 'b4' });
      expect(propagation.fields()).to.include('traceparent');
      expect(isRecording()).to.equal(true);
    });

    it('of exporters leave the default, so that no trace is lost to a slip', () => {
      begin({ OTEL_TRACES_EXPORTER: 'otpl', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
      expect(s.said()).to.include('OTEL_TRACES_EXPORTER: "otpl" is ignored');
      expect(s.sdk.provider.getTracer('spec').enabled()).to.equal(true);
    });
  });

  describe('OTEL_TRACES_SAMPLER_ARG (V-07)', () => {
    for (const sampler of ['traceidratio', 'ParentBased_TraceIdRatio']) {
      it(`is the ratio of ${sampler}`, () => {
        begin({ OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: '0' });
        expect(isRecording()).to.equal(false);
      });
    }

    for (const bad of ['-0.5', '1.5', 'half', 'NaN', '0.1,0.2']) {
      it(`is reported and ignored when it is ${bad}`, () => {
        begin({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: bad });
        expect(s.said()).to.equal(
          `OTEL_TRACES_SAMPLER_ARG: "${bad}" is no ratio from 0 to 1: it is ignored`,
        );
        expect(isRecording()).to.equal(true);
      });
    }

    it('loses to a ratio in code (V-RULE-07)', () => {
      begin(
        { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '1' },
        { sampler: { name: 'traceidratio', options: { ratio: 0 } } },
      );
      expect(isRecording()).to.equal(false);
    });
  });

  describe('OTEL_SDK_DISABLED (V-01)', () => {
    it('has an option in code that says the same (V-RULE-06)', () => {
      begin({}, { disabled: true });
      expect(isRecording()).to.equal(false);
      expect(propagation.fields()).to.include('traceparent');
    });

    it('loses to code (V-RULE-07)', () => {
      begin({ OTEL_SDK_DISABLED: 'true' }, { disabled: false });
      expect(isRecording()).to.equal(true);
    });

    it('still hands on the context of the parent process', () => {
      begin({ OTEL_SDK_DISABLED: 'true', TRACEPARENT });
      expect(activeSpanId()).to.equal(SPAN_ID);
    });
  });

  describe('a batch larger than the queue (V-10)', () => {
    it('throws nothing, and says what is done', () => {
      const batch = { OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '20' };
      begin(batch, { exporters: [new InMemorySpanExporter()] });
      expect(s.said()).to.include('maxExportBatchSize 20 is more than maxQueueSize');
    });
  });

  describe('the context of the parent process (P-ENV-05)', () => {
    it('is active where nothing else is', () => {
      begin({ TRACEPARENT, TRACESTATE: 'a=1', BAGGAGE: 'user=me' });
      expect(activeSpanId()).to.equal(SPAN_ID);
      expect(trace.getSpanContext(context.active())?.traceState?.get('a')).to.equal('1');
      expect(propagation.getActiveBaggage()?.getEntry('user')?.value).to.equal('me');
      context.with(ROOT_CONTEXT, () => expect(activeSpanId()).to.equal(undefined));
    });

    it('is read by the propagators that are chosen', () => {
      begin({ TRACEPARENT, B3: `${TRACE_ID}-bbbbbbbbbbbbbbbb-1` }, { propagators: ['b3'] });
      expect(activeSpanId()).to.equal('bbbbbbbbbbbbbbbb');
    });

    it('is found for a later start too, and gone after a shutdown', async () => {
      await begin({}).shutdown();
      await begin({ TRACEPARENT }).shutdown();
      expect(activeSpanId()).to.equal(undefined);
      begin({ TRACEPARENT });
      expect(activeSpanId()).to.equal(SPAN_ID);
    });

    it('is left alone when told so, or when it can not be read', async () => {
      begin({ TRACEPARENT }, { contextFromEnvironment: false });
      expect(context.active()).to.equal(ROOT_CONTEXT);
      await s.sdk.shutdown();
      begin({ TRACEPARENT: 'junk', BAGGAGE: ';' });
      expect(context.active()).to.equal(ROOT_CONTEXT);
    });

    it('is not given to a context manager of one’s own', () => {
      begin({ TRACEPARENT }, { contextManager: new AsyncLocalStorageContextManager() });
      expect(context.active()).to.equal(ROOT_CONTEXT);
    });

    it('does no harm when a propagator of one’s own throws', () => {
      const broken = {
        inject: () => {},
        extract: () => {
          throw new Error('broken');
        },
        fields: () => [],
      };
      begin({ TRACEPARENT }, { propagators: [broken] });
      expect(s.codes()).to.deep.equal(['propagator.threw']);
      propagation.extract(ROOT_CONTEXT, {});
    });
  });
});
