import { momentIndent } from './bars.js';
import { addBar, addOffset, begin, formatAttribute } from './cells.js';
import { timeOfDay } from './clock.js';
import { readError } from './exception.js';
import type { EventNote } from './outline.js';
import { newLine } from './page.js';
import * as paint from './paint.js';
import type { Line, Style } from './paint.js';
import type { Sheet } from './sheet.js';
import type { SpanNode } from './span-node.js';
import { cutStart, textWidth } from './text.js';

/** An event on one line, with its attributes as far as there is room. */
export function drawEvent(
  { event, node, time, type }: EventNote,
  prefix: string,
  sheet: Sheet,
): string {
  const { page } = sheet;
  const line = begin(' ', paint.PLAIN, prefix, sheet);
  if (type === 'exception') {
    const { type: errorType, message } = readError(node, event, page.cwd);
    const text = [errorType, message].filter(Boolean).join(': ');
    line.sign(`${page.glyphs.below} `, paint.YELLOW).add(page.clean(text), paint.PLAIN);
  } else {
    const name = event === undefined ? '' : page.clean(event.name);
    line.sign(`${page.glyphs.event} `, paint.YELLOW).add(name);
    const attributes = event?.attributes ?? {};
    for (const key in attributes) {
      if (line.room < 4) break;
      line.add(` ${formatAttribute(key, attributes[key], sheet)}`, paint.DIM);
    }
  }
  return finishNote(line, time, page.glyphs.event, paint.YELLOW, sheet);
}

/** `AxiosError: socket hang up (ECONNRESET)`, and under it where in the application. */
export function drawError(note: EventNote, prefix: string, sheet: Sheet, out: string[]): void {
  const { page } = sheet;
  const { type, message, code, frame } = readError(note.node, note.event, page.cwd);
  const what = [type, message].filter(Boolean).join(': ') || 'failed';
  const text = page.clean(code === undefined ? what : `${what} (${code})`);
  const line = begin(' ', paint.PLAIN, prefix, sheet);
  line.sign(`${page.glyphs.failed} `, paint.BOLD_RED).add(text, paint.RED);
  out.push(finishNote(line, note.time, page.glyphs.failed, paint.BOLD_RED, sheet));
  if (frame === undefined) return;
  const where = newLine(page).sign(`  ${prefix}  at `, paint.DIM);
  const place = cutStart(page.clean(frame), where.room, page.glyphs.ellipsis);
  out.push(where.add(place, paint.DIM).toString());
}

function finishNote(line: Line, time: number, sign: string, style: Style, sheet: Sheet): string {
  const { page, scale } = sheet;
  const column = page.offsetEnd || page.durationEnd;
  if (column > 0) addOffset(line, time, column, sheet);
  if (page.barCells > 0) {
    addBar(line, { indent: momentIndent(time, scale), text: sign }, style, sheet);
  }
  return line.toString();
}

/** Where the ids have no columns of their own. */
export function drawIds(node: SpanNode, prefix: string, sheet: Sheet): string {
  const { page } = sheet;
  const parentId = node.parentId === '' ? '-' : page.clean(node.parentId);
  const start = timeOfDay(node.span.startTime, page.utc);
  const text = `span ${page.clean(node.id)}  parent ${parentId}  start ${start}`;
  // In a narrow terminal the ids matter more than their place under the span.
  const guides = `  ${prefix}`.slice(0, Math.max(2, page.width - textWidth(text)));
  return newLine(page).sign(guides, paint.DIM).add(text, paint.DIM).toString();
}

const MOST_ATTRIBUTES = 128;

/** All attributes, as many to a line as fit. */
export function drawAttributes(node: SpanNode, prefix: string, sheet: Sheet, out: string[]): void {
  const { page } = sheet;
  const { attributes } = node.span;
  const start = `  ${prefix}`;
  let line: Line | undefined;
  let left = MOST_ATTRIBUTES;
  let more = 0;
  for (const key in attributes) {
    if (left-- <= 0) {
      more++;
      continue;
    }
    const text = formatAttribute(key, attributes[key], sheet);
    if (line !== undefined && textWidth(text) + 2 <= line.room) {
      line.add(`  ${text}`, paint.DIM);
      continue;
    }
    if (line !== undefined) out.push(line.toString());
    line = newLine(page).sign(start, paint.DIM).add(text, paint.DIM);
  }
  if (line !== undefined) out.push(line.toString());
  if (more === 0) return;
  const text = `${page.glyphs.ellipsis} ${more} more attributes`;
  out.push(newLine(page).sign(start, paint.DIM).sign(text, paint.DIM).toString());
}
