import fc from 'fast-check';
import { between, start, use } from './arbitraries.js';
import { expectSameOf } from './compare.js';

describe('Differential: spans', () => {
  it('hold what any calls say, as those of the official SDK do', async () => {
    const steps = between(
      fc
        .tuple(start, fc.array(fc.oneof({ weight: 5, arbitrary: use }, start), { maxLength: 12 }))
        .map(([first, others]) => [first, ...others]),
    );
    await expectSameOf(
      steps.map((all) => ({ setUp: {}, steps: all })),
      80,
    );
  });
});
