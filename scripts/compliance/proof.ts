import type { Knowledge } from './knowledge.js';
import type { SpecTitle } from './titles.js';

/** The spec files that prove a fact, sorted, by its id. */
export type Proof = ReadonlyMap<string, readonly string[]>;

const ID = /\b(?:[TPEC]-[A-Z0-9]+|V(?:-RULE)?|D)-\d+\b/g;
/** Specs of what is not done name a fact without proving it. */
const DENIAL = / are not read: /;

/** Which spec files name which ids. */
export function proofOf(titles: readonly SpecTitle[]): Proof {
  const proof = new Map<string, Set<string>>();
  for (const { title, file } of titles) {
    if (DENIAL.test(title)) continue;
    for (const [id] of title.matchAll(ID)) {
      proof.set(id, (proof.get(id) ?? new Set()).add(file));
    }
  }
  return new Map([...proof].map(([id, files]) => [id, sorted(files)]));
}

/** What is wrong, as sentences; none when every fact is proved or has a reason. */
export function faultsOf(proof: Proof, { facts, reasons, matrix }: Knowledge): string[] {
  const known = [...facts.keys()];
  const listed = [
    ...reasons.keys(),
    ...matrix.flatMap(({ rows }) => rows.flatMap(({ ids }) => ids)),
  ];
  return [
    ...known
      .filter((id) => !proof.has(id) && !reasons.has(id))
      .map((id) => `no spec names ${id}: ${facts.get(id)}`),
    ...[...proof]
      .filter(([id]) => !facts.has(id))
      .map(([id, files]) => `${id} does not exist, but is named by ${files.join(', ')}`),
    ...[...reasons.keys()]
      .filter((id) => proof.has(id))
      .map((id) => `${proof.get(id)![0]} names ${id}: take it off the list in without-proof.ts`),
    ...listed
      .filter((id) => !facts.has(id))
      .map((id) => `${id} does not exist, but is listed in scripts/compliance`),
  ];
}

/** In the order of their characters, each once. */
export function sorted(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort((a, b) => (a < b ? -1 : 1));
}
