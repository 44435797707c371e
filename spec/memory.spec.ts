import { expect } from 'chai';
import { execFile } from 'node:child_process';

/** Briefly: that what `npm run memory` does for minutes still runs, and that it can fail. */
describe('npm run memory', function () {
  this.timeout(60_000);

  it('finds the heap flat with a dead backend, after garbage and with spans that never end (T-ERR-05)', async () => {
    const { code, stdout, stderr } = await memory('2', '50000');
    expect(code, stderr + stdout).to.equal(0);
    expect(stdout).to.contain('refuses connections').and.contain('never answers');
    expect(stdout).to.contain('50000 spans: some').and.contain('never ended, with the doctor');
  });

  it('refuses what is no number', async () => {
    const { code, stderr } = await memory('long');
    expect(code).to.equal(1);
    expect(stderr).to.contain('long');
  });
});

function memory(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const all = ['--import', 'tsx', 'scripts/memory.js', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, all, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
