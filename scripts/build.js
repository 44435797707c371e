// Builds dist/: JavaScript by esbuild (which inlines the few constants and small libraries that are
// used in part, so that the package has no ordinary run-time dependency), declarations by tsc.
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const pkg = JSON.parse(readFileSync('package.json', 'utf8'));
const entryPoints = Object.values(pkg.exports)
  .filter((door) => typeof door === 'object')
  .map((door) => door.default.replace('./dist/', '').replace(/\.js$/, '.ts'));

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints,
  outdir: 'dist',
  outbase: '.',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  chunkNames: 'chunks/[name]-[hash]',
  legalComments: 'linked',
  external: ['@opentelemetry/api'],
  define: { __SPANTREE_VERSION__: JSON.stringify(pkg.version) },
  logLevel: 'warning',
});
execFileSync(
  process.execPath,
  [require.resolve('typescript/bin/tsc'), '-p', 'tsconfig.build.json'],
  {
    stdio: 'inherit',
  },
);
