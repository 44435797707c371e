import { readdirSync } from 'node:fs';
import { expect } from 'chai';
import type { Runnable, Suite } from 'mocha';
import type { Knowledge } from '../../scripts/compliance/knowledge.js';
import { checkPage } from '../../scripts/compliance/page-file.js';
import { pageOf } from '../../scripts/compliance/page.js';
import { faultsOf, proofOf } from '../../scripts/compliance/proof.js';
import { nameOf, readTitles, type SpecTitle } from '../../scripts/compliance/titles.js';

// Put together, so that the titles of this file name no facts.
const KNOWN = ['T', 'SPAN', '01'].join('-');
const OTHER = ['P', 'B3', '07'].join('-');
const ODD = ['T', 'SPAN', '99'].join('-');

const knowledge = (overrides: Partial<Knowledge> = {}): Knowledge => ({
  chapters: [{ title: 'Spans', source: 'a text', facts: { [KNOWN]: 'ids' } }],
  facts: new Map([[KNOWN, 'ids']]),
  reasons: new Map(),
  matrix: [{ section: 'Traces', heading: 'Span', rows: [{ name: 'Create', ids: [KNOWN] }] }],
  ...overrides,
});

const titled = (...titles: string[]): SpecTitle[] =>
  titles.map((title, i) => ({ title, file: `spec/${i}.spec.ts` }));

describe('docs/compliance.md', () => {
  it('is up to date, and has a spec or a reason for every fact', function () {
    this.timeout(60_000);
    expect(checkPage(titlesInThisRun(this.test!) ?? readTitles())).to.deep.equal([]);
  });
});

describe('what the titles of specs prove', () => {
  const faults = (titles: SpecTitle[], overrides?: Partial<Knowledge>): string[] =>
    faultsOf(proofOf(titles), knowledge(overrides));

  it('is what they name, wherever it stands', () => {
    const titles = titled(`a span (${KNOWN}) has ids`, `${OTHER}, ${KNOWN}: both`);
    const both = ['spec/0.spec.ts', 'spec/1.spec.ts'];
    expect(proofOf(titles).get(KNOWN)).to.deep.equal(both);
    expect(proofOf(titles).get(OTHER)).to.deep.equal(['spec/1.spec.ts']);
    expect(faults(titled(KNOWN))).to.deep.equal([]);
  });

  it('is nothing where they say what is not read', () => {
    expect(proofOf(titled(`variables are not read: X (${KNOWN})`)).size).to.equal(0);
  });

  it('must be every fact that has no reason', () => {
    expect(faults([])).to.deep.equal([`no spec names ${KNOWN}: ids`]);
    expect(faults([], { reasons: new Map([[KNOWN, 'later']]) })).to.deep.equal([]);
  });

  it('must not be a fact that has a reason to be unproved', () => {
    const [fault, ...others] = faults(titled(KNOWN), { reasons: new Map([[KNOWN, 'later']]) });
    expect(fault).to.match(/^spec\/0\.spec\.ts names .*: take it off the list/);
    expect(others).to.deep.equal([]);
  });

  it('must exist', () => {
    expect(faults(titled(KNOWN, `${ODD}, misspelt`))).to.deep.equal([
      `${ODD} does not exist, but is named by spec/1.spec.ts`,
    ]);
    expect(faults(titled(KNOWN), { reasons: new Map([[ODD, 'later']]) })).to.have.length(1);
  });
});

describe('the status of a row of the matrix', () => {
  const markOf = (ids: string[], titles: SpecTitle[], beyond: object = {}): string | undefined => {
    const rows = [{ name: 'Create', ids, ...beyond }];
    const page = pageOf(
      proofOf(titles),
      knowledge({ matrix: [{ section: 'Traces', heading: '', rows }] }),
    );
    return /^\| Create \| (\S+) \|/m.exec(page)?.[1];
  };

  it('is done when every fact is proved', () => {
    expect(markOf([KNOWN, OTHER], titled(KNOWN, OTHER))).to.equal('+');
  });

  it('is partly done when some are, or when more is missing than the facts say', () => {
    expect(markOf([KNOWN, OTHER], titled(KNOWN))).to.equal('partly');
    expect(markOf([KNOWN], titled(KNOWN), { partly: 'half of it' })).to.equal('partly');
    expect(markOf([KNOWN], titled(KNOWN), { note: 'a remark' })).to.equal('+');
  });

  it('is not done when none is, or when there is no such thing', () => {
    expect(markOf([KNOWN], [])).to.equal('not');
    expect(markOf([], [])).to.equal('not');
    expect(markOf([KNOWN], titled(KNOWN), { not: 'not here' })).to.equal('not');
  });

  it('is of no concern when it is about another signal', () => {
    expect(markOf([], [], { foreign: 'logs' })).to.equal('n/a');
  });
});

/** The titles of the run at work; `undefined` when it is one of some files only. */
function titlesInThisRun(test: Runnable): SpecTitle[] | undefined {
  let root: Suite = test.parent!;
  while (root.parent) root = root.parent;
  const titles: SpecTitle[] = [];
  const files = new Set<string>();
  root.eachTest((each: Runnable) => {
    const file = nameOf(each.file!);
    files.add(file);
    if (!each.isPending()) titles.push({ title: each.fullTitle(), file });
  });
  return specFiles().every((file) => files.has(file)) ? titles : undefined;
}

function specFiles(): string[] {
  return readdirSync('spec', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.spec.ts'))
    .map((file) => nameOf(`spec/${file}`));
}
