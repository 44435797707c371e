import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';

/** A spec as Mocha names it. */
export interface SpecTitle {
  /** With those of the suites around it. */
  readonly title: string;
  /** As the repository names it. */
  readonly file: string;
}

interface Listed {
  fullTitle: string;
  file: string;
}

/**
 * The titles of all specs as Mocha has them after loading: titles made from tables too. Nothing is run.
 * Skipped specs are left out.
 */
export function readTitles(): SpecTitle[] {
  const folder = mkdtempSync(join(tmpdir(), 'spantree-titles-'));
  const output = join(folder, 'titles.json');
  try {
    list(output);
    const { tests, pending } = JSON.parse(readFileSync(output, 'utf8')) as {
      tests: Listed[];
      pending: Listed[];
    };
    const keyOf = ({ file, fullTitle }: Listed): string => `${file} ${fullTitle}`;
    const skipped = new Set(pending.map(keyOf));
    return tests
      .filter((test) => !skipped.has(keyOf(test)))
      .map(({ fullTitle, file }) => ({ title: fullTitle, file: nameOf(file) }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Lets Mocha write its report of all specs, without running them. */
function list(output: string): void {
  const reporter = ['--reporter', 'json', '--reporter-option', `output=${output}`];
  const { status, stderr } = spawnSync(
    process.execPath,
    ['node_modules/mocha/bin/mocha.js', '--dry-run', ...reporter, 'spec/**/*.spec.ts'],
    { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the specs cannot be loaded:\n${stderr}`);
}

/** A file as the repository names it. */
export function nameOf(file: string): string {
  return relative(process.cwd(), file).split(sep).join('/');
}
