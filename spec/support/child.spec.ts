import { expect } from 'chai';
import { runChild } from './child.js';

describe('a child process of the specs', () => {
  it('is not waited for when it ends before it has printed', async () => {
    const child = runChild('no-set-up.ts');
    const error = await child.printed('what it never says').then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error)
      .to.be.an('error')
      .with.property('message')
      .that.includes('no-set-up.ts ended before it printed "what it never says"');
  });

  it('is not waited for when it has ended long ago', async () => {
    const child = runChild('no-set-up.ts');
    await child.ended;
    const error = await child.printed('anything').catch((reason: unknown) => reason);
    expect(error).to.be.an('error');
  });

  it('has ended first for who waits for either', async () => {
    const child = runChild('no-set-up.ts');
    const first = await Promise.race([child.printed('anything'), child.ended]);
    expect(first).to.have.property('code', 0);
  });
});
