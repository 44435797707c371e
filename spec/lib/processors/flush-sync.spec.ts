import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import type { SpanExporter } from '../../../lib/exporter.js';
import { BatchSpanProcessor } from '../../../lib/processors/batch.js';
import { SimpleSpanProcessor } from '../../../lib/processors/simple.js';
import { TracerProvider } from '../../../lib/provider.js';
import { turns } from '../../support/manual-exporter.js';

for (const Processor of [SimpleSpanProcessor, BatchSpanProcessor]) {
  describe(`${Processor.name}, when the process ends`, () => {
    function endingWith(answer: boolean) {
      const synced: string[][] = [];
      const exporter: SpanExporter = {
        export: (_spans, done) => {
          if (answer) setImmediate(() => done({ code: 0 }));
        },
        shutdown: () => Promise.resolve(),
        exportSync: (spans) => void synced.push(spans.map(({ name }) => name)),
      };
      const processor = new Processor(exporter, { exportTimeoutMillis: 100 });
      const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
      const end = (name: string): void => tracer.startSpan(name, {}, ROOT_CONTEXT).end();
      return { processor, synced, end };
    }

    it('exports once more what is in flight, before what waits', async () => {
      const { processor, synced, end } = endingWith(false);
      end('in flight');
      processor.forceFlush().catch(() => {});
      await turns();
      end('waiting');
      processor.flushSync(100);
      expect(synced).to.deep.equal([['in flight', 'waiting']]);
      processor.flushSync(100);
      expect(synced[1]).to.deep.equal([]);
    });

    it('asks an exporter for what it holds where nothing waits', async () => {
      const { processor, synced, end } = endingWith(true);
      end('done');
      await processor.forceFlush();
      processor.flushSync(100);
      expect(synced).to.deep.equal([[]]);
    });
  });
}
