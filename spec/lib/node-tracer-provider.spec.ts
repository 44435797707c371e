import {
  context,
  propagation,
  ROOT_CONTEXT,
  trace,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { expect } from 'chai';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  NodeTracerProvider,
  resourceFromAttributes,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
  type TracerProviderOptions,
} from '../../lib/index.js';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../lib/diagnostics.js';
import { withEnvironment } from '../support/environment.js';
import { ManualExporter } from '../support/manual-exporter.js';

/** What is reported in each test of the surrounding `describe`. */
function collectReports(): Diagnostic[] {
  const reports: Diagnostic[] = [];
  beforeEach(() => {
    reports.length = 0;
    resetDiagnostics();
    setErrorHandler((diagnostic) => reports.push(diagnostic));
  });
  afterEach(() => setErrorHandler(() => {}));
  return reports;
}

/** What a provider of that class makes of a span with two attributes. */
function spanOf(
  Provider: typeof TracerProvider,
  variables: Record<string, string>,
  options: TracerProviderOptions = {},
): ReadableSpan | undefined {
  const exporter = new InMemorySpanExporter();
  const spanProcessors = [new SimpleSpanProcessor(exporter)];
  const provider = withEnvironment(variables, () => new Provider({ ...options, spanProcessors }));
  const attributes = { a: 1, b: 2 };
  provider.getTracer('t').startSpan('s', { attributes }, ROOT_CONTEXT).end();
  return exporter.getFinishedSpans()[0];
}

describe('NodeTracerProvider, as BasicTracerProvider too', () => {
  collectReports();

  it('is a TracerProvider', () => {
    expect(BasicTracerProvider).to.equal(NodeTracerProvider);
    expect(new NodeTracerProvider()).to.be.instanceOf(TracerProvider);
  });

  it('takes its sampler from the environment (V-06)', () => {
    expect(spanOf(NodeTracerProvider, { OTEL_TRACES_SAMPLER: 'always_off' })).to.equal(undefined);
    expect(spanOf(NodeTracerProvider, {})).to.have.property('name', 's');
  });

  it('takes limits from the environment, each unless it is given (V-12)', () => {
    const variables = { OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '1', OTEL_SPAN_EVENT_COUNT_LIMIT: '1' };
    expect(spanOf(NodeTracerProvider, variables)?.attributes).to.deep.equal({ a: 1 });
    const given = { spanLimits: { eventCountLimit: 5 } };
    expect(spanOf(NodeTracerProvider, variables, given)?.attributes).to.deep.equal({ a: 1 });
    const more = { spanLimits: { attributeCountLimit: 2 } };
    expect(spanOf(NodeTracerProvider, variables, more)?.attributes).to.deep.equal({ a: 1, b: 2 });
  });

  it('takes the service from the environment when no resource is given (V-02)', () => {
    const variables = { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'team=blue' };
    const { attributes } = spanOf(NodeTracerProvider, variables)!.resource;
    expect(attributes).to.include({ 'service.name': 'shop', team: 'blue' });
    const resource = resourceFromAttributes({ own: true });
    const given = spanOf(NodeTracerProvider, variables, { resource })!.resource;
    expect(given.attributes).to.deep.equal({ own: true });
  });

  it('lets options win over the environment', () => {
    const options = { sampler: new AlwaysOnSampler() };
    const span = spanOf(NodeTracerProvider, { OTEL_TRACES_SAMPLER: 'always_off' }, options);
    expect(span).to.have.property('name', 's');
  });

  it('differs in that from TracerProvider, which reads no environment, as in 3.x', () => {
    expect(spanOf(TracerProvider, { OTEL_TRACES_SAMPLER: 'always_off' })).to.have.property('name');
  });
});

describe('BatchSpanProcessor', () => {
  collectReports();

  function droppedOf(
    variables: Record<string, string>,
    options?: { maxQueueSize: number },
  ): number {
    const processor = withEnvironment(
      variables,
      () => new BatchSpanProcessor(new ManualExporter(), options),
    );
    const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
    for (let i = 0; i < 5; i++) tracer.startSpan('s', {}, ROOT_CONTEXT).end();
    return processor.droppedSpans;
  }

  it('takes its bounds from the environment (V-10)', () => {
    expect(droppedOf({ OTEL_BSP_MAX_QUEUE_SIZE: '2' })).to.equal(3);
    expect(droppedOf({})).to.equal(0);
  });

  it('lets options win over the environment', () => {
    expect(droppedOf({ OTEL_BSP_MAX_QUEUE_SIZE: '2' }, { maxQueueSize: 4 })).to.equal(1);
  });
});

describe('register() without options', () => {
  const reports = collectReports();

  afterEach(() => {
    for (const api of [trace, context, propagation]) api.disable();
  });

  function fieldsWith(variables: Record<string, string>): string[] {
    withEnvironment(variables, () => new NodeTracerProvider().register());
    return propagation.fields();
  }

  it('makes the provider the global one, with a context manager (P-GEN-07)', async () => {
    new NodeTracerProvider().register();
    const tracer = trace.getTracer('t');
    const [outer, inner] = await tracer.startActiveSpan('outer', async (span) => {
      await Promise.resolve();
      const child = tracer.startSpan('inner');
      child.end();
      span.end();
      return [span, child] as const;
    });
    expect(inner.spanContext().traceId).to.equal(outer.spanContext().traceId);
    expect(propagation.fields()).to.deep.equal(['traceparent', 'tracestate', 'baggage']);
  });

  it('takes the propagators of OTEL_PROPAGATORS, and reports unknown ones (V-05)', () => {
    expect(fieldsWith({ OTEL_PROPAGATORS: 'b3,no-such' })).to.deep.equal(['b3']);
    expect(reports.map(({ message }) => message).join()).to.include('no-such');
  });

  it('takes no propagator for none (V-05)', () => {
    expect(fieldsWith({ OTEL_PROPAGATORS: 'none' })).to.deep.equal([]);
  });

  it('leaves alone what is null, and takes what is given', () => {
    const given: TextMapPropagator = {
      inject: () => {},
      extract: (from) => from,
      fields: () => ['given'],
    };
    new NodeTracerProvider().register({ contextManager: null, propagator: given });
    expect(propagation.fields()).to.deep.equal(['given']);
    trace.getTracer('t').startActiveSpan('s', (span) => {
      expect(trace.getActiveSpan()).to.equal(undefined);
      span.end();
    });
  });
});
