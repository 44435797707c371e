import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AssertionError } from 'chai';

/**
 * Compares drawn lines with `golden/<name>.golden.txt`. After a change that is meant, write the files
 * anew with `UPDATE_GOLDEN=1 npx mocha 'spec/tree/**'`, and look at each of them.
 */
export function expectGolden(name: string, lines: readonly string[]): void {
  const file = fileURLToPath(new URL(`golden/${name}.golden.txt`, import.meta.url));
  const actual = lines.map((line) => `${line}\n`).join('');
  if (process.env.UPDATE_GOLDEN) {
    writeFileSync(file, actual);
    return;
  }
  const expected = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (actual === expected) return;
  throw new AssertionError(
    `the drawing differs from golden/${name}.golden.txt:\n${difference(expected, actual)}`,
  );
}

/** Lines that are only in the file (-) or only drawn (+), each with its number. */
function difference(expected: string, actual: string): string {
  const [old, now] = [expected.split('\n'), actual.split('\n')];
  const rows: string[] = [];
  for (let i = 0; i < Math.max(old.length, now.length); i++) {
    if (old[i] === now[i]) continue;
    if (old[i] !== undefined) rows.push(`${i + 1} - ${old[i]}`);
    if (now[i] !== undefined) rows.push(`${i + 1} + ${now[i]}`);
  }
  return rows.join('\n');
}
