import { expect } from 'chai';
import { runChild } from '../support/child.js';

describe('ended spans', () => {
  it('are not kept alive by their children (T-ERR-05)', async () => {
    const { code, stdout } = await runChild('long-chain.ts').ended;
    expect(code).to.equal(0);
    expect(stdout).to.equal('collected');
  }).timeout(20_000);
});
