import {
  metrics as globalMetrics,
  ROOT_CONTEXT,
  trace,
  type MeterProvider,
} from '@opentelemetry/api';
import { DataPointType } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { resetDiagnostics, setErrorHandler } from '../../lib/diagnostics.js';
import { NoopSpanProcessor } from '../../lib/processors/noop.js';
import { TracerProvider, type TracerProviderOptions } from '../../lib/provider.js';
import { SamplingDecision } from '../../lib/sampler.js';
import { metrics } from '../support/metrics.js';

const SAMPLER = {
  shouldSample: (_context: unknown, _traceId: string, name: string) => ({
    decision: SamplingDecision[name as keyof typeof SamplingDecision],
  }),
};
const RESULTS = {
  NOT_RECORD: 'DROP',
  RECORD: 'RECORD_ONLY',
  RECORD_AND_SAMPLED: 'RECORD_AND_SAMPLE',
};

function observed(options: TracerProviderOptions = {}) {
  const read = metrics();
  const provider = new TracerProvider({
    sampler: SAMPLER,
    spanProcessors: [new NoopSpanProcessor()],
    meterProvider: read.meterProvider,
    ...options,
  });
  return { ...read, provider, tracer: provider.getTracer('spec') };
}

describe('otel.sdk.span.started', () => {
  for (const [decision, result] of Object.entries(RESULTS)) {
    it(`counts a root with the result ${result} (T-OBS-01)`, async () => {
      const { tracer, points } = observed();
      tracer.startSpan(decision).end();
      tracer.startSpan(decision).end();
      expect(await points('otel.sdk.span.started')).to.deep.equal([
        {
          attributes: { 'otel.span.parent.origin': 'none', 'otel.span.sampling_result': result },
          value: 2,
        },
      ]);
    });
  }

  it('tells local and remote parents apart (T-OBS-01)', async () => {
    const { tracer, points } = observed();
    const parent = tracer.startSpan('NOT_RECORD');
    tracer.startSpan('RECORD', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
    const remote = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
    const context = trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true });
    tracer.startSpan('RECORD', {}, context).end();
    const origins = (await points('otel.sdk.span.started')).map(
      ({ attributes }) => attributes['otel.span.parent.origin'],
    );
    expect(origins).to.deep.equal(['none', 'local', 'remote']);
  });

  it('is a monotonic sum of {span} (T-OBS-01)', async () => {
    const { tracer, metric } = observed();
    tracer.startSpan('RECORD').end();
    const found = await metric('otel.sdk.span.started');
    expect(found.descriptor.unit).to.equal('{span}');
    expect(found).to.include({ dataPointType: DataPointType.SUM, isMonotonic: true });
  });

  it('counts nothing for a tracer that is off', async () => {
    const { tracer, names } = observed({ tracerConfigurator: () => ({ enabled: false }) });
    tracer.startSpan('RECORD').end();
    expect(await names()).to.not.include('otel.sdk.span.started');
  });

  it('sums what several providers have started', async () => {
    const { meterProvider, points } = metrics();
    for (const _ of 'ab') {
      const spanProcessors = [new NoopSpanProcessor()];
      const provider = new TracerProvider({ sampler: SAMPLER, meterProvider, spanProcessors });
      provider.getTracer('spec').startSpan('RECORD').end();
    }
    expect((await points('otel.sdk.span.started')).map(({ value }) => value)).to.deep.equal([2]);
  });
});

describe('otel.sdk.span.live', () => {
  it('is the number of recording spans that have not ended, by result (T-OBS-02)', async () => {
    const { tracer, points } = observed();
    const spans = ['RECORD', 'RECORD', 'RECORD_AND_SAMPLED', 'NOT_RECORD'].map((name) =>
      tracer.startSpan(name),
    );
    const live = async () =>
      (await points('otel.sdk.span.live')).map(({ attributes, value }) => [
        attributes['otel.span.sampling_result'],
        value,
      ]);
    expect(await live()).to.deep.equal([
      ['RECORD_ONLY', 2],
      ['RECORD_AND_SAMPLE', 1],
    ]);
    for (const span of [...spans, ...spans]) span.end();
    expect(await live()).to.deep.equal([
      ['RECORD_ONLY', 0],
      ['RECORD_AND_SAMPLE', 0],
    ]);
  });

  it('is a sum of {span} that may fall (T-OBS-02)', async () => {
    const { metric } = observed();
    const found = await metric('otel.sdk.span.live');
    expect(found.descriptor.unit).to.equal('{span}');
    expect(found).to.include({ dataPointType: DataPointType.SUM, isMonotonic: false });
  });
});

describe('a meter provider', () => {
  const codes: string[] = [];
  beforeEach(() => {
    resetDiagnostics();
    codes.length = 0;
    setErrorHandler(({ code }) => codes.push(code));
  });
  afterEach(() => setErrorHandler(() => {}));

  it('is not looked for where none is given: no global one is used (T-OBS-09)', () => {
    const asked: string[] = [];
    globalMetrics.setGlobalMeterProvider(spy(asked));
    try {
      const provider = new TracerProvider({ spanProcessors: [new NoopSpanProcessor()] });
      provider.getTracer('spec').startSpan('span').end();
    } finally {
      globalMetrics.disable();
    }
    expect(asked).to.deep.equal([]);
  });

  it('gets a meter of this package with a version (T-OBS-09)', () => {
    const asked: string[] = [];
    const provider = new TracerProvider({ meterProvider: spy(asked) });
    provider.getTracer('spec').startSpan('span').end();
    expect(asked).to.deep.equal(['spantree', '0.0.0-source']);
  });

  it('that throws is reported once, and hurts nothing (T-ERR-01)', () => {
    const meterProvider: MeterProvider = {
      getMeter: () => {
        throw new Error('no meter');
      },
    };
    for (const _ of 'ab') {
      const provider = new TracerProvider({
        meterProvider,
        spanProcessors: [new NoopSpanProcessor()],
      });
      provider.getTracer('spec').startSpan('span').end();
    }
    expect(codes).to.deep.equal(['metrics.threw']);
  });

  it('that is none is refused at once', () => {
    const meterProvider = { name: 'none' } as unknown as MeterProvider;
    expect(() => new TracerProvider({ meterProvider })).to.throw(TypeError, /meterProvider/);
  });
});

/** A meter provider that notes what it is asked for. */
function spy(asked: string[]): MeterProvider {
  const { meterProvider } = metrics();
  return {
    getMeter: (name, version) => {
      asked.push(name, String(version));
      return meterProvider.getMeter(name, version);
    },
  };
}
