import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const INSTALLED = join(ROOT, 'node_modules', '@grpc', 'grpc-js');

/*
 * The transport in one file of its own, as it is published, far from any node_modules: what it finds
 * is what the test has put there.
 */
describe('the package @grpc/grpc-js', () => {
  let folder: string;
  let library: string;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'spantree-grpc-'));
    library = join(folder, 'library', 'dist', 'chunks', 'grpc.js');
    await build({
      stdin: {
        contents: `export { createGrpcTransport } from './exporters/otlp/grpc.ts';`,
        resolveDir: ROOT,
      },
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      outfile: library,
    });
    write('library/package.json', '{ "type": "module" }');
  });
  after(() => rmSync(folder, { recursive: true }));

  function write(path: string, contents: string): string {
    const file = join(folder, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, contents);
    return file;
  }

  /** A package in `place` that stands for the real one. */
  function install(place: string): void {
    const target = JSON.stringify(INSTALLED);
    write(`${place}/node_modules/@grpc/grpc-js/package.json`, '{ "main": "index.cjs" }');
    write(`${place}/node_modules/@grpc/grpc-js/index.cjs`, `module.exports = require(${target});`);
  }

  /** Makes a transport from the main program `<app>/main.mjs`, in the folder `cwd`. */
  function made(app: string, cwd: string): Promise<string> {
    const options = `{ target: 'c:1', headers: {}, compression: 'none', timeoutMillis: 1, maxResponseBytes: 1 }`;
    const main = write(
      `${app}/main.mjs`,
      `import { createGrpcTransport } from ${JSON.stringify(library)};
      try {
        createGrpcTransport(${options}).close();
        console.log('made');
      } catch (error) {
        console.log(error.message, error.cause?.code);
      }`,
    );
    mkdirSync(join(folder, cwd), { recursive: true });
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [main], { cwd: join(folder, cwd), env: {} }, (error, stdout) =>
        error ? reject(error) : resolve(stdout.trim()),
      );
    });
  }

  it('is a mistake of set-up when it is absent, with the command that installs it', async () => {
    expect(await made('none', 'none')).to.equal(
      'OTLP over gRPC needs the package @grpc/grpc-js, which is not installed: npm install @grpc/grpc-js undefined',
    );
  });

  it('is found beside the library', async () => {
    install('library');
    expect(await made('elsewhere', 'elsewhere')).to.equal('made');
    rmSync(join(folder, 'library', 'node_modules'), { recursive: true });
  });

  it('is found beside the program', async () => {
    install('app');
    expect(await made('app', 'elsewhere')).to.equal('made');
  });

  it('is found from the folder that the program runs in', async () => {
    install('service');
    expect(await made('elsewhere', 'service')).to.equal('made');
  });

  it('is not said to be absent when something else is', async () => {
    write('broken/node_modules/@grpc/grpc-js/package.json', '{ "main": "index.cjs" }');
    write('broken/node_modules/@grpc/grpc-js/index.cjs', `require('@grpc/proto-loader')`);
    expect(await made('broken', 'broken')).to.equal(
      '@grpc/grpc-js cannot be loaded MODULE_NOT_FOUND',
    );
  });
});
