import { detectResources } from '@opentelemetry/resources';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { TracerProvider } from '../../lib/provider.js';
import { emptyResource, resourceFromAttributes, type Resource } from '../../lib/resource.js';

/** The usual set-up: `defaultResource().merge(detectResources(…))`. */
describe('ours merged with what official detectors are still detecting (T-RES-02)', () => {
  let tell: (name: string) => void;
  let detected: Resource;
  beforeEach(() => {
    const host = new Promise<string>((resolve) => (tell = resolve));
    const detector = { detect: () => ({ attributes: { 'host.id': host, at: 'once', a: 'new' } }) };
    detected = detectResources({ detectors: [detector] });
  });

  it('has what is known, and waits for the rest', async () => {
    const merged = resourceFromAttributes({ a: 'old', b: 1 }).merge(detected);
    expect(merged.asyncAttributesPending).to.equal(true);
    expect(merged.attributes).to.deep.equal({ a: 'new', b: 1, at: 'once' });
    tell('h');
    await merged.waitForAsyncAttributes?.();
    expect(merged.asyncAttributesPending).to.equal(false);
    expect(merged.attributes).to.deep.equal({ a: 'new', b: 1, at: 'once', 'host.id': 'h' });
  });

  it('can be merged further, before and after', async () => {
    const before = emptyResource()
      .merge(detected)
      .merge(resourceFromAttributes({ a: 'newest' }));
    tell('h');
    await before.waitForAsyncAttributes?.();
    const after = before.merge(resourceFromAttributes({ 'host.id': 'other' }));
    expect(before.attributes).to.include({ a: 'newest', 'host.id': 'h' });
    expect(after.attributes).to.include({ a: 'newest', 'host.id': 'other' });
    expect(after.asyncAttributesPending).to.equal(false);
  });

  it('merges into official ones', async () => {
    const merged = detected.merge(resourceFromAttributes({ c: 1 }).merge(detected));
    tell('h');
    await merged.waitForAsyncAttributes?.();
    expect(merged.attributes).to.include({ c: 1, 'host.id': 'h', a: 'new' });
  });

  it('is exported whole', async () => {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({
      resource: emptyResource().merge(detected),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    provider.getTracer('t').startSpan('s').end();
    expect(exporter.getFinishedSpans()).to.have.length(0);
    tell('h');
    await provider.forceFlush();
    expect(exporter.getFinishedSpans()[0]?.resource.attributes).to.include({ 'host.id': 'h' });
    await provider.shutdown();
  });
});
