import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ENVIRONMENT } from '../lib/config.js';

const readme = readFileSync('README.md', 'utf8');
const scripts = (
  JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
).scripts;

/** The cells of all rows of the README's tables whose first cell is like that. */
function rows(first: RegExp): string[][] {
  return readme
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.slice(1, -1).split('|'))
    .map((cells) => cells.map((cell) => cell.trim().replaceAll('`', '')))
    .filter(([cell]) => first.test(cell!));
}

describe('the README', () => {
  it('names every environment variable that is read, with its option and default, and no other', () => {
    const table = ENVIRONMENT.map(({ name, option, default: fallback }) => [
      name,
      option,
      fallback,
    ]);
    expect(rows(/^(OTEL|SPANTREE)_/)).to.deep.equal(table);
  });

  it('names only scripts that there are', () => {
    for (const text of [readme, readFileSync('docs/CONTRIBUTING.md', 'utf8')]) {
      for (const [, name] of text.matchAll(/npm run ([\w:-]+)/g))
        expect(scripts).to.have.any.keys(name!);
    }
  });
});
