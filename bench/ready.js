import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../', import.meta.url);
const SOURCES = ['lib', 'propagators', 'samplers', 'exporters', 'tree', 'instrumentation'];

/** Builds `dist/` when it is missing or older than a source. */
export function buildIfStale() {
  const built = new URL('dist/lib/index.js', ROOT);
  if (existsSync(built) && statSync(built).mtimeMs > newest(SOURCES)) return;
  run('npm', ['run', 'build']);
}

/** Installs a rival's packages where its contender has none yet, or others than its lock file says. */
export function installIfMissing(contender) {
  const folder = fileURLToPath(new URL(contender, import.meta.url));
  const lock = `${folder}/package-lock.json`;
  const installed = `${folder}/node_modules/.package-lock.json`;
  if (!existsSync(lock)) return;
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(lock).mtimeMs) return;
  run('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--prefix', folder]);
}

function newest(folders) {
  const times = folders.flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(`${entry.parentPath}/${entry.name}`).mtimeMs),
  );
  return Math.max(...times);
}

/** npm is a script for the shell on some systems; the arguments are all our own. */
function run(command, args) {
  console.error(`${command} ${args.join(' ')}`);
  execFileSync(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}
