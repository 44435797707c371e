import { detectResources } from '@opentelemetry/resources';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseEntities, type Entities } from '../../lib/entities.js';
import { NodeTracerProvider } from '../../lib/index.js';
import { emptyResource, resourceFromAttributes, resourceFromEntities } from '../../lib/resource.js';
import { withEnvironment } from '../support/environment.js';
import { harness } from '../support/harness.js';

/** What is read, and how often something was complained about. */
function read(text: string): Entities & { complaints: number } {
  let complaints = 0;
  const entities = parseEntities(text, () => complaints++);
  return { ...entities, complaints };
}

const types = (text: string) => read(text).refs.map(({ type }) => type);

describe('OTEL_ENTITIES (T-RES-09, V-03)', () => {
  it('has type, identity, description and schema URL', () => {
    const text =
      'service{service.name=shop,service.instance.id=i-1}[service.version=1.0]@https://s.io/1.21.0';
    expect(read(text)).to.deep.equal({
      attributes: {
        'service.name': 'shop',
        'service.instance.id': 'i-1',
        'service.version': '1.0',
      },
      refs: [
        {
          type: 'service',
          schemaUrl: 'https://s.io/1.21.0',
          idKeys: ['service.name', 'service.instance.id'],
          descriptionKeys: ['service.version'],
        },
      ],
      complaints: 0,
    });
  });

  it('may name several, with empty places between them', () => {
    expect(types(';service{service.name=a};; k8s.pod{k8s.pod.uid=b};')).to.deep.equal([
      'service',
      'k8s.pod',
    ]);
  });

  it('decodes values; they may be empty', () => {
    const { attributes, complaints } = read('a{k=x%2Cy%3D%7B%5B%40%3B}[d=,e=%C3%A4]');
    expect(attributes).to.deep.equal({ k: 'x,y={[@;', d: '', e: 'ä' });
    expect(complaints).to.equal(0);
  });

  for (const broken of [
    'invalid{syntax',
    'service{}',
    '{a=b}',
    '1a{a=b}',
    'a',
    'a{b}',
    'a{=c}',
    'a{b=c=d}',
    'a{b=%zz}',
    'a{b=c}[d',
    'a{b=c}]d=e[',
    'a{b=c}{d=e}',
  ]) {
    it(`leaves out what is malformed, and uses the rest: ${broken}`, () => {
      const { refs, complaints } = read(`x{x=1};${broken};y{y=1}`);
      expect(refs.map(({ type }) => type)).to.deep.equal(['x', 'y']);
      expect(complaints).to.equal(1);
    });
  }

  it('ignores a schema URL that is none', () => {
    const { refs, complaints } = read('a{b=c}@invalid-url');
    expect(refs).to.deep.equal([{ type: 'a', idKeys: ['b'], descriptionKeys: [] }]);
    expect(complaints).to.equal(1);
  });

  it('takes the last of a type', () => {
    for (const [first, last] of [
      ['service{n=app1}[v=1]', 'service{n=app1}[v=2]'],
      ['service{n=app1}', 'service{n=app2}'],
    ]) {
      expect(read(`${first};${last}`)).to.deep.equal({ ...read(last!), complaints: 1 });
    }
  });

  it('takes the last of two that identify something else by the same attribute', () => {
    expect(read('a{id=1};b{id=2}')).to.deep.equal({ ...read('b{id=2}'), complaints: 1 });
    expect(read('a{id=1};b{id=1}').complaints).to.equal(0);
  });

  it('lets the last one describe, and the others not', () => {
    const { attributes, refs, complaints } = read('a{x=1}[v=1,w=1];b{y=1}[v=2]');
    expect(attributes).to.deep.equal({ x: '1', y: '1', v: '2', w: '1' });
    expect(refs.map(({ descriptionKeys }) => descriptionKeys)).to.deep.equal([['w'], ['v']]);
    expect(complaints).to.equal(1);
  });

  it('lets an identity win over a description', () => {
    const { attributes, refs } = read('a{x=1};b{y=1}[x=2]');
    expect(attributes).to.deep.equal({ x: '1', y: '1' });
    expect(refs[1]?.descriptionKeys).to.deep.equal([]);
  });

  it('never throws, and every key that it names has a value', () => {
    const piece = fc.constantFrom(
      ...'a b service {k=v} { } [d=e] [ ] @ http://s ; , = %41 % k'.split(' '),
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (given) => {
        const { attributes, refs } = read(given);
        const keys = refs.flatMap(({ idKeys, descriptionKeys }) => [...idKeys, ...descriptionKeys]);
        expect([...new Set(keys)]).to.have.members(Object.keys(attributes));
        for (const { idKeys } of refs) expect(idKeys).to.not.deep.equal([]);
      }),
    );
  });
});

describe('a resource of entities (T-RES-09)', () => {
  const h = harness();
  const entities = (text: string) => resourceFromEntities(parseEntities(text, () => {}));
  const typesOf = ({ entityRefs = [] }: { entityRefs?: Entities['refs'] | undefined }) =>
    entityRefs.map(({ type }) => type);

  it('has their attributes and what they are; others have none', () => {
    const resource = entities('host{host.id=1}[host.name=h]');
    expect(resource.attributes).to.deep.equal({ 'host.id': '1', 'host.name': 'h' });
    expect(resource.entityRefs).to.have.length(1);
    expect(emptyResource()).to.not.have.property('entityRefs');
  });

  it('keeps them in a merge, before and after', () => {
    const resource = entities('host{host.id=1}');
    expect(typesOf(resource.merge(resourceFromAttributes({ a: 1 })))).to.deep.equal(['host']);
    expect(typesOf(resourceFromAttributes({ a: 1 }).merge(resource))).to.deep.equal(['host']);
  });

  it('takes the updating one of a type, and drops one whose identity is overruled', () => {
    const resource = entities('host{host.id=1};service{service.name=a}');
    const merged = resource.merge(entities('host{host.id=2}'));
    expect(merged.attributes['host.id']).to.equal('2');
    expect(typesOf(merged)).to.deep.equal(['service', 'host']);
    expect(typesOf(merged.merge(resourceFromAttributes({ 'service.name': 'b' })))).to.deep.equal([
      'host',
    ]);
  });

  it('keeps them while others are still being detected', async () => {
    const late = detectResources({
      detectors: [{ detect: () => ({ attributes: { a: Promise.resolve('late') } }) }],
    });
    const merged = entities('host{host.id=1}').merge(late);
    expect(typesOf(merged)).to.deep.equal(['host']);
    await merged.waitForAsyncAttributes?.();
    expect(typesOf(merged)).to.deep.equal(['host']);
    expect(merged.attributes).to.deep.equal({ 'host.id': '1', a: 'late' });
  });

  it('is that of providers, below what the other variables say', () => {
    const variables = {
      OTEL_ENTITIES: 'service{service.name=entity};host{host.id=7};broken',
      OTEL_SERVICE_NAME: 'named',
    };
    const { resource } = withEnvironment(variables, () => new NodeTracerProvider());
    expect(resource.attributes).to.include({ 'service.name': 'named', 'host.id': '7' });
    expect(typesOf(resource)).to.deep.equal(['host']);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['env.OTEL_ENTITIES']);
  });
});
