import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('../bench/run.js', import.meta.url));

const README_WRITER = new URL('../bench/readme.js', import.meta.url).href;

interface Result {
  name: string;
  ours: number;
  rival: number;
  floor: number;
  ratio: { median: number; min: number; max: number };
}

/** One of each kind that dd-trace is compared in, and one that it is not. */
const BESIDE_DD_TRACE =
  'bare sampled-out http eventful nested set- inject extract export koa-axios'.split(' ');

interface Run {
  rival: string;
  results: Result[];
}

/** Times are nobody's promise here: this proves that every benchmark still runs. */
describe('npm run bench', function () {
  this.timeout(240_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("runs every benchmark, the specification's too, and writes what it printed (T-OBS-10)", async () => {
    const output = join(folder, 'results.json');
    const { code, stdout, stderr } = await bench('--output', output, '--rounds', '2');
    expect(code, stderr).to.equal(0);
    const { results } = JSON.parse(await readFile(output, 'utf8')) as Run;
    expect(results.map(({ name }) => name)).to.include.members([
      'specification-span',
      'specification-throughput',
      'specification-simple-cpu',
      'specification-batch-cpu',
      'specification-batch-memory',
      'tree-10000',
      'koa-of-storage',
      'koa-axios-p99-added',
      'startup',
      'install-size',
    ]);
    expect(stdout.trim().split('\n').slice(-results.length)).to.have.length(results.length);
    for (const { name, ours, rival, floor, ratio } of results) {
      expect(
        [ours, rival, floor].every((time) => time > 0),
        name,
      ).to.equal(true);
      expect(ratio.median, name).to.be.within(ratio.min, ratio.max);
    }
  });

  it('compares with dd-trace what that does too, and names what it leaves out', async () => {
    const output = join(folder, 'results.json');
    const options = ['--output', output, '--rounds', '1', '--against', 'dd-trace'];
    const { code, stdout, stderr } = await bench(...options, ...BESIDE_DD_TRACE);
    expect(code, stderr).to.equal(0);
    const { rival, results } = JSON.parse(await readFile(output, 'utf8')) as Run;
    expect(rival).to.equal('dd-trace');
    expect(results.map(({ name }) => name))
      .to.include.members(['bare-remote-child', 'inject', 'export-delivered', 'koa-axios-cpu'])
      .and.not.include('sampled-out');
    for (const each of results) expect(each.rival, each.name).to.be.above(0);
    expect(stdout).to.match(/^not compared with dd-trace: sampled-out, /m);
    // Its instrumentations are at work: one span for the server, one for the client, two for the middleware.
    expect(Number(/of dd-trace (\d\.\d+)$/m.exec(stdout)?.[1])).to.be.above(3);
  });

  it('runs only what is asked for', async () => {
    const { code, stdout } = await bench('--output', '', 'sampled-out');
    expect(code).to.equal(0);
    expect(stdout).to.contain('sampled-out span').and.not.contain('HTTP-like');
  });

  it('names a gate for rows that there are, and fails where one is missed', async () => {
    // Nobody asks for half of the bytes that the floor asks for.
    const { code, stdout } = await bench('--output', '', '--gates', 'export-allocated', 'install');
    expect(code).to.equal(1);
    expect(stdout).to.match(/^export-allocated +2\.0× +4\.0× +[01]\.\d+× +1\.00× +missed$/m);
    expect(stdout).to.match(/^install-packages +≤ 6 +≤ 3 +2\.0 +goal$/m);
    expect(stdout).not.to.contain('not measured');
  });

  it('passes where all gates are reached', async () => {
    const { code, stderr } = await bench('--output', '', '--gates', 'install');
    expect(code, stderr).to.equal(0);
  });

  it('fails when a contender fails to run', async () => {
    const { code, stderr } = await bench('--output', '', '--against', 'nobody');
    expect(code).to.equal(1);
    expect(stderr).to.contain('nobody');
  });

  it('refuses a name that it does not know, and says which there are', async () => {
    const { code, stderr } = await bench('--output', '', 'warp-drive');
    expect(code).to.equal(1);
    expect(stderr).to.contain('warp-drive').and.contain('bare-root');
  });
});

interface ReadmeWriter {
  costs: (published: unknown[]) => string;
  readPublished: () => unknown[];
  withCosts: (readme: string, text: string) => string;
}

describe("the README's cost table", () => {
  it('is what bench/readme.js writes from the published results', async () => {
    const { costs, readPublished, withCosts } = (await import(README_WRITER)) as ReadmeWriter;
    const readme = await readFile('README.md', 'utf8');
    expect(readPublished()).not.to.be.empty;
    expect(readme).to.equal(withCosts(readme, costs(readPublished())));
  });

  it('has a table of its own for what is measured beside dd-trace', async () => {
    const { costs } = (await import(README_WRITER)) as ReadmeWriter;
    const run = (rival: string, ...against: string[]) => ({
      node: 'v20.20.2',
      rival,
      rounds: 1,
      date: '2026-11-21T00:00:00Z',
      cpu: 'any',
      results: against.map((other, i) => ({
        name: ['koa-cpu', 'koa-of-bare'][i],
        against: other,
        ratio: { median: 3, min: 3, max: 3 },
      })),
    });
    const [official, beside] = costs([
      run('dd-trace', 'rival', 'bare'),
      run('official-2', 'rival', 'bare'),
    ]).split('\n\n- ');
    expect(official).to.contain('official SDK 2.x').and.contain('the bare app');
    expect(beside)
      .to.contain('dd-trace')
      .and.contain('Koa request')
      .and.not.contain('the bare app');
  });
});

/** Runs the benchmark briefly: the sources through tsx, against the floor where nobody else is named. */
function bench(...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = [RUN, '--quick', '--source', '--against', 'floor', ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
