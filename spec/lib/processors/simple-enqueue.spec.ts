import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import { diagnosticCounts, resetDiagnostics, setErrorHandler } from '../../../lib/diagnostics.js';
import type { SpanExporter } from '../../../lib/exporter.js';
import { SimpleSpanProcessor } from '../../../lib/processors/simple.js';
import { TracerProvider } from '../../../lib/provider.js';
import { startCollector, type Collector } from '../../support/collector.js';

/** More than may wait for an exporter that has no queue of its own. */
const BURST = 5000;

function tracerTo(exporter: SpanExporter) {
  const processor = new SimpleSpanProcessor(exporter);
  const provider = new TracerProvider({ spanProcessors: [processor] });
  const end = (name: string): void =>
    provider.getTracer('t').startSpan(name, {}, ROOT_CONTEXT).end();
  return { processor, provider, end };
}

/** An exporter that takes spans over, as `enqueue` says. */
function enqueuing(enqueue: NonNullable<SpanExporter['enqueue']>): SpanExporter {
  return {
    enqueue,
    export: () => expect.fail('spans are to be handed over'),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
}

describe('SimpleSpanProcessor, over an exporter with a queue of its own', () => {
  beforeEach(() => resetDiagnostics());

  it('hands each span over within end(), alone', () => {
    const batches: string[][] = [];
    const { end } = tracerTo(enqueuing((spans) => batches.push(spans.map(({ name }) => name)) > 0));
    end('a');
    end('b');
    expect(batches).to.deep.equal([['a'], ['b']]);
  });

  it('does not hand over within that, when the exporter ends a span itself (T-SIMP-01)', () => {
    const order: string[] = [];
    const { end } = tracerTo(
      enqueuing(([span]) => {
        order.push(`begin ${span!.name}`);
        if (span!.name === 'a') end('b');
        order.push(`end ${span!.name}`);
        return true;
      }),
    );
    end('a');
    expect(order).to.deep.equal(['begin a', 'end a', 'begin b', 'end b']);
  });

  it('counts and reports what the exporter throws, and goes on', () => {
    setErrorHandler(() => {});
    const { end, processor } = tracerTo(
      enqueuing(() => {
        throw new Error('full of bugs');
      }),
    );
    end('a');
    end('b');
    expect(processor.droppedSpans).to.equal(2);
    expect(diagnosticCounts().get('export.failed')).to.equal(2);
  });

  describe('such as OTLPTraceExporter', () => {
    let collector: Collector;
    beforeEach(async () => {
      collector = await startCollector();
    });
    afterEach(() => collector.close());

    for (const over of ['shutdown', 'forceFlush'] as const) {
      it(`delivers every span of a synchronous burst before ${over} resolves`, async () => {
        const exporter = new OTLPTraceExporter({ url: collector.url });
        const { end, processor, provider } = tracerTo(exporter);
        for (let i = 0; i < BURST; i++) end(`s${i}`);
        await provider[over]();
        expect(exporter.stats()).to.include({ accepted: BURST, delivered: BURST });
        expect(processor.droppedSpans).to.equal(0);
        expect(new Set(collector.spans().map(({ spanId }) => spanId)).size).to.equal(BURST);
        await provider.shutdown();
      });
    }
  });
});
