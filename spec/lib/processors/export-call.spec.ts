import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../../exporters/memory.js';
import { AsyncLocalStorageContextManager } from '../../../lib/node/context.js';
import { BatchSpanProcessor } from '../../../lib/processors/batch.js';
import { SimpleSpanProcessor } from '../../../lib/processors/simple.js';
import { TracerProvider } from '../../../lib/provider.js';
import { resourceFromAttributes, type Resource } from '../../../lib/resource.js';
import { turns } from '../../support/manual-exporter.js';

const PROCESSORS = { SimpleSpanProcessor, BatchSpanProcessor };

/** A resource that is still being detected. */
function pendingResource(detected: Promise<void>): Resource {
  let asyncAttributesPending = true;
  void detected.then(() => (asyncAttributesPending = false));
  const known = resourceFromAttributes({ a: 1 });
  return {
    get asyncAttributesPending() {
      return asyncAttributesPending;
    },
    attributes: known.attributes,
    waitForAsyncAttributes: () => detected,
    merge: (other) => known.merge(other),
    getRawAttributes: () => known.getRawAttributes(),
  };
}

describe('an export', () => {
  for (const [name, Processor] of Object.entries(PROCESSORS)) {
    it(`by a ${name} waits for the resource of its spans`, async () => {
      let found!: () => void;
      const resource = pendingResource(new Promise((resolve) => (found = resolve)));
      const exporter = new InMemorySpanExporter();
      const processor = new Processor(exporter);
      const provider = new TracerProvider({ resource, spanProcessors: [processor] });
      provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT).end();
      const flushed = processor.forceFlush();
      await turns();
      expect(exporter.getFinishedSpans()).to.have.length(0);
      found();
      await flushed;
      expect(exporter.getFinishedSpans()).to.have.length(1);
    });

    it(`by a ${name} gives up on a resource that is never found (T-BATCH-06)`, async () => {
      const resource = pendingResource(new Promise(() => {}));
      const processor = new Processor(new InMemorySpanExporter(), { exportTimeoutMillis: 5 });
      const provider = new TracerProvider({ resource, spanProcessors: [processor] });
      provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT).end();
      const failure = await processor.forceFlush().catch((error: Error) => error.name);
      expect(failure).to.equal('TimeoutError');
    });
  }

  it('sees nothing of the context that the span ended in', () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    const key = createContextKey('spec');
    const seen: unknown[] = [];
    const processor = new SimpleSpanProcessor({
      export: (_spans, done) => {
        seen.push(context.active().getValue(key));
        done({ code: 0 });
      },
      shutdown: () => Promise.resolve(),
    });
    const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('t');
    context.with(ROOT_CONTEXT.setValue(key, 'user'), () => tracer.startSpan('s').end());
    context.disable();
    expect(seen).to.deep.equal([undefined]);
  });
});
