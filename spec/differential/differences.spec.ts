import { expect } from 'chai';
import { differing } from './compare.js';
import { DIFFERENCES } from './differences.js';
import { differingHeaders } from './header-compare.js';
import { HEADER_DIFFERENCES } from './header-differences.js';

describe('Differential: the known differences', () => {
  for (const difference of DIFFERENCES) {
    it(`show and are put right: ${difference.why} (${difference.id})`, async () => {
      const others = DIFFERENCES.filter((other) => other !== difference);
      expect(await differing(difference.example, others), 'what shows without the entry').to.not.be
        .empty;
      expect(await differing(difference.example, DIFFERENCES), 'what shows with it').to.deep.equal(
        [],
      );
    });
  }
});

describe('Differential: the known differences of headers', () => {
  for (const difference of HEADER_DIFFERENCES) {
    it(`show and are put right: ${difference.why} (${difference.id})`, () => {
      const others = HEADER_DIFFERENCES.filter((other) => other !== difference);
      expect(differingHeaders(difference.example, others), 'what shows without the entry').to.not.be
        .empty;
      expect(
        differingHeaders(difference.example, HEADER_DIFFERENCES),
        'what shows with it',
      ).to.deep.equal([]);
    });
  }
});
