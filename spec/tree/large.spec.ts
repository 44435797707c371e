import { expect } from 'chai';
import { buildTrace, renderTree } from '../../tree/index.js';
import { spansOf, type SpanSketch } from './spans.js';

/** So many distinct children of a root, each with one child. */
function pairs(count: number, change: (i: number) => Partial<SpanSketch> = () => ({})) {
  const sketches: SpanSketch[] = [{ id: 'r', name: 'root', to: 1e6 }];
  for (let i = 0; i < count; i++) {
    sketches.push({ id: `a${i}`, parent: 'r', name: `outer ${i}`, from: i, to: i + 1 });
    sketches.push({
      id: `b${i}`,
      parent: `a${i}`,
      name: `inner ${i}`,
      from: i,
      to: i + 1,
      ...change(i),
    });
  }
  return spansOf(...sketches);
}

describe('a trace that is too large', () => {
  it('is drawn up to 2000 spans, nearest to the root first, and says what it left out', () => {
    const lines = renderTree(pairs(3000));
    expect(lines.length).to.be.below(4100);
    expect(lines[1]).to.contain('6001 spans');
    expect(lines.filter((line) => line.includes('outer'))).to.have.lengthOf(1999);
    expect(lines.at(-1)).to.equal('  └─ … 2002 more spans');
  });

  it('still shows where its errors began', () => {
    const lines = renderTree(pairs(3000, (i) => (i === 2777 ? { error: 'needle' } : {})));
    expect(lines.find((line) => line.startsWith('✖') && line.includes('inner 2777'))).to.be.a(
      'string',
    );
    expect(lines.filter((line) => line.includes('✖ needle'))).to.have.lengthOf(1);
  });

  it('counts repeats as one row, with all of them in it', () => {
    const repeats = Array.from({ length: 9000 }, (_, i) => ({
      id: `x${i}`,
      parent: 'r',
      name: 'SELECT',
      from: i,
      to: i + 1,
    }));
    const lines = renderTree(spansOf({ id: 'r', to: 9001 }, ...repeats));
    expect(lines).to.have.lengthOf(4);
    expect(lines[3]).to.contain('9000× SELECT');
  });

  it('may be deeper than the stack', () => {
    const chain = Array.from({ length: 20_000 }, (_, i) => ({
      id: `d${i}`,
      ...(i > 0 && { parent: `d${i - 1}` }),
      to: 1,
      error: i === 19_999,
    }));
    expect(buildTrace(spansOf(...chain))?.order.at(-1)?.depth).to.equal(19_999);
    const lines = renderTree(spansOf(...chain));
    expect(lines.length).to.be.below(2010);
    expect(lines.at(-1)).to.contain('18000 more spans');
  });
});

describe('siblings that are equal', () => {
  const query = (i: number): SpanSketch => ({
    id: `q${i}`,
    parent: 'r',
    name: 'SELECT',
    from: i,
    to: i + 1,
  });
  const rowsOf = (...sketches: SpanSketch[]): string[] =>
    renderTree(spansOf({ id: 'r', to: 50 }, ...sketches), { columns: 89 })
      .slice(3)
      .map((line) => line.slice(2, 50).trim());

  it('are one row from four on', () => {
    expect(rowsOf(...[1, 2, 3].map(query))).to.deep.equal(['├─ SELECT', '├─ SELECT', '└─ SELECT']);
    expect(rowsOf(...[1, 2, 3, 4].map(query))).to.deep.equal(['└─ 4× SELECT  avg 1ms  max 1ms']);
  });

  it('stay at the place of the first, others keep theirs', () => {
    const other = { id: 'o', parent: 'r', name: 'other', from: 2.5, to: 3 };
    expect(rowsOf(...[1, 2, 3, 4].map(query), other)).to.deep.equal([
      '├─ 4× SELECT  avg 1ms  max 1ms',
      '└─ other',
    ]);
  });

  it('are never grouped when they failed', () => {
    const failed = { ...query(3), error: true };
    expect(rowsOf(query(1), query(2), failed, query(4), query(5))).to.deep.equal([
      '├─ 4× SELECT  avg 1ms  max 1ms',
      '└─ SELECT',
    ]);
  });

  it('show the time in which one of them ran, not the sum', () => {
    const parallel = [1, 2, 3, 4].map((i) => ({ ...query(i), from: 1, to: 11 }));
    const row = renderTree(spansOf({ id: 'r', to: 50 }, ...parallel), { columns: 89 })[3];
    expect(row).to.match(/4× SELECT {2}avg 10ms {2}max 10ms +10ms/);
  });
});
