/** Bytes in front of a piece, which are read together with its first ones. */
export const PIECE_MARGIN = 8;

/** A short text as bytes that are written again and again. */
export class Piece {
  readonly length: number;
  readonly bytes: Uint8Array;
  /** Where all bytes are ASCII: the same behind a margin. */
  readonly ascii: DataView | undefined;

  constructor(bytes: Uint8Array) {
    const behindMargin = new Uint8Array(PIECE_MARGIN + bytes.length);
    behindMargin.set(bytes, PIECE_MARGIN);
    this.length = bytes.length;
    this.bytes = behindMargin.subarray(PIECE_MARGIN);
    this.ascii = bytes.every((byte) => byte < 0x80) ? new DataView(behindMargin.buffer) : undefined;
  }
}

/** A piece of UTF-8. */
export function piece(text: string): Piece {
  return new Piece(Buffer.from(text, 'utf8'));
}

/** How many pieces a table keeps before it forgets all of them and begins anew. */
const MOST_PIECES = 2000;
const LONGEST_KEY = 100;

/**
 * What is made for a key of attributes: programs use few keys, and those again and again. Keys made up from
 * data would fill any table, so this one begins anew at times.
 */
export class KeyTable<T> {
  readonly #make: (key: string) => T;
  readonly #known = new Map<string, T>();
  /** By the lists of keys that spans share which were filled alike. */
  readonly #lists = new WeakMap<readonly string[], readonly T[]>();

  constructor(make: (key: string) => T) {
    this.#make = make;
  }

  of(key: string): T {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#make(key);
    if (key.length <= LONGEST_KEY) {
      if (this.#known.size >= MOST_PIECES) this.#known.clear();
      this.#known.set(key, made);
    }
    return made;
  }

  /** @param keys an array that is never changed */
  ofList(keys: readonly string[]): readonly T[] {
    let known = this.#lists.get(keys);
    if (known === undefined) {
      known = keys.map((key) => this.of(key));
      this.#lists.set(keys, known);
    }
    return known;
  }
}
