import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import type { Finding } from '../../../lib/doctor/findings.js';
import { runChild, type Ended } from '../../support/child.js';

const ON = { SPANTREE_DOCTOR: 'true' };

/** What a child process says at its end, with the doctor on. */
function doctoredChild(trouble: string, argument = ''): Promise<Ended> {
  return runChild('doctor.ts', { args: [trouble, argument], env: ON }).ended;
}

/** The findings that a child prints; only those of a code like that. */
async function findings(code: RegExp, trouble: string, argument?: string): Promise<Finding[]> {
  const { stdout, stderr } = await doctoredChild(trouble, argument);
  if (!stdout.startsWith('[')) throw new Error(`${stdout}${stderr}`);
  return (JSON.parse(stdout) as Finding[]).filter((finding) => code.test(finding.code));
}

describe('the doctor of a process', () => {
  it('is called by the environment, and by nothing else', async () => {
    const { stdout, stderr } = await runChild('doctor.ts', { args: ['never ended'] }).ended;
    expect(stdout + stderr).to.equal('');
  });

  it('says at the end that nothing was found', async () => {
    const { code, stderr } = await doctoredChild('none');
    expect(stderr).to.equal('spantree doctor: nothing found\n');
    expect(code).to.equal(0);
  });

  it('says at the end which spans were never ended, and where they were started', async () => {
    const { stderr } = await doctoredChild('never ended');
    expect(stderr.match(/\[spans\.never-ended\]/g)).to.have.length(1);
    expect(stderr).to.include('spantree doctor: 1 finding\n');
    expect(stderr).to.match(/ {7}3× "charge card" \(shop\), started at charge \(.*doctor\.ts:\d+/);
  });

  it('also when the process is ended by exit()', async () => {
    const { stderr } = await doctoredChild('never ended, by exit');
    expect(stderr).to.match(/1× "charge card" \(shop\)/);
  });

  it('also when it is ended by a signal', async () => {
    const child = runChild('doctor.ts', { args: ['never ended, by a signal'], env: ON });
    await child.printed('ready');
    child.process.kill('SIGTERM');
    const { signal, stderr } = await child.ended;
    expect(signal).to.equal('SIGTERM');
    expect(stderr).to.match(/1× "charge card" \(shop\)/);
  });

  it('tells of a second SDK', async () => {
    const [finding] = await findings(/^sdk\.second$/, 'second SDK');
    expect(finding!.details[0]!.text).to.match(/^from .*children.doctor\.ts/);
  });

  it('tells of an SDK that took the place, and only of that', async () => {
    const [finding, ...others] = await findings(/./, 'replaced by another SDK');
    expect(finding!.code).to.equal('sdk.replaced');
    expect(others).to.deep.equal([]);
    expect(finding!.details[0]!.text).to.equal('now there is NodeTracerProvider');
  });

  it('tells of context that was lost', async () => {
    const [finding] = await findings(/^context\.lost$/, 'lost context');
    expect(finding!.details[0]!.text).to.match(/"query" \(spantree\), started at .*doctor\.ts/);
  });

  describe('where packages are installed', () => {
    let folder: string;
    let program: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'spantree-doctor-'));
      program = join(folder, 'app.cjs');
    });

    afterEach(() => rm(folder, { recursive: true }));

    async function install(name: string, code: string): Promise<void> {
      const place = join(folder, 'node_modules', name);
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'index.js'), code);
    }

    it('tells of libraries that were loaded before their instrumentation', async () => {
      for (const name of ['koa', 'pg']) {
        await install(name, '');
        await install(`@opentelemetry/instrumentation-${name}`, '');
      }
      // A file of it that is loaded later does not make it late.
      await writeFile(join(folder, 'node_modules/@opentelemetry/instrumentation-pg/more.js'), '');
      const [finding] = await findings(/^instrumentation\.late$/, 'instrumented late', program);
      expect(finding!.details.map(({ text }) => text)).to.deep.equal(['Module koa']);
      expect(finding!.message).to.include('node --import');
    });

    it('tells of a newer copy of the API, which does not see what is registered', async () => {
      const entry = createRequire(import.meta.url).resolve('@opentelemetry/api');
      const root = dirname(dirname(entry));
      const place = join(folder, 'node_modules/@opentelemetry/api');
      await cp(root, place, { recursive: true });
      await writeFile(join(place, 'dist/version.cjs'), 'exports.VERSION = "1.99.0";');
      const [finding] = await findings(/^api\.copies$/, 'copies of the API', program);
      expect(finding!.details[0]!.text)
        .to.include(folder)
        .and.match(/index\.cjs$/);
      expect(finding!.message).to.include('npm dedupe');
    });

    it('says nothing of a copy that does', async () => {
      const root = dirname(dirname(createRequire(import.meta.url).resolve('@opentelemetry/api')));
      await cp(root, join(folder, 'node_modules/@opentelemetry/api'), { recursive: true });
      expect(await findings(/^api\.copies$/, 'copies of the API', program)).to.deep.equal([]);
    });
  });
});
