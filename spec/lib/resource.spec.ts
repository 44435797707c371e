import type { Attributes } from '@opentelemetry/api';
import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { diagnosticCounts, resetDiagnostics } from '../../lib/diagnostics.js';
import { TracerProvider } from '../../lib/provider.js';
import {
  defaultResource,
  emptyResource,
  resourceFromAttributes,
  type Resource,
} from '../../lib/resource.js';

describe('a resource', () => {
  beforeEach(() => resetDiagnostics());

  it('has attributes and perhaps a schema URL (T-RES-01)', () => {
    const resource = resourceFromAttributes({ a: 1 }, { schemaUrl: 'http://schema/1' });
    expect(resource.attributes).to.deep.equal({ a: 1 });
    expect(resource.schemaUrl).to.equal('http://schema/1');
    expect(resourceFromAttributes({ a: 1 })).not.to.have.property('schemaUrl');
    expect(resource.getRawAttributes()).to.deep.equal([['a', 1]]);
  });

  it('may be empty (T-RES-01)', () => {
    expect(emptyResource().attributes).to.deep.equal({});
    expect(emptyResource().schemaUrl).to.equal(undefined);
  });

  it('is immutable, and not changed with what it was made of (T-RES-01, T-ATTR-08)', () => {
    const attributes = { list: [1], name: 'a' };
    const resource = resourceFromAttributes(attributes);
    attributes.name = 'b';
    attributes.list.push(2);
    expect(resource.attributes).to.deep.equal({ list: [1], name: 'a' });
    expect(() => {
      (resource.attributes as Record<string, unknown>)['name'] = 'c';
    }).to.throw(TypeError);
    expect(() => {
      (resource as { attributes: unknown }).attributes = {};
    }).to.throw(TypeError);
  });

  it('takes the same values as spans (T-ATTR-07)', () => {
    const attributes: Attributes = { map: { a: [null] }, bytes: Uint8Array.of(1), none: null };
    expect(resourceFromAttributes(attributes).attributes).to.deep.equal(attributes);
  });

  it('leaves out what is not given, and refuses what is none (T-API-03, T-ATTR-10)', () => {
    const odd = { a: undefined, b: () => 1, '': 2, c: 3 } as unknown as Attributes;
    expect(resourceFromAttributes(odd).attributes).to.deep.equal({ c: 3 });
    expect(resourceFromAttributes(null as unknown as Attributes).attributes).to.deep.equal({});
  });

  it('is exempt from limits (T-LIM-12)', () => {
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`k${i}`, 'x'.repeat(i)]),
    );
    expect(resourceFromAttributes(many).attributes).to.deep.equal(many);
    const resource = resourceFromAttributes(many);
    const provider = new TracerProvider({ resource, spanLimits: { attributeCountLimit: 1 } });
    expect(provider.resource).to.equal(resource);
  });

  it('has nothing to wait for', async () => {
    const resource = resourceFromAttributes({ a: 1 });
    expect(resource.asyncAttributesPending).to.equal(false);
    await resource.waitForAsyncAttributes?.();
  });
});

describe('merging resources', () => {
  beforeEach(() => resetDiagnostics());

  const old = resourceFromAttributes({ a: 'old', b: 'old' });

  it('unites them; the updating one wins, also with an empty value (T-RES-02)', () => {
    const merged = old.merge(resourceFromAttributes({ b: '', c: 'new' }));
    expect(merged.attributes).to.deep.equal({ a: 'old', b: '', c: 'new' });
    expect(old.attributes).to.deep.equal({ a: 'old', b: 'old' });
    expect(old.merge(resourceFromAttributes({ a: null })).attributes['a']).to.equal(null);
  });

  it('with nothing changes nothing', () => {
    expect(old.merge(null)).to.equal(old);
    expect(old.merge(emptyResource()).attributes).to.deep.equal(old.attributes);
  });

  it('takes resources of other SDKs, whose undefined values say nothing', () => {
    const foreign = { attributes: { a: undefined, c: 1 } } as unknown as Resource;
    expect(old.merge(foreign).attributes).to.deep.equal({ a: 'old', b: 'old', c: 1 });
  });

  for (const [one, other, result] of [
    ['', '', undefined],
    ['http://1', '', 'http://1'],
    ['', 'http://2', 'http://2'],
    ['http://1', 'http://1', 'http://1'],
    ['http://1', 'http://2', undefined],
  ] as const) {
    it(`makes "${result ?? ''}" of the schema URLs "${one}" and "${other}" (T-RES-03)`, () => {
      const merged = resourceFromAttributes({ a: 1 }, { schemaUrl: one }).merge(
        resourceFromAttributes({ b: 2 }, { schemaUrl: other }),
      );
      expect(merged.schemaUrl).to.equal(result);
      expect(merged.attributes).to.deep.equal({ a: 1, b: 2 });
      const conflict = one !== '' && other !== '' && one !== other;
      expect(diagnosticCounts().has('resource.schema-url-conflict')).to.equal(conflict);
    });
  }
});

describe('the default resource', () => {
  it('names a service to be replaced, and this SDK (T-RES-04, C-RES-01, C-RES-02)', () => {
    const { attributes } = defaultResource();
    expect(attributes['service.name']).to.match(/^unknown_service:.*node/);
    expect(attributes).to.include({
      'telemetry.sdk.language': 'nodejs',
      'telemetry.sdk.name': 'spantree',
    });
    expect(attributes['telemetry.sdk.version']).to.be.a('string').and.not.equal('');
  });

  it('has the name of the executable, not its path (C-RES-01)', () => {
    const program = `import { defaultResource } from './lib/resource.ts';
      process.stdout.write(defaultResource().attributes['service.name']);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).to.match(
      /^unknown_service:[^/\\]+$/,
    );
  });

  it('is that of a provider that is given none (T-PROV-14)', () => {
    expect(new TracerProvider().resource.attributes).to.deep.equal(defaultResource().attributes);
  });
});
