import type { ReadableSpan } from '../lib/readable-span.js';
import { formatDuration } from './duration.js';
import { buildTrace, type TraceModel } from './model.js';
import { outline, type Part } from './outline.js';
import { layOut, newLine, type TreeOptions } from './page.js';
import * as paint from './paint.js';
import { drawRow } from './row.js';
import { drawContext, drawSpan, markOf } from './span-row.js';
import { newSheet, type Sheet } from './sheet.js';
import type { SpanNode } from './span-node.js';
import { whatFailed } from './verdict.js';

/** More rows of one addendum are not drawn. */
const MOST_ROWS = 2000;

/**
 * Draws spans that came after the tree of their trace was printed, on their paths from the root, so
 * that the reader finds their place in it. A span that was printed as running and has ended since is
 * late, too.
 *
 * @param printed the spans that the tree showed
 * @param lateByMillis how long after it these came
 */
export function renderAddendum(
  printed: readonly ReadableSpan[],
  late: readonly ReadableSpan[],
  lateByMillis: number,
  options: TreeOptions = {},
): string[] {
  const lines: string[] = [];
  for (const traceId of new Set(late.map((span) => span.spanContext().traceId))) {
    const isOfTrace = (span: ReadableSpan): boolean => span.spanContext().traceId === traceId;
    const lateHere = late.filter(isOfTrace);
    const trace = buildTrace([...printed.filter(isOfTrace), ...lateHere]);
    if (trace === undefined) continue;
    const sheet = newSheet(trace, layOut(options));
    const part = latePart(trace, new Set(lateHere));
    lines.push(drawHeading(sheet, part, lateByMillis));
    drawLate(sheet, part, lines);
  }
  return lines;
}

function latePart(trace: TraceModel, late: ReadonlySet<ReadableSpan>): Part {
  const told = new Set(trace.order.filter((node) => late.has(node.span)));
  const shown = new Set<SpanNode>();
  for (const node of told) {
    let step: SpanNode | undefined = node;
    for (; step !== undefined && !shown.has(step); step = step.parent) shown.add(step);
  }
  return { shown, told };
}

/** `+ trace 4bf92f35  3 late spans, 2.1s after its tree`, and the first error among them. */
function drawHeading({ page, trace }: Sheet, { told }: Part, lateByMillis: number): string {
  const { dash, late, micro } = page.glyphs;
  const id = page.clean(page.ids ? trace.traceId : trace.traceId.slice(0, 8));
  const spans = `${told.size} late span${told.size === 1 ? '' : 's'}`;
  const when = `${formatDuration(lateByMillis, micro)} after its tree`;
  const line = newLine(page).sign(`${late} `, paint.BOLD_YELLOW).add(`trace ${id}`, paint.BOLD);
  line.sign(`  ${spans}, ${when}`, paint.DIM);
  const origin = trace.origins.find((node) => told.has(node));
  if (origin !== undefined) {
    const where = origin.service === '' ? 'error' : `error in ${origin.service}`;
    line.sign(`  ${dash} `, paint.DIM);
    line.add(page.clean(where + whatFailed(origin, true, page)), paint.RED);
  }
  return line.toString();
}

function drawLate(sheet: Sheet, part: Part, lines: string[]): void {
  const { glyphs } = sheet.page;
  const rows = outline(sheet.trace, sheet.page, part);
  for (const row of rows.slice(0, MOST_ROWS)) {
    const { prefix, says } = row;
    if (says.type !== 'span') drawRow(row, sheet, lines);
    else if (!part.told.has(says.node)) lines.push(drawContext(says.node, prefix, sheet));
    else {
      const mark = says.node.failed
        ? markOf(says.node, sheet)
        : ([glyphs.late, paint.DIM] as const);
      lines.push(drawSpan(says, prefix, sheet, mark));
    }
  }
  const left = rows.length - MOST_ROWS;
  if (left > 0) lines.push(newLine(sheet.page).sign(`  ${left} more rows`).toString());
}
