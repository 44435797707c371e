import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const API = join(ROOT, 'node_modules/@opentelemetry/api');

/**
 * What lies in `node_modules` after an install: packages, and the sizes of their files. Ours is packed and
 * installed beside the API; the official set is what its folder's lock file says; the floor is the API alone.
 */
export const install = {
  name: 'install',
  rounds: 1,
  rows: [
    {
      name: 'install-packages',
      title: 'install with the API',
      unit: 'packages',
      figure: 'packages',
    },
    { name: 'install-size', title: 'install with the API', unit: 'MB', figure: 'megabytes' },
  ],
  open({ rival }) {
    const official = fileURLToPath(new URL(`../${rival}/node_modules`, import.meta.url));
    let alone;
    const floor = () => (alone ??= installed(API));
    return {
      sides: {
        rival: () => (rival === 'floor' ? floor() : sizeOf(official)),
        ours: () => installed(API, pack),
        floor,
      },
      close: () => [],
    };
  },
};

/** Installs packages of this machine in a folder of their own; nothing comes from a registry. */
function installed(api, packOurs) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-install-'));
  try {
    const packages = packOurs === undefined ? [api] : [packOurs(folder), api];
    // As copies, where npm would make links to folders.
    npm(folder, 'install', '--install-links', '--offline', '--no-audit', '--no-fund', ...packages);
    return sizeOf(join(folder, 'node_modules'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As it would be published; `dist/` has been built. */
function pack(folder) {
  npm(ROOT, 'pack', '--ignore-scripts', '--pack-destination', folder);
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
}

function npm(cwd, ...args) {
  execFileSync('npm', [...args, '--loglevel', 'error'], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
}

function sizeOf(modules) {
  const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
  const bytes = readdirSync(modules, { recursive: true })
    .map((name) => lstatSync(join(modules, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
  return { packages: Object.keys(packages).length, megabytes: bytes / 1e6 };
}
