// Builds dist/: JavaScript by esbuild (which inlines the few constants and small libraries that are
// used in part, so that the package has no ordinary run-time dependency), declarations by tsc.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const pkg = JSON.parse(readFileSync('package.json', 'utf8'));
const entryPoints = [...Object.values(pkg.exports), ...Object.values(pkg.bin)]
  .map((door) => door.default ?? door)
  .filter((file) => file.includes('dist/'))
  .map((file) => file.replace(/^(\.\/)?dist\//, '').replace(/\.js$/, '.ts'));

rmSync('dist', { recursive: true, force: true });
const code = await build({
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
  legalComments: 'none',
  external: ['@opentelemetry/api', '@grpc/grpc-js'],
  define: {
    __SPANTREE_VERSION__: JSON.stringify(pkg.version),
    // Seen from dist/lib as from dist/chunks, wherever the code ends up that loads it.
    __SPANTREE_YAML__: JSON.stringify('../chunks/yaml.cjs'),
  },
  logLevel: 'warning',
  metafile: true,
});
// A file of its own, loaded with require when the first configuration file is read.
const yaml = await build({
  entryPoints: { yaml: 'yaml' },
  outdir: 'dist/chunks',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licences([code, yaml]));
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});

/** The licences of the packages of which something ended up in the bundle. */
function licences(builds) {
  const outputs = builds.flatMap(({ metafile }) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap((output) => Object.keys(output.inputs));
  const names = inputs.flatMap(
    (input) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [],
  );
  const texts = [...new Set(names)]
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => {
      const folder = `node_modules/${name}`;
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      if (file === undefined) throw new Error(`${name} is bundled but has no licence file`);
      return `${name}\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
    });
  return `Parts of these packages are included in the JavaScript of this one.\n\n${texts.join('\n\n')}`;
}
