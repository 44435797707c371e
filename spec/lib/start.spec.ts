import {
  context,
  propagation,
  ROOT_CONTEXT,
  trace,
  type ProxyTracerProvider,
  type Tracer,
} from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { propagatorRegistry } from '../../lib/components.js';
import { AsyncLocalStorageContextManager } from '../../lib/node/context.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { TracerProvider } from '../../lib/provider.js';
import { resourceFromAttributes } from '../../lib/resource.js';
import { AlwaysOffSampler } from '../../lib/sampler.js';
import { start, type Sdk, type StartOptions } from '../../lib/start.js';
import { B3Propagator } from '../../propagators/b3.js';
import { starting } from '../support/starting.js';

describe('start', () => {
  const s = starting();
  let exporter: InMemorySpanExporter;
  /** Fetched before any start, as modules do when they are loaded. */
  let earlyTracer: Tracer;

  /** Starts with a memory exporter behind a simple processor, so that nothing has to be waited for. */
  function begin(options: StartOptions = {}): Sdk {
    exporter = new InMemorySpanExporter();
    return s.start({ exporters: [new SimpleSpanProcessor(exporter)], ...options });
  }

  const names = () => exporter.getFinishedSpans().map((span) => span.name);

  /** What goes on the wire. */
  function injected(): Record<string, string> {
    const carrier: Record<string, string> = {};
    const span = trace.getTracer('spec').startSpan('inject');
    propagation.inject(trace.setSpan(ROOT_CONTEXT, span), carrier);
    span.end();
    return carrier;
  }

  beforeEach(() => {
    earlyTracer = trace.getTracer('early');
  });

  describe('what it registers', () => {
    it('brings tracers to life that were fetched before it', async () => {
      begin();
      earlyTracer.startSpan('early').end();
      await s.sdk.forceFlush();
      expect(names()).to.deep.equal(['early']);
    });

    it('puts them to rest at shutdown, and back to life at the next start', async () => {
      await begin().shutdown();
      expect(earlyTracer.startSpan('between').isRecording()).to.equal(false);
      begin();
      earlyTracer.startSpan('again').end();
      await s.sdk.forceFlush();
      expect(names()).to.deep.equal(['again']);
    });

    it('keeps the context across awaits', async () => {
      begin();
      await trace.getTracer('spec').startActiveSpan('parent', async (parent) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        trace.getTracer('spec').startSpan('child').end();
        parent.end();
      });
      await s.sdk.forceFlush();
      const [child, parent] = exporter.getFinishedSpans();
      expect(child!.parentSpanId).to.equal(parent!.spanContext().spanId);
    });

    it('lets a tracer that has been used follow from one start to the next', async () => {
      begin();
      earlyTracer.startSpan('first').end();
      await s.sdk.shutdown();
      begin();
      earlyTracer.startSpan('second').end();
      await s.sdk.forceFlush();
      expect(names()).to.deep.equal(['second']);
    });

    it('says so at a second start, and changes nothing', () => {
      const first = begin();
      expect(start({ propagators: ['b3'] })).to.equal(first);
      expect(s.diagnostics[0]?.code).to.equal('start.twice');
      expect(injected()).to.have.all.keys('traceparent');
    });

    it('throws where another SDK holds a global, and names it', () => {
      class OtherProvider extends TracerProvider {}
      trace.setGlobalTracerProvider(new OtherProvider());
      expect(() => begin()).to.throw('tracer provider (OtherProvider)');
      expect(propagation.fields()).to.deep.equal([]);
    });

    it('names another context manager too, and registers nothing', () => {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager());
      expect(() => begin()).to.throw('context manager (AsyncLocalStorageContextManager)');
      expect(earlyTracer.startSpan('nothing').isRecording()).to.equal(false);
    });

    it('can be called again after a start that threw', () => {
      expect(() => begin({ propagators: ['nonsense'] })).to.throw();
      expect(() => begin()).to.not.throw();
    });
  });

  describe('propagators', () => {
    it('are trace context and baggage by default (P-GEN-07)', () => {
      begin();
      expect(propagation.fields()).to.have.members(['traceparent', 'tracestate', 'baggage']);
    });

    it('are chosen by name', () => {
      begin({ propagators: ['b3'] });
      expect(injected()).to.have.all.keys('b3');
    });

    it('are taken as instances, and with options', () => {
      begin({
        propagators: [
          new B3Propagator(),
          { name: 'x-trace', options: { traceIdHeader: 'X-Request-Trace' } },
        ],
      });
      expect(Object.keys(injected())).to.include.members(['b3', 'X-Request-Trace']);
    });

    it('are none for an empty list', () => {
      begin({ propagators: [] });
      expect(injected()).to.deep.equal({});
    });

    it('come from the environment, which loses to code (V-05, V-07)', async () => {
      process.env['OTEL_PROPAGATORS'] = 'jaeger';
      begin();
      expect(injected()).to.have.all.keys('uber-trace-id');
      await s.sdk.shutdown();
      begin({ propagators: ['b3'] });
      expect(injected()).to.have.all.keys('b3');
    });

    it('that are unknown throw in code, with the known names', () => {
      expect(() => begin({ propagators: ['b4'] })).to.throw(
        RangeError,
        'propagators: there is no propagator named "b4"; there are: tracecontext, baggage, b3',
      );
    });

    it('that are unknown are reported in the environment, and the rest used (V-RULE-05)', () => {
      process.env['OTEL_PROPAGATORS'] = 'b4,b3';
      begin();
      expect(injected()).to.have.all.keys('b3');
      expect(s.diagnostics[0]?.message).to.include('"b4"');
    });

    it('that are no propagators throw', () => {
      expect(() => begin({ propagators: [{} as never] })).to.throw(TypeError, 'propagators');
      expect(() => begin({ propagators: [7 as never] })).to.throw(TypeError, '7');
    });

    it("can be a user's own, added to the registry by name", () => {
      propagatorRegistry.add('shout', () => ({
        inject: (_context, carrier, setter) => setter.set(carrier, 'shout', 'HEY'),
        extract: (given) => given,
        fields: () => ['shout'],
      }));
      process.env['OTEL_PROPAGATORS'] = 'shout';
      begin();
      expect(injected()).to.deep.equal({ shout: 'HEY' });
    });
  });

  describe('the sampler', () => {
    const sampled = () => trace.getTracer('spec').startSpan('sampled?').isRecording();

    it('keeps every root by default (T-PROV-08)', () => {
      begin();
      expect(sampled()).to.equal(true);
    });

    it('is chosen by name, by name with options, and as an instance', async () => {
      for (const sampler of [
        'always_off',
        { name: 'traceidratio', options: { ratio: 0 } },
        new AlwaysOffSampler(),
      ]) {
        begin({ sampler });
        expect(sampled()).to.equal(false);
        await s.sdk.shutdown();
      }
    });

    it('comes from the environment, with its argument (V-06, V-07)', () => {
      process.env['OTEL_TRACES_SAMPLER'] = 'parentbased_traceidratio';
      process.env['OTEL_TRACES_SAMPLER_ARG'] = '0';
      begin();
      expect(sampled()).to.equal(false);
    });

    it('ignores the argument where the environment names no sampler (V-07)', () => {
      process.env['OTEL_TRACES_SAMPLER_ARG'] = '0';
      begin({ sampler: 'traceidratio' });
      expect(sampled()).to.equal(true);
    });

    it('of an unknown name throws', () => {
      expect(() => begin({ sampler: 'sometimes' })).to.throw('"sometimes"; there are: always_on');
    });
  });

  describe('the resource', () => {
    const attributes = () => s.sdk.provider.resource.attributes;

    it('names the SDK as itself (T-RES-04, C-RES-03)', () => {
      begin();
      expect(attributes()).to.include({
        'telemetry.sdk.name': 'spantree',
        'telemetry.sdk.language': 'nodejs',
      });
      expect(attributes()['service.name']).to.match(/^unknown_service:/);
    });

    it('lets the service name win over the other attributes of the environment (V-02)', () => {
      process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'service.name=low,team=blue';
      process.env['OTEL_SERVICE_NAME'] = 'high';
      begin();
      expect(attributes()).to.include({ 'service.name': 'high', team: 'blue' });
    });

    it('lets code win over the environment (T-RES-05, V-07)', () => {
      process.env['OTEL_SERVICE_NAME'] = 'env';
      process.env['OTEL_RESOURCE_ATTRIBUTES'] = 'team=blue,zone=a';
      begin({ serviceName: 'code', resource: { team: 'red' } });
      expect(attributes()).to.include({ 'service.name': 'code', team: 'red', zone: 'a' });
    });

    it('can be a resource', () => {
      begin({ resource: resourceFromAttributes({ 'service.name': 'given' }) });
      expect(attributes()).to.include({ 'service.name': 'given' });
    });
  });

  describe('limits and batches', () => {
    it('take limits from the environment, and from code before that (V-12)', async () => {
      process.env['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT'] = '1';
      process.env['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'] = '2';
      begin({ spanLimits: { attributeCountLimit: 2 } });
      trace
        .getTracer('spec')
        .startSpan('limited', { attributes: { a: 'abc', b: 'abc', c: 'abc' } })
        .end();
      await s.sdk.forceFlush();
      expect(exporter.getFinishedSpans()[0]!.attributes).to.deep.equal({ a: 'ab', b: 'ab' });
    });
  });

  describe('exporters', () => {
    it('that are given as instances get a batch processor', async () => {
      const memory = new InMemorySpanExporter();
      begin({ exporters: [memory] });
      earlyTracer.startSpan('batched').end();
      expect(memory.getFinishedSpans()).to.have.length(0);
      await s.sdk.forceFlush();
      expect(memory.getFinishedSpans()).to.have.length(1);
    });

    it('that are unknown throw, with the known names', () => {
      expect(() => begin({ exporters: ['fax'] })).to.throw(
        'there are: console, otlp, otlp/stdout, zipkin, memory',
      );
    });

    it('are none by name, in code and in the environment (V-08)', () => {
      begin({ exporters: ['none'] });
      expect(trace.getTracer('spec')).to.have.property('startSpan');
      expect(s.sdk.provider.getTracer('spec').enabled()).to.equal(false);
    });

    it('are none from the environment (V-08)', () => {
      process.env['OTEL_TRACES_EXPORTER'] = 'none';
      expect(s.start().provider.getTracer('spec').enabled()).to.equal(false);
    });
  });

  it('is off with OTEL_SDK_DISABLED, and still propagates (V-01)', () => {
    process.env['OTEL_SDK_DISABLED'] = 'true';
    begin();
    expect(earlyTracer.startSpan('nothing').isRecording()).to.equal(false);
    expect(propagation.fields()).to.include('traceparent');
  });

  it('has one tracer for a name, however often it is asked for (T-PROV-05)', () => {
    begin();
    const provider = (trace.getTracerProvider() as ProxyTracerProvider).getDelegate();
    expect(provider.getTracer('lib')).to.equal(provider.getTracer('lib'));
    expect(provider.getTracer('lib')).to.equal(provider.getTracer('lib', '', {}));
    expect(provider.getTracer('lib')).not.to.equal(provider.getTracer('lib', '1.0.0'));
  });
});
