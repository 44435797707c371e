import fc from 'fast-check';
import { carry, type Carried, type Passage } from './carry.js';
import { linesBetween, runsOf } from './compare.js';
import { HEADER_DIFFERENCES, type HeaderDifference } from './header-differences.js';
import { OFFICIAL, SPANTREE } from './sdks.js';

/** Holds passages of headers against both SDKs: only the known differences may show. */
export function expectSameCarried(passages: fc.Arbitrary<Passage>, runs: number): void {
  const property = fc.property(passages, (passage) => {
    const lines = differingHeaders(passage, HEADER_DIFFERENCES);
    if (lines.length > 0) throw new Error(['the SDKs differ:', ...lines].join('\n  '));
  });
  fc.assert(property, { numRuns: runsOf(runs) });
}

/** What differs when these differences of the official SDK have been put right. */
export function differingHeaders(
  passage: Passage,
  differences: readonly HeaderDifference[],
): string[] {
  return linesBetween(rightlyCarried(passage, differences), carry(SPANTREE, passage));
}

function rightlyCarried(passage: Passage, differences: readonly HeaderDifference[]): Carried {
  const headers = differences.reduce(
    (given, difference) => difference.headers?.(given) ?? given,
    passage.headers,
  );
  const carried = carry(OFFICIAL, { ...passage, headers }, (context) =>
    differences.reduce((c, difference) => difference.context?.(c, passage) ?? c, context),
  );
  return differences.reduce((c, difference) => difference.carried?.(c, passage) ?? c, carried);
}
