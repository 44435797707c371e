import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../../exporters/memory.js';
import type { SpanExporter } from '../../../lib/exporter.js';
import type { SpanProcessor } from '../../../lib/processor.js';
import { BatchSpanProcessor } from '../../../lib/processors/batch.js';
import { SimpleSpanProcessor } from '../../../lib/processors/simple.js';
import { TracerProvider } from '../../../lib/provider.js';
import { ManualExporter } from '../../support/manual-exporter.js';

type Bounds = { maxQueueSize?: number };
type Processor = SpanProcessor & { readonly droppedSpans: number };

const FORMS: Record<string, (exporter: SpanExporter, bounds: Bounds) => Processor> = {
  'BatchSpanProcessor(exporter, options)': (to, bounds) => new BatchSpanProcessor(to, bounds),
  'BatchSpanProcessor({ exporter, ...options })': (exporter, bounds) =>
    new BatchSpanProcessor({ exporter, ...bounds }),
  'SimpleSpanProcessor(exporter, options)': (to, bounds) => new SimpleSpanProcessor(to, bounds),
  'SimpleSpanProcessor({ exporter, ...options })': (exporter, bounds) =>
    new SimpleSpanProcessor({ exporter, ...bounds }),
};

for (const [form, make] of Object.entries(FORMS)) {
  describe(`new ${form}`, () => {
    function end(processor: SpanProcessor, count: number): void {
      const provider = new TracerProvider({ spanProcessors: [processor] });
      const tracer = provider.getTracer('t');
      for (let i = 0; i < count; i++) tracer.startSpan('a', {}, ROOT_CONTEXT).end();
    }

    it('exports to that exporter', async () => {
      const exporter = new InMemorySpanExporter();
      const processor = make(exporter, {});
      end(processor, 1);
      await processor.forceFlush();
      expect(exporter.getFinishedSpans()).to.have.length(1);
    });

    it('keeps to those options', () => {
      const processor = make(new ManualExporter(), { maxQueueSize: 2 });
      end(processor, 10);
      expect(processor.droppedSpans).to.be.greaterThan(6);
    });

    it('takes an exporter that has a property named exporter for what it is', async () => {
      let exported = 0;
      const counting: SpanExporter & { exporter: SpanExporter } = {
        exporter: new InMemorySpanExporter(),
        export: (spans, done) => {
          exported += spans.length;
          done({ code: 0 });
        },
        shutdown: () => Promise.resolve(),
      };
      const processor = make(counting, {});
      end(processor, 1);
      await processor.forceFlush();
      expect(exported).to.equal(1);
    });

    it('throws at once when there is no exporter', () => {
      for (const wrong of [undefined, null, 'otlp', {}, { export: 1 }]) {
        expect(() => make(wrong as unknown as SpanExporter, {})).to.throw(TypeError, 'exporter: ');
      }
    });
  });
}
