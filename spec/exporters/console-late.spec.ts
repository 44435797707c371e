import { expect } from 'chai';
import { sortLate } from '../../exporters/console-late.js';
import { remoteCaller, spanMaker } from './console-spans.js';

describe('late spans of a shown tree', () => {
  const { open, ended } = spanMaker();

  it('are additions when they hang below it', () => {
    const root = ended('root');
    const child = ended('child', { parent: root });
    const grandchild = ended('grandchild', { parent: child });
    expect(sortLate([root], [grandchild, child])).to.deep.equal({
      redraw: false,
      additions: [grandchild, child],
      otherTree: [],
    });
  });

  it('are additions also where another service continues the trace', () => {
    const root = ended('root');
    const served = ended('served', { remote: root });
    expect(sortLate([root], [served]).additions).to.deep.equal([served]);
  });

  it('are additions when their parent is not known', () => {
    const orphan = ended('orphan', { parent: remoteCaller() });
    expect(sortLate([ended('root')], [orphan]).additions).to.deep.equal([orphan]);
  });

  it('are another tree when a caller that was not shown made them', () => {
    const caller = remoteCaller();
    const shown = ended('first', { remote: caller });
    const second = ended('second', { remote: caller });
    const below = ended('below', { parent: second });
    const addition = ended('addition', { parent: shown });
    expect(sortLate([shown], [below, addition, second])).to.deep.equal({
      redraw: false,
      additions: [addition],
      otherTree: [second, below],
    });
  });

  it('have the tree drawn again when they lie above it', () => {
    const root = ended('root');
    const served = ended('served', { remote: root });
    expect(sortLate([served], [root]).redraw).to.equal(true);
  });

  it('are additions when they were shown running, also with spans below', () => {
    const root = ended('root');
    const job = open('job', { parent: root });
    const below = ended('below', { parent: job });
    job.end();
    expect(sortLate([root, below, job], [job]).additions).to.deep.equal([job]);
  });

  it('have the tree drawn again when its root was shown running', () => {
    const root = ended('root');
    expect(sortLate([root], [root]).redraw).to.equal(true);
  });

  it('may be each other’s parents', () => {
    const loop = open('loop');
    Object.defineProperty(loop, 'parentSpanContext', { value: loop.spanContext() });
    loop.end();
    expect(sortLate([ended('root')], [loop]).additions).to.deep.equal([loop]);
  });
});
