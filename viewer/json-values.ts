/** Told what lines turn out to be. */
export interface JsonListener {
  /** A JSON value, which took so many characters. */
  value(value: unknown, length: number): void;
  /** A line that is no JSON, nor a part of any. */
  broken(): void;
}

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Finds the JSON values in lines: one a line, as JSON Lines have them, or one over several lines, as
 * people and `jq` lay them out. Lines of other kinds between them do no harm.
 *
 * A value over several lines is put together as long as it is no longer than `maxLength`; when it turns
 * out to be none, its lines are taken one by one.
 */
export class JsonValues {
  readonly #listener: JsonListener;
  readonly #maxLength: number;
  /** The lines of a value whose end has not come. */
  #group: string[] = [];
  #length = 0;
  #depth = 0;

  constructor(listener: JsonListener, maxLength: number) {
    this.#listener = listener;
    this.#maxLength = maxLength;
  }

  line(given: string): void {
    const line = given.startsWith(BYTE_ORDER_MARK) ? given.slice(1) : given;
    if (this.#group.length > 0) return this.#add(line);
    if (line.trim() === '' || this.#take(line)) return;
    if (!/^\s*[[{]/.test(line)) return this.#listener.broken();
    this.#depth = 0;
    this.#add(line);
  }

  /** To be called after the last line. */
  end(): void {
    if (this.#group.length > 0) this.#takeOneByOne();
  }

  #add(line: string): void {
    this.#group.push(line);
    this.#length += line.length;
    this.#depth += nesting(line);
    if (this.#depth > 0 && this.#length <= this.#maxLength) return;
    if (this.#depth === 0 && this.#take(this.#group.join('\n'))) this.#reset();
    else this.#takeOneByOne();
  }

  #takeOneByOne(): void {
    const lines = this.#group;
    this.#reset();
    for (const line of lines) {
      if (line.trim() !== '' && !this.#take(line)) this.#listener.broken();
    }
  }

  #reset(): void {
    this.#group = [];
    this.#length = 0;
  }

  #take(text: string): boolean {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return false;
    }
    this.#listener.value(value, text.length);
    return true;
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** How many more brackets a line opens than it closes; -Infinity when it ends inside a string. */
function nesting(line: string): number {
  let depth = 0;
  for (let i = 0; i < line.length; i++) {
    switch (line.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(line, i + 1);
        if (i >= line.length) return -Infinity;
        break;
      case 0x5b: // [
      case 0x7b: // {
        depth++;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      default:
    }
  }
  return depth;
}

/** The place of the quote that ends a string, or the length of the line. */
function endOfString(line: string, from: number): number {
  for (let i = from; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === QUOTE) return i;
    if (code === BACKSLASH) i++;
  }
  return line.length;
}
