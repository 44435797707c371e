import { expect } from 'chai';
import { allEnded } from '../../lib/all-ended.js';

describe('allEnded', () => {
  const after = (turns: number, failure?: Error): Promise<void> => {
    return turns > 0
      ? Promise.resolve().then(() => after(turns - 1, failure))
      : failure === undefined
        ? Promise.resolve()
        : Promise.reject(failure);
  };

  it('waits for all, and then fails with the first in order, not in time', async () => {
    let slowest = false;
    const ends = [
      after(9, new Error('first')),
      after(1, new Error('second')),
      after(20).then(() => void (slowest = true)),
    ];
    const failure = await allEnded(ends).catch((error: unknown) => error);
    expect(failure).to.have.property('message', 'first');
    expect(slowest).to.equal(true);
  });

  it('succeeds where none fails, and where there is none', async () => {
    expect(await allEnded([after(3), after(1)])).to.equal(undefined);
    expect(await allEnded([])).to.equal(undefined);
  });
});
