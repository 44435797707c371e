import { expect } from 'chai';
import type { ConsoleOptions } from '../../exporters/console-options.js';
import { consoleTree } from '../../exporters/console-tree.js';
import { harness } from '../support/harness.js';
import { Paper } from './console-paper.js';
import { spanMaker } from './console-spans.js';
import { fakeTime, type FakeTime } from './console-time.js';

function printing(options: ConsoleOptions = {}) {
  const paper = new Paper();
  const tree = consoleTree({ stream: paper, unicode: true, ...options });
  return { paper, tree, shop: spanMaker('shop', tree) };
}

describe('the console tree in a flood', () => {
  const h = harness();

  let time: FakeTime;

  beforeEach(() => {
    time = fakeTime();
  });
  afterEach(() => time.restore());

  it('prints five trees, then a line a second, failed traces and the slowest in any case', () => {
    const { paper, shop } = printing();
    for (let i = 0; i < 20; i++) shop.ended('GET /order', { millis: 10 });
    shop.ended('GET /report', { millis: 812 });
    shop.ended('GET /search', { millis: 400 });
    for (let i = 0; i < 7; i++) shop.ended('POST /order', { millis: 5, failed: true });
    time.pass(100);
    expect(paper.writes.map((text) => text[0]).join('')).to.equal('●●●●●✖✖✖✖✖');
    time.pass(1000);
    expect(paper.writes).to.have.length(12);
    expect(paper.writes[10]).to.match(/^● GET \/report in 812ms/);
    expect(paper.writes[11]).to.match(
      /^… 18 more traces in the last second: 16 ok, 2 failed · slowest 400ms GET \/search \(trace \w{8}\)\n/,
    );
    time.pass(5000);
    expect(paper.writes).to.have.length(12);
  });

  it('prints as many as it is told to', () => {
    const { paper, shop } = printing({ treesPerSecond: Infinity });
    for (let i = 0; i < 50; i++) shop.ended('GET /order');
    time.pass(100);
    expect(paper.writes).to.have.length(50);
  });

  it('says at a flush what it holds back', async () => {
    const { paper, shop, tree } = printing({ treesPerSecond: 1 });
    for (let i = 0; i < 4; i++) shop.ended('GET /order', { millis: 5 });
    await tree.forceFlush();
    expect(paper.writes).to.have.length(2);
    expect(paper.writes[1]).to.match(/^… 3 more traces/);
  });

  it('adds nothing to trees that it did not print', () => {
    const { paper, shop } = printing({ treesPerSecond: 1 });
    shop.ended('shown', { millis: 100 });
    const held = shop.ended('held', { millis: 5 });
    time.pass(1200);
    const printed = paper.writes.length;
    expect(paper.text).to.match(/… 1 more trace/);
    shop.ended('late', { parent: held });
    time.pass(1200);
    expect(paper.writes).to.have.length(printed);
  });

  it('prints a trace that it held back when a late span of it fails', () => {
    const { paper, shop } = printing({ treesPerSecond: 1 });
    shop.ended('shown', { millis: 100 });
    const held = shop.ended('held', { millis: 5 });
    time.pass(1200);
    shop.ended('late', { parent: held, failed: true });
    time.pass(1200);
    expect(paper.writes.at(-1)).to.match(/^! held/);
  });

  it('sums up additions, too', () => {
    const { paper, shop } = printing({ treesPerSecond: 2 });
    const roots = [shop.ended('a'), shop.ended('b')];
    time.pass(100);
    for (let i = 0; i < 3; i++) for (const parent of roots) shop.ended('late', { parent });
    shop.ended('c');
    time.pass(500);
    expect(paper.writes, 'all places are taken').to.have.length(2);
    time.pass(1000);
    expect(paper.text).to.match(/… 2 more additions to trees in the last second/);
  });

  it('says in the tree how many spans of a trace it did not keep', () => {
    const { paper, shop } = printing();
    const root = shop.open('GET /order');
    for (let i = 0; i < 2100; i++) shop.ended(`step ${i}`, { parent: root });
    root.end();
    time.pass(100);
    expect(paper.writes).to.have.length(1);
    expect(paper.text).to.match(/\n… 101 more spans of this trace not kept\n\n$/);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['console.too-many-spans']);
  });

  it('says how many traces it had no place for', async () => {
    const { paper, shop, tree } = printing({ treesPerSecond: 1 });
    const open = Array.from({ length: 1010 }, () => shop.open('at work'));
    await tree.forceFlush();
    expect(paper.text).to.match(/… 10 more traces not shown: too many were open at once/);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['console.too-many-traces']);
    for (const span of open) span.end();
    await tree.shutdown();
  });

  it('says later what a slow reader made it lose', async () => {
    const { paper, shop, tree } = printing({ treesPerSecond: Infinity });
    let release: (() => void) | undefined;
    paper._write = (_text: string, _encoding, done) => (release = done);
    for (let i = 0; i < 24; i++) {
      const root = shop.open('GET /order');
      for (let step = 0; step < 500; step++) {
        shop.ended(`${step} ${'x'.repeat(300)}`, { parent: root });
      }
      root.end();
    }
    time.pass(100);
    const pending = paper.writableLength;
    expect(pending)
      .to.be.greaterThan(2 ** 20)
      .and.below(2 ** 21);
    Reflect.deleteProperty(paper, '_write');
    release?.();
    await new Promise(setImmediate);
    expect(paper.writableLength).to.equal(0);
    await tree.forceFlush();
    expect(paper.writes.at(-1)).to.match(/^… \d prints lost: they could not be written\n/);
  });
});
