import { ROOT_CONTEXT, type Attributes } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import type { SpanProcessor } from '../../lib/processor.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { TracerProvider } from '../../lib/provider.js';
import type { TracerOptions } from '../../lib/tracers.js';
import { resourceFromAttributes } from '../../lib/resource.js';
import { harness } from '../support/harness.js';

describe('getTracer', () => {
  const h = harness();

  function scopeOf(name: unknown, version?: unknown, options?: unknown) {
    const tracer = h.provider.getTracer(
      name as string,
      version as string,
      options as TracerOptions,
    );
    tracer.startSpan('span').end();
    const [span] = h.spans();
    h.exporter.reset();
    return span!.instrumentationScope;
  }

  it('puts the whole scope on its spans (T-PROV-01, T-API-06)', () => {
    const scope = {
      name: 'lib',
      version: '1.0.0',
      schemaUrl: 'http://schema/1',
      attributes: { team: 'a', list: [1, null] },
    };
    const { name, version, ...options } = scope;
    expect(scopeOf(name, version, options)).to.deep.equal(scope);
    expect(h.provider.getTracer(name, version, options).instrumentationScope).to.deep.equal(scope);
  });

  for (const nameless of [undefined, null, '', 5, {}]) {
    it(`works without a name (${JSON.stringify(nameless)}), and says so (T-PROV-02, T-PROV-03)`, () => {
      expect(scopeOf(nameless)).to.deep.equal({ name: '' });
      expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['tracer.name']);
    });
  }

  it('takes nothing for version and schema URL but text', () => {
    expect(scopeOf('lib', '', { schemaUrl: '' })).to.deep.equal({ name: 'lib' });
    expect(scopeOf('lib', null, null)).to.deep.equal({ name: 'lib' });
    expect(scopeOf('lib', 5, { schemaUrl: {} })).to.deep.equal({ name: 'lib' });
  });

  it('gives the same tracer for the same scope, whatever the order of attributes (T-PROV-05)', () => {
    const tracer = (
      name = 'a',
      version = '1',
      schemaUrl = 'u',
      attributes: Attributes = { x: 1, y: 2 },
    ) => h.provider.getTracer(name, version, { schemaUrl, attributes });
    expect(tracer()).to.equal(tracer());
    expect(tracer('a', '1', 'u', { y: 2, x: 1 })).to.equal(tracer());
    const others = [
      tracer('b'),
      tracer('a', '2'),
      tracer('a', '1', 'v'),
      tracer('a', '1', 'u', { x: 1, y: 3 }),
      tracer('a', '1', 'u', { x: 1 }),
      h.provider.getTracer('a'),
    ];
    expect(new Set([tracer(), ...others]).size).to.equal(7);
  });

  it('tells apart attributes that JSON does not (T-PROV-05)', () => {
    const values = [null, NaN, Infinity, '1', 1, 1n, 2n, Uint8Array.of(1), [1], ['1']];
    const tracers = values.map((value) => h.provider.getTracer('a', '', { attributes: { value } }));
    expect(new Set(tracers).size).to.equal(values.length);
  });

  it('is not changed with the attributes it was given, and takes any (T-ATTR-07, T-ATTR-08)', () => {
    const attributes = {
      list: [1],
      get bad(): never {
        throw new Error('getter');
      },
    };
    const scope = scopeOf('lib', '1', { attributes });
    attributes.list.push(2);
    expect(scope.attributes).to.deep.equal({ list: [1] });
    expect(() => Object.assign(scope.attributes!, { more: 1 })).to.throw(TypeError);
  });

  it('keeps no more than so many tracers (T-ERR-05)', () => {
    const first = h.provider.getTracer('scope 0');
    for (let i = 1; i < 1500; i++) h.provider.getTracer(`scope ${i}`);
    expect(h.provider.getTracer('scope 0')).to.equal(first);
    const last = () => h.provider.getTracer('scope 1499');
    expect(last()).not.to.equal(last());
    expect(scopeOf('scope 1400').name).to.equal('scope 1400');
  });
});

describe('providers', () => {
  function withMemory(name: string) {
    const exporter = new InMemorySpanExporter();
    const provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': name }),
      spanProcessors: [new SimpleSpanProcessor(exporter)],
    });
    return { exporter, provider, tracer: provider.getTracer('t') };
  }

  it('live side by side and share nothing (T-PROV-06)', async () => {
    const [shop, stock] = [withMemory('shop'), withMemory('stock')];
    shop.tracer.startSpan('sell', {}, ROOT_CONTEXT).end();
    stock.tracer.startSpan('count', {}, ROOT_CONTEXT).end();
    expect(shop.exporter.getFinishedSpans().map(({ name }) => name)).to.deep.equal(['sell']);
    expect(stock.exporter.getFinishedSpans().map(({ name }) => name)).to.deep.equal(['count']);
    await shop.provider.shutdown();
    stock.tracer.startSpan('count again', {}, ROOT_CONTEXT).end();
    const [, again] = stock.exporter.getFinishedSpans();
    expect(again?.resource.attributes['service.name']).to.equal('stock');
  });

  it('put their resource on every span of every tracer (T-PROV-14)', () => {
    const { provider, exporter } = withMemory('shop');
    for (const scope of ['a', 'b'])
      provider.getTracer(scope).startSpan('s', {}, ROOT_CONTEXT).end();
    for (const span of exporter.getFinishedSpans())
      expect(span.resource).to.equal(provider.resource);
  });

  for (const [option, bad] of [
    ['spanProcessors', [{ onEnd: () => {} }]],
    ['spanProcessors', [undefined]],
    ['sampler', {}],
    ['idGenerator', {}],
  ] as const) {
    it(`refuse at once what is no ${option} (T-ERR-01)`, () => {
      expect(() => new TracerProvider({ [option]: bad })).to.throw(TypeError, option);
    });
  }

  it('count the spans that have ended', () => {
    const { provider, tracer } = withMemory('shop');
    tracer.startSpan('a', {}, ROOT_CONTEXT).end();
    expect(provider.endedSpans).to.equal(1);
  });
});

describe('the parts of a provider', () => {
  it('are its own: later changes to the options change nothing (T-PROV-07)', () => {
    const seen: string[] = [];
    const processor = (name: string): SpanProcessor => ({
      onStart: () => void seen.push(name),
      onEnd: () => {},
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    });
    const spanProcessors = [processor('first')];
    const spanLimits = { attributeCountLimit: 1 };
    const provider = new TracerProvider({ spanProcessors, spanLimits });
    spanProcessors.push(processor('second'));
    spanLimits.attributeCountLimit = 5;
    const span = provider
      .getTracer('t')
      .startSpan('s', { attributes: { a: 1, b: 2 } }, ROOT_CONTEXT);
    expect(seen).to.deep.equal(['first']);
    expect(span).to.have.property('droppedAttributesCount', 1);
  });
});
