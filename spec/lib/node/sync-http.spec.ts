import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { build } from 'esbuild';
import { postSync } from '../../../lib/node/sync-http.js';
import { refusingUrl, startCollector, type Collector } from '../../support/collector.js';

/*
 * A server in this process cannot answer while this thread sleeps, so what must be answered is sent by
 * a process of its own.
 */
describe('postSync', () => {
  let collector: Collector;
  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(() => collector.close());

  it('says why there was no answer: a refused connection', async () => {
    const url = await refusingUrl();
    const { ok, error } = postSync({ url, headers: {}, body: new Uint8Array(3) }, 1000);
    expect(ok).to.equal(false);
    expect(error).to.match(/ECONNREFUSED/);
  });

  it('says why there was no answer: several addresses refuse', async () => {
    const url = (await refusingUrl()).replace('127.0.0.1', 'localhost');
    expect(postSync({ url, headers: {}, body: new Uint8Array(3) }, 1000).error).to.match(
      /ECONNREFUSED/,
    );
  });

  it('waits no longer than it may', () => {
    const begun = performance.now();
    const { ok, error } = postSync(
      { url: collector.url, headers: {}, body: new Uint8Array(3) },
      150,
    );
    expect(performance.now() - begun).to.be.within(140, 1000);
    expect({ ok, error }).to.deep.equal({ ok: false, error: 'no answer within 150 ms' });
  });

  it('does not throw when there is no time at all', () => {
    expect(postSync({ url: collector.url, headers: {}, body: new Uint8Array() }, -5).ok).to.equal(
      false,
    );
  });

  it('does not throw for a request that cannot be made', () => {
    const bad = [
      { url: 'no url', headers: {}, body: new Uint8Array() },
      { url: collector.url, headers: { 'a b': 'c' }, body: new Uint8Array() },
      {
        url: collector.url,
        headers: { a: (() => {}) as unknown as string },
        body: new Uint8Array(),
      },
    ];
    for (const request of bad) {
      const { ok, error } = postSync(request, 1000);
      expect(ok).to.equal(false);
      expect(error).to.be.a('string').that.is.not.equal('');
    }
  });

  it('shortens a long error', () => {
    const request = {
      url: collector.url,
      headers: { ['a b'.repeat(900)]: 'c' },
      body: new Uint8Array(),
    };
    expect(postSync(request, 1000).error)
      .to.match(/a ba b/)
      .and.to.have.lengthOf(400);
  });

  describe('from a bundle, in a process of its own', () => {
    let bundle: string;
    before(async () => {
      bundle = await bundled(`
        import { postSync } from './lib/node/sync-http.ts';
        const body = new Uint8Array(new ArrayBuffer(100_000), 50, 4).fill(7);
        const request = { url: process.argv[1], headers: { 'x-key': 'k' }, body };
        console.log(JSON.stringify(postSync(request, 1000)));`);
    });
    const run = (env: Record<string, string> = {}): Promise<string> =>
      printed(['--input-type=module', '-e', bundle, collector.url], env);

    it('delivers, with the body in a larger buffer', async () => {
      expect(JSON.parse(await run())).to.deep.equal({ ok: true, status: 200 });
      const [{ body, headers, method }] = collector.requests as [(typeof collector.requests)[0]];
      expect([...body]).to.deep.equal([7, 7, 7, 7]);
      expect(headers).to.include({ 'x-key': 'k', 'content-length': '4' });
      expect(method).to.equal('POST');
    });

    it('tells the status', async () => {
      collector.always({ status: 503 });
      expect(JSON.parse(await run())).to.deep.equal({ ok: false, status: 503 });
    });

    it('delivers whatever the process was made to preload', async () => {
      const file = fileURLToPath(new URL('./sync-http-preloaded.cjs', import.meta.url));
      const stdout = await run({ NODE_OPTIONS: `--require "${file}"` });
      expect(JSON.parse(stdout)).to.deep.equal({ ok: true, status: 200 });
    });
  });
});

async function bundled(contents: string): Promise<string> {
  const resolveDir = fileURLToPath(new URL('../../..', import.meta.url));
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  return outputFiles[0]!.text;
}

function printed(args: string[], env: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (data: string) => (stdout += data));
    child.on('error', reject);
    child.on('close', () => resolve(stdout));
  });
}
