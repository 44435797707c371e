import { expect } from 'chai';
import { runChild } from '../support/child.js';

/** API 1.10 is two copies by itself: one for `import`, which is the SDK's, and one for `require`. */
describe('tracers from another copy of the API (T-API-01)', function () {
  this.timeout(20_000);

  async function copies(way: string): Promise<unknown> {
    const { stdout, stderr } = await runChild('api-copies.ts', { args: [way] }).ended;
    return JSON.parse(stdout || JSON.stringify(stderr));
  }

  for (const way of ['register', 'start', 'restart']) {
    it(`come alive by ${way}, those fetched before too`, async () => {
      const expected = { copies: true, before: false, early: true, late: true };
      expect(await copies(way)).to.deep.equal(expected);
    });
  }

  it('stay with another SDK where one is registered', async () => {
    const expected = { copies: true, before: false, early: false, late: false };
    expect(await copies('another SDK first')).to.deep.equal(expected);
  });
});
