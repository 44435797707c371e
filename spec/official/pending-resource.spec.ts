import { detectResources, resourceFromAttributes as officially } from '@opentelemetry/resources';
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

describe('promises among the attributes of a resource (T-RES-01)', () => {
  const promises = () => ({
    a: Promise.resolve('x'),
    b: 1,
    gone: Promise.reject(new Error('not found')),
    never: Promise.resolve(),
  });

  for (const [who, make] of Object.entries({ ours: resourceFromAttributes, theirs: officially })) {
    it(`are waited for, and those that fail are left out (${who})`, async () => {
      const resource = make(promises());
      expect(resource.asyncAttributesPending).to.equal(true);
      const merged = resource.merge(make({ b: 2 }));
      await Promise.all([resource.waitForAsyncAttributes?.(), merged.waitForAsyncAttributes?.()]);
      expect(resource.attributes).to.deep.equal({ a: 'x', b: 1 });
      expect(merged.attributes).to.deep.equal({ a: 'x', b: 2 });
      expect(merged.asyncAttributesPending).to.equal(false);
    });
  }

  it('keep the schema URL, and say what is there', () => {
    const resource = resourceFromAttributes(promises(), { schemaUrl: 'http://s' });
    expect(resource.schemaUrl).to.equal('http://s');
    expect(resource.attributes).to.deep.equal({ b: 1 });
  });
});
