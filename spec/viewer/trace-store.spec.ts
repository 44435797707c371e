import { expect } from 'chai';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { TraceStore } from '../../viewer/trace-store.js';
import { spanOf } from '../tree/spans.js';

describe('the store of traces', () => {
  let ids = 0;
  function span(traceId: string, from = 0): ReadableSpan {
    return spanOf({ id: String(ids++), traceId, from, to: from + 1 });
  }

  /** The traces that are held, each with its number of spans. */
  function held(store: TraceStore): [string | undefined, number][] {
    return store.traces().map((spans) => [spans[0]?.spanContext().traceId, spans.length]);
  }

  it('joins spans by trace, traces by the earliest start', () => {
    const store = new TraceStore({ maxSpans: 10, maxLength: 1000 });
    for (const one of [span('b', 5), span('a', 3), span('b', 1), span('a', 9)]) store.add(one, 1);
    expect(held(store)).to.deep.equal([
      ['b', 2],
      ['a', 2],
    ]);
    expect(store.leftOut).to.deep.equal({ spans: 0, traces: 0 });
  });

  it('leaves out the trace that came first, whole, and what comes of it later', () => {
    const store = new TraceStore({ maxSpans: 4, maxLength: 1000 });
    for (const id of ['a', 'a', 'b', 'b', 'c', 'a']) store.add(span(id), 1);
    expect(held(store)).to.deep.equal([
      ['b', 2],
      ['c', 1],
    ]);
    expect(store.leftOut).to.deep.equal({ spans: 3, traces: 1 });
  });

  it('is bounded by the length of what it holds too', () => {
    const store = new TraceStore({ maxSpans: 100, maxLength: 100 });
    for (const id of ['a', 'b', 'c']) store.add(span(id), 50);
    expect(held(store).map(([id]) => id)).to.deep.equal(['b', 'c']);
  });

  it('leaves out what comes last of a single trace that is too large', () => {
    const store = new TraceStore({ maxSpans: 3, maxLength: 1000 });
    for (let i = 0; i < 10; i++) store.add(span('a'), 1);
    expect(held(store)).to.deep.equal([['a', 3]]);
    expect(store.leftOut).to.deep.equal({ spans: 7, traces: 0 });
  });
});
