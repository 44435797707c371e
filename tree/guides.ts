import type { Page } from './page.js';

/**
 * The lines that lead from a row to its parent. Where they would take more than their share of the
 * name column, the outermost levels are folded into their number: `⋮14`.
 */
export class Guides {
  readonly #page: Page;
  readonly #mostLevels: number;
  /** At each depth, whether the row there was the last of its siblings. */
  readonly #last: boolean[] = [];

  constructor(page: Page) {
    this.#page = page;
    this.#mostLevels = Math.max(4, Math.floor((page.nameEnd * SHARE) / LEVEL));
  }

  setLast(depth: number, last: boolean): void {
    this.#last[depth] = last;
  }

  /** In front of a span at this depth. */
  before(depth: number, isLast: boolean, isHop: boolean): string {
    if (depth === 0) return '';
    const { branch, lastBranch, hop, lastHop } = this.#page.glyphs;
    const plain = isLast ? lastBranch : branch;
    const crossed = isLast ? lastHop : hop;
    return this.#levels(depth, depth - 1) + (isHop ? crossed : plain);
  }

  /** In front of what belongs to the parent of the spans at this depth. */
  below(depth: number): string {
    return this.#levels(depth, depth);
  }

  #levels(depth: number, until: number): string {
    const { glyphs } = this.#page;
    const folded = foldedLevels(depth, this.#mostLevels);
    let text = folded === 0 ? '' : `${glyphs.deep}${folded}`.padEnd(MARKER_LEVELS * LEVEL);
    for (let level = folded + 1; level <= until; level++) {
      text += this.#last[level] ? glyphs.blank : glyphs.guide;
    }
    return text;
  }
}

/** How much of the name column guides may take. */
const SHARE = 0.42;
/** Cells a level. */
const LEVEL = 3;
/** The room of `⋮14`, in levels. */
const MARKER_LEVELS = 2;

/** Levels are folded several at a time, so that children still stand to the right of their parent. */
function foldedLevels(depth: number, most: number): number {
  if (depth <= most) return 0;
  const step = Math.max(1, Math.floor(most / 2));
  return Math.ceil((depth - (most - MARKER_LEVELS)) / step) * step;
}
