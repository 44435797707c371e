import type { Bar } from './bars.js';
import { formatOffset } from './duration.js';
import { formatValue } from './meaning.js';
import { newLine } from './page.js';
import * as paint from './paint.js';
import type { Line, Style } from './paint.js';
import type { Sheet } from './sheet.js';
import { cut } from './text.js';

/** The sign in front and the guides. */
export function begin(mark: string, style: Style, prefix: string, { page }: Sheet): Line {
  return newLine(page, page.nameEnd).sign(mark, style).sign(` ${prefix}`, paint.DIM);
}

/** A column of signs of ours that ends here. */
export function alignRight(line: Line, text: string, end: number, style: Style): void {
  line.to(end - text.length, end).sign(text, style);
}

/** A moment, as its distance from the start of the trace. */
export function addOffset(line: Line, time: number, end: number, { page, scale }: Sheet): void {
  alignRight(line, formatOffset(time - scale.start, page.glyphs.micro), end, paint.DIM);
}

/** Signs on the time axis, at the end of the line. */
export function addBar(line: Line, { indent, text }: Bar, style: Style, { page }: Sheet): void {
  line.to(page.barStart + indent, page.width).sign(text, style);
}

/** One attribute does not push out all others. */
const WIDEST_VALUE = 48;

/** `key=value`, safe to print. */
export function formatAttribute(key: string, value: unknown, { page }: Sheet): string {
  const text = page.clean(formatValue(value));
  const widest = page.allAttributes ? page.width : WIDEST_VALUE;
  return `${page.clean(key)}=${cut(text, widest, page.glyphs.ellipsis)}`;
}
