import { expect } from 'chai';
import { detectResources, type ResourceDetector } from '../../lib/detect-resources.js';
import { emptyResource, resourceFromAttributes } from '../../lib/resource.js';
import { harness } from '../support/harness.js';

const detector = (
  attributes: Record<string, string | Promise<string | undefined> | undefined>,
  schemaUrl?: string,
): ResourceDetector => ({ detect: () => ({ attributes, ...(schemaUrl && { schemaUrl }) }) });

const never = new Promise<string>(() => {});

describe('detecting resources', () => {
  const h = harness();
  const codes = () => h.diagnostics.map(({ code }) => code);

  it('gives what is known at once, at once; the later detector wins', () => {
    const resource = detectResources({
      detectors: [detector({ a: '1', b: '1' }), detector({ b: '2', c: undefined })],
    });
    expect(resource.asyncAttributesPending).to.equal(false);
    expect(resource.attributes).to.deep.equal({ a: '1', b: '2' });
  });

  it('finds nothing where there is nothing, which is no error (T-RES-07)', () => {
    expect(detectResources()).to.equal(emptyResource());
    expect(detectResources({ detectors: [{ detect: () => ({}) }] }).attributes).to.deep.equal({});
    expect(codes()).to.deep.equal([]);
  });

  it('hands its options to the detectors', () => {
    const configs: unknown[] = [];
    const watching = { detect: (config: unknown) => (configs.push(config), {}) };
    const config = { detectors: [watching] };
    detectResources(config);
    expect(configs).to.deep.equal([config]);
  });

  it('keeps the schema URL, which detectors of conventions have (T-RES-07)', () => {
    const detectors = [detector({ a: '1' }, 'http://s/1'), detector({ b: '2' })];
    expect(detectResources({ detectors }).schemaUrl).to.equal('http://s/1');
  });

  it('keeps no schema URL where two disagree, and says so (T-RES-03)', () => {
    const detectors = [detector({ a: '1' }, 'http://s/1'), detector({ b: '2' }, 'http://s/2')];
    const { attributes, schemaUrl } = detectResources({ detectors });
    expect({ attributes, schemaUrl }).to.deep.equal({
      attributes: { a: '1', b: '2' },
      schemaUrl: undefined,
    });
    expect(codes()).to.deep.equal(['resource.schema-url-conflict']);
  });

  it('looks for everything side by side', async () => {
    const begun: string[] = [];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const slow = (name: string): ResourceDetector => ({
      detect: () => ({ attributes: { [name]: (begun.push(name), gate.then(() => name)) } }),
    });
    const resource = detectResources({ detectors: [slow('a'), slow('b')] });
    expect(begun).to.deep.equal(['a', 'b']);
    expect(resource.asyncAttributesPending).to.equal(true);
    open();
    await resource.waitForAsyncAttributes?.();
    expect(resource.attributes).to.deep.equal({ a: 'a', b: 'b' });
  });

  it('lets the later detector win though the earlier one ends later', async () => {
    const later = new Promise<string>((resolve) => setTimeout(resolve, 5, 'first'));
    const detectors = [detector({ a: later }), detector({ a: Promise.resolve('second') })];
    const resource = detectResources({ detectors });
    await resource.waitForAsyncAttributes?.();
    expect(resource.attributes).to.deep.equal({ a: 'second' });
  });

  it('goes on without a detector that throws, and reports it once', () => {
    const broken: ResourceDetector = {
      detect: () => {
        throw new Error('no such host');
      },
    };
    const resource = detectResources({ detectors: [broken, broken, detector({ a: '1' })] });
    expect(resource.attributes).to.deep.equal({ a: '1' });
    expect(codes()).to.deep.equal(['detector.threw']);
    expect(h.diagnostics[0]?.error).to.have.property('message', 'no such host');
  });

  it('goes on without a detector that is none', () => {
    const odd = [undefined, null, 5, {}, { detect: () => null }] as unknown as ResourceDetector[];
    expect(detectResources({ detectors: [...odd, detector({ a: '1' })] }).attributes).to.deep.equal(
      { a: '1' },
    );
  });

  it('goes on without a value that fails, and names it', async () => {
    const detectors = [
      detector({ a: Promise.reject(new Error('denied')), b: Promise.resolve('2') }),
    ];
    const resource = detectResources({ detectors });
    await resource.waitForAsyncAttributes?.();
    expect(resource.attributes).to.deep.equal({ b: '2' });
    expect(codes()).to.deep.equal(['detector.failed']);
    expect(h.diagnostics[0]?.message).to.match(/^a of the resource detector Object is not known/);
  });

  it('goes on without values that take too long, within one time limit for all', async () => {
    const begun = performance.now();
    const detectors = [detector({ a: never, b: never }), detector({ c: never, d: '4' })];
    const resource = detectResources({ detectors, timeoutMillis: 20 });
    await resource.waitForAsyncAttributes?.();
    expect(performance.now() - begun).to.be.within(15, 1000);
    expect(resource.attributes).to.deep.equal({ d: '4' });
    expect(codes()).to.deep.equal(['detector.failed']);
    expect(h.diagnostics[0]?.error).to.have.property('name', 'TimeoutError');
  });

  it('can be merged into what is given, before and after', async () => {
    const resource = resourceFromAttributes({ a: 'old' })
      .merge(detectResources({ detectors: [detector({ a: Promise.resolve('found') })] }))
      .merge(resourceFromAttributes({ b: 'given' }));
    await resource.waitForAsyncAttributes?.();
    expect(resource.attributes).to.deep.equal({ a: 'found', b: 'given' });
  });
});
