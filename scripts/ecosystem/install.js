import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './processes.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const INSTALL = ['ci', '--no-audit', '--no-fund', '--ignore-scripts'];

/** The Node that runs the programs, and the official lines that run on it. */
export async function nodeOf(wanted) {
  const path =
    wanted === ''
      ? process.execPath
      : await npm([
          'exec',
          '--yes',
          `--package=node@${wanted}`,
          '--',
          'node',
          '-p',
          'process.execPath',
        ]);
  const version = (await run(path, ['-p', 'process.versions.node'])).trim();
  const [major, minor] = version.split('.').map(Number);
  return { path, version, lines: major > 22 || (major === 22 && minor >= 15) ? [2, 3] : [2] };
}

/** Builds spantree and packs it as it would be published. */
export async function packSpantree(folder) {
  await npm(['run', 'build']);
  const answer = JSON.parse(await npm(['pack', '--json', `--pack-destination=${folder}`]));
  return join(folder, answer[0].filename);
}

/**
 * Installs the packages of a part from its lock file, unless that has been done before, and puts the packed
 * spantree beside them, which no lock file knows.
 *
 * @returns the folder
 */
export async function installPart(name, line, tarball) {
  const folder = fileURLToPath(new URL(`parts/${name}/line-${line}`, import.meta.url));
  const lock = createHash('sha256').update(readFileSync(join(folder, 'package-lock.json')));
  const stamp = join(folder, 'node_modules', '.installed');
  const wanted = `${lock.digest('hex')}\n`;
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    await npm(INSTALL, folder);
    // An import by name finds packages from the file that has it, and only such imports are instrumented.
    writeFileSync(
      join(folder, 'node_modules', '.import.mjs'),
      'export const importPackage = (name) => import(name);\n',
    );
    writeFileSync(stamp, wanted);
  }
  const spantree = join(folder, 'node_modules', 'spantree');
  rmSync(spantree, { recursive: true, force: true });
  mkdirSync(spantree, { recursive: true });
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', spantree]);
  return folder;
}

async function npm(args, cwd = ROOT) {
  return (await run('npm', args, { cwd, timeoutMillis: 300_000 })).trim();
}
