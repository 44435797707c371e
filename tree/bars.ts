import { formatDuration, formatOffset } from './duration.js';
import type { Glyphs } from './glyphs.js';
import type { SpanNode } from './span-node.js';

/** The time that bars show, and how many cells they have for it. */
export interface Scale {
  readonly start: number;
  readonly end: number;
  readonly cells: number;
}

/** Signs in a row of cells, the first of them `indent` cells from the left. */
export interface Bar {
  readonly indent: number;
  readonly text: string;
}

/**
 * A span as a bar: full where it was itself what the root waited for, light where it waited for a
 * child, medium where nobody waited for it. One that began after the end of the scale says when.
 *
 * @param answer the server's side, when the row stands for both sides of a call: what only the client
 *   saw is the network
 */
export function spanBar(node: SpanNode, scale: Scale, glyphs: Glyphs, answer?: SpanNode): Bar {
  if (node.start > scale.end) return startAfterEnd(node, scale, glyphs);
  const range = cellsOf(node.start, node.end, scale);
  const length = range.last - range.first + 1;
  if (!node.critical) return finish(glyphs.aside.repeat(length), range, glyphs);
  const waits = answer?.awaited ?? node.awaited;
  if (waits.length === 0 && answer === undefined) {
    return finish(glyphs.own.repeat(length), range, glyphs);
  }
  const waiting = coverage(waits, range, scale);
  const served = answer && coverage([answer], range, scale);
  let text = '';
  for (let i = 0; i < length; i++) {
    const cell = range.first + i;
    const share = Math.min(cell + 1, range.to) - Math.max(cell, range.from);
    if (served !== undefined && (served[i] as number) < share / 2) text += glyphs.network;
    else text += (waiting[i] as number) > share / 2 ? glyphs.waiting : glyphs.own;
  }
  return finish(text, range, glyphs);
}

/** Several spans in one bar: a cell is filled when one of them ran then. */
export function groupBar(nodes: readonly SpanNode[], scale: Scale, glyphs: Glyphs): Bar {
  const start = nodes.reduce((least, node) => Math.min(least, node.start), Infinity);
  const end = nodes.reduce((most, node) => Math.max(most, node.end), -Infinity);
  const range = cellsOf(start, end, scale);
  const cells: string[] = Array.from({ length: range.last - range.first + 1 }, () => ' ');
  for (const node of nodes) {
    const { first, last } = cellsOf(node.start, node.end, scale);
    for (let cell = first; cell <= last; cell++) {
      const i = cell - range.first;
      if (node.critical || cells[i] === ' ') cells[i] = node.critical ? glyphs.own : glyphs.aside;
    }
  }
  return finish(cells.join(''), range, glyphs);
}

/** The cell of a moment. */
export function momentIndent(time: number, scale: Scale): number {
  return cellsOf(time, time, scale).first;
}

/** Round times over the bars, each beginning at its cell, and the whole duration at the end. */
export function ruler({ start, end, cells }: Scale, glyphs: Glyphs): string {
  const duration = end - start;
  const total = formatDuration(duration, glyphs.micro);
  if (!(duration > 0) || cells < total.length + 2) return '0';
  let text = '0';
  for (const time of ticks(duration, cells, total.length)) {
    const label = shorten(formatDuration(time, glyphs.micro));
    const column = Math.floor((time / duration) * cells + ROUNDING);
    if (column < text.length + 2) continue;
    if (column + label.length > cells - total.length - 2) break;
    text = text.padEnd(column) + label;
  }
  return text.padEnd(cells - total.length) + total;
}

function startAfterEnd(node: SpanNode, scale: Scale, glyphs: Glyphs): Bar {
  const text = `${formatOffset(node.start - scale.start, glyphs.micro)} ${glyphs.pastEnd}`;
  return { indent: scale.cells - text.length, text };
}

interface CellRange {
  /** The exact cells of start and end, fractions included. */
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
  readonly isBefore: boolean;
  readonly isPast: boolean;
}

/** Against 7.999… where 8 is meant. */
const ROUNDING = 1e-6;

function cellsOf(start: number, end: number, scale: Scale): CellRange {
  const perMilli = scale.end > scale.start ? scale.cells / (scale.end - scale.start) : 0;
  const from = (start - scale.start) * perMilli;
  const to = (end - scale.start) * perMilli;
  const lastCell = scale.cells - 1;
  const first = Math.min(Math.max(Math.floor(from + ROUNDING), 0), lastCell);
  const last = Math.min(Math.max(Math.ceil(to - ROUNDING) - 1, first), lastCell);
  const slack = 0.05;
  return { from, to, first, last, isBefore: from < -slack, isPast: to > scale.cells + slack };
}

/** How much of each cell of a range the nodes cover, in cells. */
function coverage(nodes: readonly SpanNode[], range: CellRange, scale: Scale): number[] {
  const covered: number[] = [];
  for (let cell = range.first; cell <= range.last; cell++) covered.push(0);
  for (const node of nodes) {
    const { from, to, first, last } = cellsOf(node.start, node.end, scale);
    const until = Math.min(last, range.last);
    for (let cell = Math.max(first, range.first); cell <= until; cell++) {
      const part = Math.min(cell + 1, to, range.to) - Math.max(cell, from, range.from);
      if (part > 0) covered[cell - range.first] = (covered[cell - range.first] as number) + part;
    }
  }
  return covered;
}

function finish(text: string, range: CellRange, glyphs: Glyphs): Bar {
  let shown = text;
  if (range.isPast) shown = shown.slice(0, -1) + glyphs.pastEnd;
  if (range.isBefore) shown = glyphs.beforeStart + shown.slice(1);
  return { indent: range.first, text: shown };
}

/** Steps that a reader counts in: 1, 2, 5 and their tens, then quarters of minutes and hours. */
function ticks(duration: number, cells: number, widest: number): number[] {
  const least = (duration / cells) * Math.max(widest + 2, cells / 6);
  const step = least <= 10_000 ? decimalStep(least) : LONG_STEPS.find((long) => long >= least);
  if (step === undefined || !(step > 0)) return [];
  const times: number[] = [];
  for (let i = 1; i * step < duration && i < cells; i++) times.push(i * step);
  return times;
}

function decimalStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5].find((factor) => factor * power >= least * 0.999) ?? 10) * power;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LONG_STEPS = [0.25, 0.5, 1, 2, 5, 10, 15, 30]
  .map((minutes) => minutes * MINUTE)
  .concat([1, 2, 6, 12, 24, 48, 240, 2400, 24000].map((hours) => hours * HOUR));

/** `1.50s` is `1.5s` on the ruler, `2m 00s` is `2m`. */
function shorten(label: string): string {
  return label
    .replace(/(\.\d*?)0+s$/, '$1s')
    .replace('.s', 's')
    .replace(/ 00[smh]$/, '');
}
