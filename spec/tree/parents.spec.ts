import { SpanKind } from '@opentelemetry/api';
import { expect } from 'chai';
import { buildTrace, renderTree, type SpanNode, type TraceModel } from '../../tree/index.js';
import { spanOf, spansOf, type SpanSketch } from './spans.js';

function model(...sketches: SpanSketch[]): TraceModel {
  const trace = buildTrace(spansOf(...sketches));
  if (trace === undefined) throw new Error('no trace');
  return trace;
}

function shape(nodes: readonly SpanNode[]): string {
  return nodes
    .map(({ id, children }) => (children.length > 0 ? `${id}(${shape(children)})` : id))
    .join(' ');
}

describe('the places of spans in a trace', () => {
  it('are under their parents, in order of starts, whatever order they came in', () => {
    const { tops } = model(
      { id: 'c', parent: 'a', from: 5, to: 6 },
      { id: 'd', parent: 'b', from: 2, to: 3 },
      { id: 'a', to: 9 },
      { id: 'b', parent: 'a', from: 1, to: 4 },
    );
    expect(shape(tops)).to.equal('a(b(d) c)');
  });

  it('keep sub-millisecond order', () => {
    const { tops } = model(
      { id: 'a', to: 9 },
      { id: 'c', parent: 'a', from: 1.0005, to: 2 },
      { id: 'b', parent: 'a', from: 1.0004, to: 3 },
    );
    expect(shape(tops)).to.equal('a(b c)');
  });

  it('are nowhere without spans', () => {
    expect(buildTrace([])).to.equal(undefined);
    expect(renderTree([])).to.deep.equal([]);
  });

  it('take a parent id of zeros for none', () => {
    const { main, missing } = model({ id: 'a', parent: '0000000000000000', to: 1 });
    expect(main.parentId).to.equal('');
    expect(missing).to.deep.equal([]);
  });
});

describe('a parent that was not received', () => {
  it('is a caller elsewhere when it is remote', () => {
    const { missing } = model({ id: 'a', parent: 'x', remote: true, to: 1 });
    expect(missing.map(({ kind, spanId }) => [kind, spanId])).to.deep.equal([['remote', 'x']]);
  });

  it('is lost when it is local', () => {
    expect(model({ id: 'a', parent: 'x', to: 1 }).missing[0]?.kind).to.equal('local');
  });

  it('is unknown when the span tells only its id, as SDK 1.x did', () => {
    const span = spanOf({ id: 'a', parent: 'x', to: 1 });
    const { parentSpanContext: _, ...old } = span;
    expect(buildTrace([old])?.missing[0]?.kind).to.equal('unknown');
    const server = { ...old, kind: SpanKind.SERVER };
    expect(buildTrace([server])?.missing[0]?.kind).to.equal('remote');
  });

  it('is shared by all its orphans', () => {
    const { missing } = model(
      { id: 'a', parent: 'x', to: 1 },
      { id: 'b', parent: 'y', to: 1 },
      { id: 'c', parent: 'x', to: 1 },
    );
    expect(missing.map(({ spanId, orphans }) => `${spanId}: ${shape(orphans)}`)).to.deep.equal([
      'x: a c',
      'y: b',
    ]);
  });

  it('is named when the trace state carries the caller', () => {
    const traceState = {
      get: (key: string) => (key === 'spantree' ? 's:shop-api' : undefined),
      set: () => traceState,
      unset: () => traceState,
      serialize: () => '',
    };
    const span = spanOf({ id: 'a', parent: '9d3e51c2aa', remote: true, traceState, to: 1 });
    expect(renderTree([span])[2]).to.equal('  ↑ called from upstream span 9d3e51c2… (shop-api)');
  });

  it('says what a local one may mean', () => {
    const span = spanOf({ id: 'a', parent: '77aa01', to: 1 });
    expect(renderTree([span])[2]).to.equal(
      '  ↑ parent 77aa01 not received: never ended, dropped, or lost at exit',
    );
  });

  it('does not make its orphan the main span when there is a root', () => {
    const { main } = model({ id: 'o', parent: 'x', from: 0, to: 9 }, { id: 'r', from: 5, to: 6 });
    expect(main.id).to.equal('r');
  });
});

describe('parent links that form a loop', () => {
  it('are cut at the earliest span, and nothing is lost', () => {
    const { tops, order } = model(
      { id: 'r', to: 9 },
      { id: 'b', parent: 'a', from: 3, to: 4 },
      { id: 'a', parent: 'b', from: 2, to: 5 },
      { id: 'c', parent: 'b', from: 3, to: 4 },
    );
    expect(shape(tops)).to.equal('r a(b(c))');
    expect(order.map(({ id, flaw }) => flaw && id).filter(Boolean)).to.deep.equal(['a']);
  });

  it('include a span that names itself', () => {
    const { tops } = model({ id: 'a', parent: 'a', to: 1 });
    expect([shape(tops), tops[0]?.flaw]).to.deep.equal(['a', 'loop']);
  });
});

describe('two spans of one id', () => {
  it('are one when the first was still running', () => {
    const { order } = model({ id: 'a', name: 'first' }, { id: 'a', name: 'first', to: 4 });
    expect(order.map(({ running, end }) => [running, end])).to.deep.equal([[false, 4]]);
  });

  it('are one when the running one comes last', () => {
    const { order } = model({ id: 'a', to: 4 }, { id: 'a' });
    expect(order.map(({ running }) => running)).to.deep.equal([false]);
  });

  it('are one when they are equal', () => {
    expect(model({ id: 'a', to: 4 }, { id: 'a', to: 4 }).order).to.have.lengthOf(1);
  });

  it('are both kept and marked when they differ', () => {
    const { order } = model({ id: 'a', to: 4 }, { id: 'a', to: 5 });
    expect(order.map(({ flaw }) => flaw)).to.deep.equal([undefined, 'duplicate']);
  });
});
