import { expect } from 'chai';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { OTLPTraceExporter } from '../../exporters/otlp/trace-exporter.js';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { NoopSpanProcessor } from '../../lib/processors/noop.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { TracerProvider, type TracerProviderOptions } from '../../lib/provider.js';
import { SamplingDecision } from '../../lib/sampler.js';
import { start } from '../../lib/start.js';
import { startCollector } from '../support/collector.js';
import { harness } from '../support/harness.js';

describe('stats of a provider', () => {
  const h = harness();
  const SAMPLER = {
    shouldSample: (_context: unknown, _traceId: string, name: string) => ({
      decision: SamplingDecision[name as keyof typeof SamplingDecision],
    }),
  };

  function provider(options: TracerProviderOptions = {}) {
    return new TracerProvider({ spanProcessors: [new NoopSpanProcessor()], ...options });
  }

  it('tell what became of all spans', () => {
    const of = provider({ sampler: SAMPLER });
    const tracer = of.getTracer('spec');
    const spans = ['NOT_RECORD', 'RECORD', 'RECORD', 'RECORD_AND_SAMPLED'].map((name) =>
      tracer.startSpan(name),
    );
    spans[1]!.end();
    expect(of.stats().spans).to.deep.equal({
      started: 4,
      sampled: 1,
      recordedOnly: 2,
      notSampled: 1,
      ended: 1,
      open: 2,
    });
    for (const span of spans) span.end();
    expect(of.stats().spans).to.include({ ended: 3, open: 0 });
  });

  it('tell what processors and their exporters did', async () => {
    const collector = await startCollector();
    try {
      const exporter = new OTLPTraceExporter({ url: collector.url });
      const memory = new SimpleSpanProcessor(new InMemorySpanExporter());
      const spanProcessors = [new BatchSpanProcessor(exporter), new NoopSpanProcessor(), memory];
      const of = provider({ spanProcessors });
      of.getTracer('spec').startSpan('span').end();
      await of.shutdown();
      expect(of.stats().processors).to.deep.equal([
        {
          type: 'batching_span_processor',
          queueSize: 0,
          queueCapacity: 2048,
          processed: 1,
          dropped: {},
          exporter: exporter.stats(),
        },
        {
          type: 'simple_span_processor',
          queueSize: 0,
          queueCapacity: 2048,
          processed: 1,
          dropped: {},
        },
      ]);
      expect(exporter.stats()).to.include({ accepted: 1, delivered: 1 });
    } finally {
      await collector.close();
    }
  });

  it('tell what was reported, by code', () => {
    h.provider.getTracer('');
    h.provider.getTracer('', '1');
    expect(h.provider.stats().diagnostics).to.deep.equal({ 'tracer.name': 2 });
  });

  it('are what JSON makes of them, and stay as they are', () => {
    const of = provider();
    const before = of.stats();
    const text = JSON.stringify(before);
    expect(JSON.parse(text)).to.deep.equal(before);
    of.getTracer('').startSpan('span').end();
    expect(JSON.stringify(before)).to.equal(text);
    expect(of.stats().spans.started).to.equal(1);
  });

  it('do without a processor that throws', () => {
    const broken = Object.assign(new NoopSpanProcessor(), {
      stats: () => {
        throw new Error('stats');
      },
    });
    expect(provider({ spanProcessors: [broken] }).stats().processors).to.deep.equal([]);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['processor.threw']);
  });
});

describe('stats of what start() returns', () => {
  it('are those of its provider', async () => {
    const sdk = start({ exporters: [], flushAtExit: false });
    try {
      sdk.provider.getTracer('spec').startSpan('span').end();
      expect(sdk.stats()).to.deep.equal(sdk.provider.stats());
      expect(sdk.stats().spans.started).to.equal(1);
    } finally {
      await sdk.shutdown();
    }
  });
});
