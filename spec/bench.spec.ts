import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const RUN = fileURLToPath(new URL('../bench/run.js', import.meta.url));

interface Result {
  name: string;
  ours: number;
  rival: number;
  floor: number;
  ratio: { median: number; min: number; max: number };
}

/** Times are nobody's promise here: this proves that every benchmark still runs (T-OBS-10). */
describe('npm run bench', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bench-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('runs every scenario and writes what it printed', async () => {
    const output = join(folder, 'results.json');
    const { code, stdout, stderr } = await bench('--output', output, '--rounds', '2');
    expect(code, stderr).to.equal(0);
    const { results } = JSON.parse(await readFile(output, 'utf8')) as { results: Result[] };
    expect(results).to.have.length.above(15);
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

/** Runs the benchmark briefly: the sources through tsx, against the floor, which needs no installing. */
function bench(...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const args = [RUN, '--quick', '--source', '--against', 'floor', ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
