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

/** Times are nobody's promise here: this proves that every benchmark still runs. */
describe('npm run bench', function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("runs every benchmark, the specification's too, and writes what it printed (T-OBS-10)", async () => {
    const output = join(folder, 'results.json');
    const { code, stdout, stderr } = await bench('--output', output, '--rounds', '2');
    expect(code, stderr).to.equal(0);
    const { results } = JSON.parse(await readFile(output, 'utf8')) as { results: Result[] };
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

  it('runs only what is asked for', async () => {
    const { code, stdout } = await bench('--output', '', 'sampled-out');
    expect(code).to.equal(0);
    expect(stdout).to.contain('sampled-out span').and.not.contain('HTTP-like');
  });

  it('names a gate for rows that there are, and fails where one is missed', async () => {
    // Nobody asks for half of the bytes that the floor asks for.
    const { code, stdout } = await bench('--output', '', '--gates', 'export-allocated', 'install');
    expect(code).to.equal(1);
    expect(stdout).to.match(/^export-allocated +2\.0× +4\.0× +[01]\.\d+× +missed$/m);
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

describe("the README's cost table", () => {
  it('is what bench/readme.js writes from the published results', async () => {
    const { costs, readPublished, withCosts } = (await import(README_WRITER)) as {
      costs: (published: unknown[]) => string;
      readPublished: () => unknown[];
      withCosts: (readme: string, text: string) => string;
    };
    const readme = await readFile('README.md', 'utf8');
    expect(readPublished()).not.to.be.empty;
    expect(readme).to.equal(withCosts(readme, costs(readPublished())));
  });
});

/** Runs the benchmark briefly: the sources through tsx, against the floor, which needs no installing. */
function bench(...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = [RUN, '--quick', '--source', '--against', 'floor', ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
