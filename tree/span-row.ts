import { groupBar, spanBar } from './bars.js';
import { addBar, addOffset, alignRight, begin, formatAttribute } from './cells.js';
import { timeOfDay } from './clock.js';
import { formatDuration } from './duration.js';
import { databaseQuery, databaseSystem, isCustom } from './meaning.js';
import type { SpanItem } from './outline.js';
import * as paint from './paint.js';
import type { Line, Style } from './paint.js';
import type { Sheet } from './sheet.js';
import { displayName, factsOf, type Fact } from './span-facts.js';
import type { SpanNode } from './span-node.js';
import { cut, textWidth } from './text.js';

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

/** Equal siblings in one row: how many, how long each, and how long one of them at least was running. */
export function drawGroup(nodes: readonly SpanNode[], prefix: string, sheet: Sheet): string {
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

/** Brightest where an error began, so that the eye finds that row first. */
function nameStyle(node: SpanNode): Style {
  if (node.failed) return node.origin === node ? paint.BOLD_RED : paint.RED;
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

/** The service's colour, lighter where nobody waited; red where an error began. */
function barStyle(node: SpanNode, { colours }: Sheet): Style {
  const colour = node.origin === node ? paint.RED : (colours.get(node.service) ?? paint.PLAIN);
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
