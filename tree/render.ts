import type { ReadableSpan } from '../lib/readable-span.js';
import { buildTrace } from './model.js';
import { outline } from './outline.js';
import { layOut, type Page, type TreeOptions } from './page.js';
import { drawRow } from './row.js';
import { newSheet } from './sheet.js';
import { drawFacts, drawHeadings, drawUpstream, drawVerdict } from './verdict.js';

/**
 * Draws spans as trees, one a trace, in order of their starts: the verdict, the facts, then every
 * span under its parent. Spans that have not ended are shown as running.
 *
 * Pure; the output is bounded (2000 spans a trace) and never wider than the columns.
 *
 * @returns lines without line breaks; an empty one between traces; none without spans
 */
export function renderTree(spans: readonly ReadableSpan[], options: TreeOptions = {}): string[] {
  const page = layOut(options);
  const lines: string[] = [];
  for (const trace of byTrace(spans)) {
    if (lines.length > 0) lines.push('');
    drawTrace(trace, page, lines);
  }
  return lines;
}

function drawTrace(spans: readonly ReadableSpan[], page: Page, lines: string[]): void {
  const trace = buildTrace(spans);
  if (trace === undefined) return;
  const sheet = newSheet(trace, page);
  lines.push(drawVerdict(sheet), drawFacts(sheet));
  for (const line of [drawUpstream(sheet), drawHeadings(sheet)]) {
    if (line !== undefined) lines.push(line);
  }
  for (const row of outline(trace, page)) drawRow(row, sheet, lines);
}

/** The spans of each trace, traces in order of their first spans' starts. */
function byTrace(spans: readonly ReadableSpan[]): ReadableSpan[][] {
  const traces = new Map<string, ReadableSpan[]>();
  for (const span of spans) {
    const { traceId } = span.spanContext();
    const trace = traces.get(traceId);
    if (trace === undefined) traces.set(traceId, [span]);
    else trace.push(span);
  }
  if (traces.size < 2) return [...traces.values()];
  return [...traces.values()]
    .map((trace) => ({ trace, start: earliestStart(trace) }))
    .sort((a, b) => (a.start < b.start ? -1 : 1))
    .map(({ trace }) => trace);
}

function earliestStart(spans: readonly ReadableSpan[]): number {
  return spans.reduce((earliest, { startTime }) => {
    const seconds = startTime[0] + startTime[1] / 1e9;
    return seconds < earliest ? seconds : earliest;
  }, Infinity);
}
