import { readFileSync, writeFileSync } from 'node:fs';
import { KNOWLEDGE } from './knowledge.js';
import { pageOf } from './page.js';
import { faultsOf, proofOf } from './proof.js';
import type { SpecTitle } from './titles.js';

const PAGE = 'docs/compliance.md';

/** Writes the page of these specs; returns what is wrong with them, as sentences. */
export function writePage(titles: readonly SpecTitle[]): string[] {
  const proof = proofOf(titles);
  writeFileSync(PAGE, pageOf(proof, KNOWLEDGE));
  return faultsOf(proof, KNOWLEDGE);
}

/** What is wrong with these specs, or with the page that was written for others. */
export function checkPage(titles: readonly SpecTitle[]): string[] {
  const proof = proofOf(titles);
  const isCurrent = current() === pageOf(proof, KNOWLEDGE);
  const outdated = `${PAGE} is out of date: npm run compliance`;
  return [...faultsOf(proof, KNOWLEDGE), ...(isCurrent ? [] : [outdated])];
}

function current(): string {
  try {
    return readFileSync(PAGE, 'utf8');
  } catch {
    return '';
  }
}
