import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { build } from 'esbuild';

const pkg = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, string | { default: string }>;
  dependencies?: Record<string, string>;
};
const doors = Object.entries(pkg.exports).filter(([, door]) => typeof door === 'object');

/** Runs a line of code in a Node of its own, in which `spantree` is the built package. */
function run(code: string, type: 'module' | 'commonjs'): string {
  const args = [`--input-type=${type}`, '--eval', code];
  return execFileSync(process.execPath, args, { encoding: 'utf8', stdio: 'pipe' });
}

/** Runs an installed tool, and returns what it prints. Throws when the tool fails. */
function tool(file: string, ...args: string[]): string {
  return execFileSync(process.execPath, [`node_modules/${file}`, ...args], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
}

describe('the package', function () {
  this.timeout(120_000);

  before(() => {
    if (!existsSync('dist/lib/index.js')) execFileSync(process.execPath, ['scripts/build.js']);
  });

  for (const [door] of doors) {
    const name = door.replace('.', 'spantree');

    it(`${name} can be imported`, () => {
      const names = run(`console.log(Object.keys(await import('${name}')).length)`, 'module');
      expect(Number(names)).to.be.greaterThan(0);
    });

    it(`${name} can be required`, () => {
      const names = run(`console.log(Object.keys(require('${name}')).length)`, 'commonjs');
      expect(Number(names)).to.be.greaterThan(0);
    });
  }

  for (const [type, load] of [
    ['module', "await import('spantree')"],
    ['commonjs', "require('spantree')"],
  ] as const) {
    it(`reads a configuration file with the YAML parser that is in it (${type})`, () => {
      const file = 'spec/lib/configuration/files/nothing.yaml';
      const code = `const model = (${load}).parseConfigurationFile('${file}'); console.log(model.file_format)`;
      expect(run(code, type)).to.equal('1.1\n');
    });
  }

  it('loads no YAML parser before there is a file', () => {
    const code = `await import('spantree');
      console.log(Object.keys(process.getBuiltinModule('node:module')._cache).filter((file) => /yaml/.test(file)))`;
    expect(run(code, 'module')).to.equal('[]\n');
    expect(readFileSync('dist/THIRD-PARTY-LICENSES.txt', 'utf8')).to.match(/^yaml$/m);
  });

  it('needs nothing at run time but the API and Node', async () => {
    const { metafile } = await build({
      entryPoints: doors.map(([, door]) => (door as { default: string }).default),
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      outdir: 'unused',
      write: false,
      metafile: true,
      packages: 'external',
      logLevel: 'error',
    });
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
    const packages = imports.filter(({ external }) => external).map(({ path }) => path);
    expect(new Set(packages.filter((path) => !path.startsWith('node:')))).to.deep.equal(
      new Set(['@opentelemetry/api']),
    );
    expect(pkg.dependencies).to.equal(undefined);
  });

  it('is packed as npm, bundlers and TypeScript want it (publint)', () => {
    expect(tool('publint/src/cli.js', 'run', '--strict')).to.include('All good!');
  });

  it('has types that resolve for ES modules everywhere (attw)', () => {
    tool('@arethetypeswrong/cli/dist/index.js', '--pack', '.', '--profile', 'esm-only');
  });

  it('has types that name nothing newer than API 1.9', () => {
    tool('typescript/bin/tsc', '-p', 'spec/types/api-1.9/tsconfig.json');
  });
});
