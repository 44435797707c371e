import { groupBar, momentIndent, spanBar, type Bar } from './bars.js';
import { timeOfDay } from './clock.js';
import { formatDuration, formatOffset } from './duration.js';
import { readError } from './exception.js';
import { databaseQuery, databaseSystem, formatValue, isCustom } from './meaning.js';
import type { EventNote, More, Row, SpanItem } from './outline.js';
import { newLine } from './page.js';
import * as paint from './paint.js';
import type { Line, Style } from './paint.js';
import { describeMissing, type Sheet } from './sheet.js';
import { displayName, factsOf, type Fact } from './span-facts.js';
import type { MissingParent, SpanNode } from './span-node.js';
import { cut, cutStart, textWidth } from './text.js';

/** Draws one row of the outline, as one or more lines. */
export function drawRow({ prefix, says }: Row, sheet: Sheet, out: string[]): void {
  switch (says.type) {
    case 'span':
      out.push(drawSpan(says, prefix, sheet));
      break;
    case 'group':
      out.push(drawGroup(says.nodes, prefix, sheet));
      break;
    case 'event':
    case 'exception':
      out.push(drawEvent(says, prefix, sheet));
      break;
    case 'error':
      drawError(says, prefix, sheet, out);
      break;
    case 'ids':
      out.push(drawIds(says.node, prefix, sheet));
      break;
    case 'attributes':
      drawAttributes(says.node, prefix, sheet, out);
      break;
    case 'missing':
      out.push(drawMissing(says.missing, prefix, sheet));
      break;
    case 'more':
      out.push(drawMore(says, prefix, sheet));
  }
}

/** The sign in front of a span: it failed, something below it failed, or neither. */
export function markOf(node: SpanNode, { page }: Sheet): [string, Style] {
  if (node.failed) return [page.glyphs.failed, paint.BOLD_RED];
  return node.errorsBelow ? [page.glyphs.below, paint.BOLD_YELLOW] : [' ', paint.PLAIN];
}

/** A row of a span; `mark` replaces the sign in front. */
export function drawSpan(
  { node, answer }: SpanItem,
  prefix: string,
  sheet: Sheet,
  mark: readonly [string, Style] = markOf(node, sheet),
): string {
  const { page, scale } = sheet;
  const subject = answer ?? node;
  const line = begin(mark[0], mark[1], prefix, sheet);
  addLabel(line, subject, sheet);
  addName(line, displayName(subject, page), nameStyle(subject), factsOf(node, answer, sheet));
  addDetails(line, subject, sheet);

  addIdColumns(line, subject, sheet);
  if (page.durationEnd > 0 && !node.running) {
    const duration = formatDuration(node.end - node.start, page.glyphs.micro);
    alignRight(line, duration, page.durationEnd, node.critical ? paint.BOLD : paint.DIM);
  }
  if (page.offsetEnd > 0) addOffset(line, node.start, page.offsetEnd, sheet);
  if (page.barCells > 0) {
    addBar(line, spanBar(node, scale, page.glyphs, answer), barStyle(subject, sheet), sheet);
  }
  return line.toString();
}

/** A span that was drawn before, to show where another belongs. */
export function drawContext(node: SpanNode, prefix: string, sheet: Sheet): string {
  const { page } = sheet;
  const line = begin(page.glyphs.context, paint.DIM, prefix, sheet);
  addLabel(line, node, sheet);
  return line.add(displayName(node, page), paint.DIM).toString();
}

function drawMissing(missing: MissingParent, prefix: string, sheet: Sheet): string {
  const text = `${sheet.page.glyphs.up} ${describeMissing(missing, sheet)}`;
  const style = missing.kind === 'local' ? paint.YELLOW : paint.DIM;
  return begin(' ', paint.PLAIN, prefix, sheet).add(text, style).toString();
}

function drawMore({ count, what }: More, prefix: string, sheet: Sheet): string {
  const text = `${sheet.page.glyphs.ellipsis} ${count} more ${what}${count === 1 ? '' : 's'}`;
  return begin(' ', paint.PLAIN, prefix, sheet).sign(text, paint.DIM).toString();
}

