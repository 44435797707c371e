import { PIECE_MARGIN } from './piece.js';

/** Longer texts are not staged: the engine links them slowly. */
const MOST_CHARACTERS = 8192;

const encoder = new TextEncoder();

/**
 * Where texts of ASCII become bytes, many at once: the engine links texts for 5 ns each and converts all of
 * them in one call of 50 ns, which is what a call for each of them would cost.
 */
export class Stage {
  /** The bytes behind a margin, and without it. */
  readonly view: DataView;
  readonly bytes: Uint8Array;

  constructor() {
    const bytes = new Uint8Array(PIECE_MARGIN + MOST_CHARACTERS);
    this.view = new DataView(bytes.buffer);
    this.bytes = bytes.subarray(PIECE_MARGIN);
  }

  /**
   * Replaces what is on the stage. Returns its length: 0 where the text is too long, or not ASCII, each of it a byte.
   */
  put(text: string): number {
    const { length } = text;
    if (length > MOST_CHARACTERS) return 0;
    return encoder.encodeInto(text, this.bytes).written === length ? length : 0;
  }

  /** Whether what is on the stage between these places can stand in JSON as it is. */
  isPlainJson(start: number, end: number): boolean {
    return isPlainJson(this.view, PIECE_MARGIN + start, end - start);
  }
}

/**
 * Whether none of so many bytes of ASCII is escaped in JSON: controls, `"` and `\`. Four bytes are tested at once: as
 * ASCII leaves the highest bit of each byte free, sums do not carry into the next.
 */
export function isPlainJson(view: DataView, start: number, length: number): boolean {
  const end = start + length;
  let plain = 0x80808080;
  let at = start;
  for (; at + 4 <= end; at += 4) plain &= plainBits(view.getInt32(at, true));
  for (; at < end; at++) plain &= plainBits(view.getUint8(at) | 0x20202000);
  return (plain | 0) === (0x80808080 | 0);
}

/** The highest bit of each byte that is not escaped. */
function plainBits(four: number): number {
  const noControl = four + 0x60606060;
  const noQuote = (four ^ 0x22222222) + 0x7f7f7f7f;
  const noBackslash = (four ^ 0x5c5c5c5c) + 0x7f7f7f7f;
  return noControl & noQuote & noBackslash;
}
