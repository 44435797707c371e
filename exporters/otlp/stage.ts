import { PIECE_MARGIN } from './piece.js';

/** Longer texts are not staged. */
const MOST_CHARACTERS = 4096;
/** No character takes more bytes. */
const MOST_BYTES_EACH = 3;

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
    const bytes = new Uint8Array(PIECE_MARGIN + MOST_CHARACTERS * MOST_BYTES_EACH);
    this.view = new DataView(bytes.buffer);
    this.bytes = bytes.subarray(PIECE_MARGIN);
  }

  /** Replaces what is on the stage. False if the text is too long, or not ASCII: each of it a byte. */
  take(text: string): boolean {
    if (text.length > MOST_CHARACTERS) return false;
    return encoder.encodeInto(text, this.bytes).written === text.length;
  }

  /**
   * Whether none of the first so many bytes is escaped in JSON: controls, `"` and `\`. Four bytes are tested at
   * once: as ASCII leaves the highest bit of each byte free, sums do not carry into the next.
   */
  isPlainJson(length: number): boolean {
    // What is tested behind the end is made to pass.
    this.bytes.fill(0x20, length, length + 3);
    let plain = 0x80808080;
    for (let at = PIECE_MARGIN; at < PIECE_MARGIN + length; at += 4) {
      const four = this.view.getInt32(at, true);
      const noControl = four + 0x60606060;
      const noQuote = (four ^ 0x22222222) + 0x7f7f7f7f;
      const noBackslash = (four ^ 0x5c5c5c5c) + 0x7f7f7f7f;
      plain &= noControl & noQuote & noBackslash;
    }
    return (plain | 0) === (0x80808080 | 0);
  }
}
