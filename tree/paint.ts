import { cut, textWidth } from './text.js';

/** SGR parameters of the 16-colour palette; empty is the terminal's own colour. */
export type Style = string;

export const PLAIN: Style = '';
export const DIM: Style = '2';
export const BOLD: Style = '1';
export const RED: Style = '31';
export const BOLD_RED: Style = '1;31';
export const YELLOW: Style = '33';
export const BOLD_YELLOW: Style = '1;33';
export const BOLD_GREEN: Style = '1;32';

/** Cyan, magenta, blue, green and their bright forms; never red or yellow, which mean something. */
const SERVICE_COLOURS = ['36', '35', '34', '32', '96', '95', '94', '92'] as const;

/**
 * Gives every service of a trace a colour: by hash of its name, so that it is the same in every run;
 * a colour taken in this trace gives way to the next free one.
 */
export function serviceColours(services: readonly string[]): Map<string, Style> {
  const colours = new Map<string, Style>();
  const taken = new Set<number>();
  for (const service of services) {
    let slot = hash(service) % SERVICE_COLOURS.length;
    while (taken.has(slot) && taken.size < SERVICE_COLOURS.length) {
      slot = (slot + 1) % SERVICE_COLOURS.length;
    }
    taken.add(slot);
    colours.set(service, SERVICE_COLOURS[slot] ?? PLAIN);
  }
  return colours;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return value >>> 0;
}

const CSI = '\u001b[';
const OSC = '\u001b]';
const STRING_END = '\u001b\\';

/**
 * One line of output, written from left to right and never wider than its limit: what does not fit
 * is cut once, with an ellipsis, and the rest is left out until the limit is raised.
 */
export class Line {
  width = 0;
  #text = '';
  #padding = 0;
  #style: Style = PLAIN;
  #full = false;
  readonly #color: boolean;
  readonly ellipsis: string;
  #limit: number;

  constructor(limit: number, color: boolean, ellipsis: string) {
    this.#limit = limit;
    this.#color = color;
    this.ellipsis = ellipsis;
  }

  /** Cells left before the limit. */
  get room(): number {
    return this.#full ? 0 : this.#limit - this.width;
  }

  /** Appends a clean text of any script. */
  add(text: string, style: Style = PLAIN): this {
    return this.#append(text, textWidth(text), style);
  }

  /** Appends signs of our own, which are one cell a character. */
  sign(text: string, style: Style = PLAIN): this {
    return this.#append(text, text.length, style);
  }

  /** Appends a clean text as an OSC 8 hyperlink; it is shown whole or not at all. */
  link(text: string, style: Style, url: string): this {
    const width = textWidth(text);
    if (!this.#color || width > this.room) return this.add(text, style);
    this.#prepare(style);
    this.#text += `${OSC}8;;${url}${STRING_END}${text}${OSC}8;;${STRING_END}`;
    this.width += width;
    return this;
  }

  /** Fills up with spaces to a column, if anything follows, and lets the following run up to a new limit. */
  to(column: number, limit: number): this {
    if (column > this.width) {
      this.#padding += column - this.width;
      this.width = column;
    }
    this.#limit = limit;
    this.#full = false;
    return this;
  }

  toString(): string {
    return this.#style === PLAIN ? this.#text : `${this.#text}${CSI}0m`;
  }

  #append(text: string, width: number, style: Style): this {
    if (text === '' || this.#full) return this;
    if (this.width + width <= this.#limit) {
      this.#prepare(style);
      this.#text += text;
      this.width += width;
      return this;
    }
    this.#full = true;
    const shortened = cut(text, this.#limit - this.width, this.ellipsis);
    if (shortened === '') return this;
    this.#prepare(style);
    this.#text += shortened;
    this.width += textWidth(shortened);
    return this;
  }

  #prepare(style: Style): void {
    if (this.#padding > 0) {
      this.#text += ' '.repeat(this.#padding);
      this.#padding = 0;
    }
    if (!this.#color || style === this.#style) return;
    this.#text += this.#style === PLAIN ? `${CSI}${style}m` : `${CSI}0${style && ';'}${style}m`;
    this.#style = style;
  }
}
