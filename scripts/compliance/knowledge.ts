import type { Chapter } from './chapter.js';
import { CONVENTION_FACTS } from './facts-conventions.js';
import { SDK_FACTS } from './facts-sdk.js';
import { WIRE_FACTS } from './facts-wire.js';
import { MATRIX, type Beyond } from './matrix.js';
import { WITHOUT_PROOF } from './without-proof.js';

/** All that the page is made of, but for the specs. */
export interface Knowledge {
  readonly chapters: readonly Chapter[];
  /** The title of each fact by its id. */
  readonly facts: ReadonlyMap<string, string>;
  /** Why no spec names a fact, by its id. */
  readonly reasons: ReadonlyMap<string, string>;
  readonly matrix: readonly {
    readonly section: string;
    readonly heading: string;
    readonly rows: readonly MatrixRow[];
  }[];
}

/** A row of the matrix. */
export interface MatrixRow extends Beyond {
  readonly name: string;
  /** The facts that make it up. */
  readonly ids: readonly string[];
}

const chapters = [...SDK_FACTS, ...WIRE_FACTS, ...CONVENTION_FACTS];

export const KNOWLEDGE: Knowledge = {
  chapters,
  facts: new Map(chapters.flatMap(({ facts }) => Object.entries(facts))),
  reasons: new Map(
    WITHOUT_PROOF.flatMap(({ ids, reason }) => ids.map((id) => [id, reason] as const)),
  ),
  matrix: MATRIX.flatMap(({ section, groups }) =>
    groups.map(({ heading = '', rows }) => ({
      section,
      heading,
      rows: rows.map(([name, ids, beyond]) => ({ name, ids, ...beyond })),
    })),
  ),
};