/** Equal siblings in one row: how many, how long each, and how long one of them at least was running. */
function drawGroup(nodes: readonly SpanNode[], prefix: string, sheet: Sheet): string {
  const { page, scale } = sheet;
  const { micro, times } = page.glyphs;
  const first = nodes[0] as SpanNode;
  const line = begin(' ', paint.PLAIN, prefix, sheet);
  addLabel(line, first, sheet);
  const durations = nodes.map((node) => node.end - node.start);
  const average = durations.reduce((sum, each) => sum + each, 0) / nodes.length;
  const longest = durations.reduce((most, each) => Math.max(most, each), 0);
  const isAwaited = nodes.some((node) => node.critical);
  const name = `${nodes.length}${times} ${displayName(first, page)}`;
  addName(line, name, isAwaited ? paint.BOLD : paint.PLAIN, [
    [`avg ${formatDuration(average, micro)}`, paint.PLAIN],
    [`max ${formatDuration(longest, micro)}`, paint.PLAIN],
    ...factsOf(first, undefined, sheet),
  ]);
  if (nodes.every((node) => query(node) === query(first))) addQuery(line, first, sheet);

  if (page.durationEnd > 0) {
    const style = isAwaited ? paint.BOLD : paint.DIM;
    alignRight(line, formatDuration(busyTime(nodes), micro), page.durationEnd, style);
  }
  if (page.offsetEnd > 0) addOffset(line, first.start, page.offsetEnd, sheet);
  if (page.barCells > 0) {
    const style = barStyle(nodes.find((node) => node.critical) ?? first, sheet);
    addBar(line, groupBar(nodes, scale, page.glyphs), style, sheet);
  }
  return line.toString();
}

