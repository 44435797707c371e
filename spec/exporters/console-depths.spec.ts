import { expect } from 'chai';
import { SpanDepths } from '../../exporters/console-depths.js';
import type { Span } from '../../lib/span.js';
import { remoteCaller, spanMaker } from './console-spans.js';

describe('the depths of spans', () => {
  const spans = spanMaker();

  function starting(depths: SpanDepths) {
    return (name: string, options?: Parameters<typeof spans.open>[1]): Span => {
      const span = spans.open(name, options);
      depths.start(span);
      return span;
    };
  }

  it('count from the local root', () => {
    const depths = new SpanDepths();
    const start = starting(depths);
    const root = start('root', { remote: remoteCaller() });
    const child = start('child', { parent: root });
    const grandchild = start('grandchild', { parent: child });
    expect([grandchild, child, root].map((span) => depths.end(span))).to.deep.equal([2, 1, 0]);
  });

  it('go on across services of one process', () => {
    const depths = new SpanDepths();
    const start = starting(depths);
    const served = start('served', { remote: start('shop') });
    expect(depths.end(served)).to.equal(1);
  });

  it('are kept for children of an ended span', () => {
    const depths = new SpanDepths();
    const start = starting(depths);
    const root = start('root');
    const child = start('child', { parent: root });
    depths.end(child);
    expect(depths.end(start('grandchild', { parent: child }))).to.equal(2);
  });

  it('are not made up where the parent or the start was not seen', () => {
    const depths = new SpanDepths();
    const start = starting(depths);
    expect(depths.end(start('orphan', { parent: remoteCaller() }))).to.equal(undefined);
    expect(depths.end(spans.open('unseen'))).to.equal(undefined);
  });

  it('are forgotten with the last open span of a trace', () => {
    const depths = new SpanDepths();
    const start = starting(depths);
    for (let i = 0; i < 1500; i++) depths.end(start('root'));
    expect(depths.end(start('root'))).to.equal(0);
  });

  it('are bounded by the traces open at once', () => {
    const depths = new SpanDepths();
    const start = starting(depths);
    for (let i = 0; i < 1000; i++) start('open');
    expect(depths.end(start('one more'))).to.equal(undefined);
  });
});