function drawEvent({ event, node, time, type }: EventNote, prefix: string, sheet: Sheet): string {
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
function drawError(note: EventNote, prefix: string, sheet: Sheet, out: string[]): void {
  const { page } = sheet;
  const { type, message, code, frame } = readError(note.node, note.event, page.cwd);
  const what = [type, message].filter(Boolean).join(': ') || 'failed';
  const text = page.clean(code === undefined ? what : `${what} (${code})`);
  const line = begin(' ', paint.PLAIN, prefix, sheet);
  line.sign(`${page.glyphs.failed} `, paint.BOLD_RED).add(text, paint.RED);
  out.push(finishNote(line, note.time, page.glyphs.failed, paint.BOLD_RED, sheet));
  if (frame === undefined) return;
  const where = begin(' ', paint.PLAIN, prefix, sheet).sign('  at ', paint.DIM);
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
function drawIds(node: SpanNode, prefix: string, sheet: Sheet): string {
  const { page } = sheet;
  const line = newLine(page).sign(`  ${prefix}`, paint.DIM);
  line.add(`span ${page.clean(node.id)}`, paint.DIM);
  line.add(`  parent ${node.parentId === '' ? '-' : page.clean(node.parentId)}`, paint.DIM);
  line.sign(`  start ${timeOfDay(node.span.startTime, page.utc)}`, paint.DIM);
  return line.toString();
}

const MOST_ATTRIBUTES = 128;

/** All attributes, as many to a line as fit. */
function drawAttributes(node: SpanNode, prefix: string, sheet: Sheet, out: string[]): void {
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

/** The sign in front and the guides. */
function begin(mark: string, style: Style, prefix: string, { page }: Sheet): Line {
  return newLine(page, page.nameEnd).sign(mark, style).sign(` ${prefix}`, paint.DIM);
}

/** The service, where it is not the parent's. */
function addLabel(line: Line, node: SpanNode, { page, colours }: Sheet): void {
  const isSame = node.parent !== undefined && !node.hop && node.parent.service === node.service;
  if (isSame || node.service === '') return;
  const name = cut(page.clean(node.service), Math.floor(page.nameEnd / 3), page.glyphs.ellipsis);
  if (page.color) line.add(name, `1;${colours.get(node.service) ?? '39'}`).sign(' ');
  else line.sign('[').add(name).sign('] ');
}

/** A name gives way to the facts after it, but never more than half of its room. */
function addName(line: Line, name: string, style: Style, facts: readonly Fact[]): void {
  const factsWidth = facts.reduce((sum, [text]) => sum + textWidth(text) + 2, 0);
  const room = Math.max(line.room - factsWidth, Math.ceil(line.room / 2));
  line.add(cut(name, Math.min(room, line.room), line.ellipsis), style);
  for (const [text, factStyle] of facts) line.sign('  ').add(text, factStyle);
}

function nameStyle(node: SpanNode): Style {
  if (node.failed) return paint.BOLD_RED;
  return node.critical ? paint.BOLD : paint.PLAIN;
}

/** The query, then the application's own attributes, until the room ends. */
function addDetails(line: Line, node: SpanNode, sheet: Sheet): void {
  if (sheet.page.allAttributes) return;
  addQuery(line, node, sheet);
  const { attributes } = node.span;
  for (const key in attributes) {
    if (line.room < LEAST_ROOM) return;
    if (isCustom(key)) line.add(`  ${formatAttribute(key, attributes[key], sheet)}`, paint.DIM);
  }
}

function addQuery(line: Line, node: SpanNode, { page }: Sheet): void {
  const system = databaseSystem(node.span.attributes);
  const text = query(node);
  if (line.room < LEAST_ROOM || (system === undefined && text === undefined)) return;
  const shown = [system, text?.replace(/\s+/g, ' ').trim()].filter(Boolean).join(': ');
  line.add(`  ${page.clean(shown)}`, paint.DIM);
}

/** A detail of fewer cells says nothing. */
const LEAST_ROOM = 8;
/** One attribute does not push out all others. */
const WIDEST_VALUE = 48;

function formatAttribute(key: string, value: unknown, { page }: Sheet): string {
  const text = page.clean(formatValue(value));
  const widest = page.allAttributes ? page.width : WIDEST_VALUE;
  return `${page.clean(key)}=${cut(text, widest, page.glyphs.ellipsis)}`;
}

function query(node: SpanNode): string | undefined {
  return databaseQuery(node.span.attributes)?.slice(0, 2048);
}

function addIdColumns(line: Line, node: SpanNode, { page }: Sheet): void {
  if (page.idEnd === 0) return;
  alignLeft(line, page.clean(node.id), page.idEnd, 16);
  alignLeft(line, page.clean(node.parentId), page.parentIdEnd, 16);
  alignLeft(line, timeOfDay(node.span.startTime, page.utc), page.startEnd, 12);
}

function alignLeft(line: Line, text: string, end: number, width: number): void {
  line.to(end - width, end).add(text, paint.DIM);
}

function alignRight(line: Line, text: string, end: number, style: Style): void {
  line.to(end - text.length, end).sign(text, style);
}

function addOffset(line: Line, time: number, end: number, { page, scale }: Sheet): void {
  alignRight(line, formatOffset(time - scale.start, page.glyphs.micro), end, paint.DIM);
}

function addBar(line: Line, { indent, text }: Bar, style: Style, { page }: Sheet): void {
  line.to(page.barStart + indent, page.width).sign(text, style);
}

/** The service's colour, lighter where nobody waited; red where it failed. */
function barStyle(node: SpanNode, { colours }: Sheet): Style {
  const colour = node.failed ? paint.RED : (colours.get(node.service) ?? paint.PLAIN);
  if (node.critical) return colour;
  return colour === paint.PLAIN ? paint.DIM : `${paint.DIM};${colour}`;
}

/** The time in which at least one of them ran; they are in order of their starts. */
function busyTime(nodes: readonly SpanNode[]): number {
  let busy = 0;
  let until = -Infinity;
  for (const node of nodes) {
    if (node.end <= until) continue;
    busy += node.end - Math.max(until, node.start);
    until = node.end;
  }
  return busy;
}
