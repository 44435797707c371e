import { ruler } from './bars.js';
import { day, timeOfDay } from './clock.js';
import { formatDuration } from './duration.js';
import { reasonOf } from './exception.js';
import { handlerOf, isInBackground } from './failure.js';
import { foreignIds, httpStatus } from './meaning.js';
import { newLine, type Page } from './page.js';
import * as paint from './paint.js';
import type { Style } from './paint.js';
import { describeMissing, type Sheet } from './sheet.js';
import { displayName, statusStyle } from './span-facts.js';
import type { SpanNode } from './span-node.js';
import { cut } from './text.js';

/** The first line: outcome, name, status, time, and where it began. It is enough by itself. */
export function drawVerdict(sheet: Sheet): string {
  const { page, trace } = sheet;
  const { main } = trace;
  const [sign, style] = outcomeSign(sheet);
  const line = newLine(page).sign(`${sign} `, style);
  // A long name leaves room for what matters as much.
  const name = cut(displayName(main, page), Math.ceil(page.width / 2), page.glyphs.ellipsis);
  line.add(name, main.failed ? paint.BOLD_RED : paint.BOLD);
  const status = httpStatus(main.span.attributes);
  if (status !== undefined) line.sign(' ').sign(String(status), statusStyle(status));
  if (main.running) line.sign(' still running', paint.YELLOW);
  else line.sign(` in ${formatDuration(main.end - main.start, page.glyphs.micro)}`);
  const why = explain(sheet);
  if (why !== '') {
    line.sign(`  ${page.glyphs.dash} `, paint.DIM);
    line.add(page.clean(why), main.failed ? paint.RED : paint.YELLOW);
  }
  return line.toString();
}

/** The second line: what was received, when, which trace; above the bars their ruler. */
export function drawFacts(sheet: Sheet): string {
  const { page, trace, scale } = sheet;
  const separator = ` ${page.glyphs.dot} `;
  const line = newLine(page, page.barCells > 0 ? page.barStart - 2 : page.width);
  const { startTime } = trace.main.span;
  const start = timeOfDay(startTime, page.utc);
  const words = counts(sheet).join(separator);
  line.sign('  ');
  if (page.ids) {
    addTraceId(line, sheet);
    const date = page.idEnd > 0 ? `${day(startTime, page.utc)} ` : '';
    line.sign(`${separator}${words}${separator}${date}${start}`, paint.DIM);
  } else {
    line.sign(`${words}${separator}${start}${separator}`, paint.DIM);
    addTraceId(line, sheet);
  }
  if (page.barCells > 0) {
    line.to(page.barStart, page.width).sign(ruler(scale, page.glyphs), paint.DIM);
  }
  return line.toString();
}

/** Who called, when that span is not here; `undefined` at a true root. */
export function drawUpstream(sheet: Sheet): string | undefined {
  const { page, trace } = sheet;
  const { missing } = trace.main;
  if (missing === undefined) return undefined;
  const style = missing.kind === 'local' ? paint.YELLOW : paint.DIM;
  const line = newLine(page).sign(`  ${page.glyphs.up} `, style);
  line.add(describeMissing(missing, sheet), style);
  if (missing.kind === 'local') line.sign(': never ended, dropped, or lost at exit', style);
  return line.toString();
}

/** The names of the columns, where there are columns of ids. */
export function drawHeadings({ page }: Sheet): string | undefined {
  if (page.idEnd === 0) return undefined;
  const line = newLine(page).sign('  operation', paint.DIM);
  line.to(page.idEnd - 16, page.idEnd).sign('span id', paint.DIM);
  line.to(page.parentIdEnd - 16, page.parentIdEnd).sign('parent id', paint.DIM);
  line.to(page.startEnd - 12, page.startEnd).sign('start', paint.DIM);
  line.to(page.durationEnd - 8, page.durationEnd).sign('duration', paint.DIM);
  return line.toString();
}

function outcomeSign({ page, trace }: Sheet): [string, Style] {
  switch (trace.outcome) {
    case 'failed':
      return [page.glyphs.failed, paint.BOLD_RED];
    case 'handled':
      return [page.glyphs.below, paint.BOLD_YELLOW];
    case 'running':
      return [page.glyphs.running, paint.BOLD_YELLOW];
    default:
      return [page.glyphs.ok, paint.BOLD_GREEN];
  }
}

/** `failed in payments: ECONNRESET at POST api.acme-pay.test`. */
function explain({ page, trace }: Sheet): string {
  const { main, origins } = trace;
  const origin = main.origin ?? origins.at(-1);
  if (origin === undefined) return '';
  const others = origins.length - 1;
  const more = others > 0 ? `, and ${others} more error${others === 1 ? '' : 's'}` : '';
  return whereFailed(main, origin) + whatFailed(origin, origin !== main, page) + more;
}

/** `: ECONNRESET at POST api.acme-pay.test`, not yet safe to print. */
export function whatFailed(origin: SpanNode, isNamed: boolean, page: Page): string {
  const reason = reasonOf(origin);
  return (reason === '' ? '' : `: ${reason}`) + (isNamed ? ` at ${displayName(origin, page)}` : '');
}

function whereFailed(main: SpanNode, origin: SpanNode): string {
  const inService = (node: SpanNode): string => (node.service === '' ? '' : ` in ${node.service}`);
  if (main.failed) return `failed${inService(origin)}`;
  if (isInBackground(origin)) return `error in the background${inService(origin)}`;
  const handler = handlerOf(origin);
  if (handler !== undefined && !handler.running) return `error handled${inService(handler)}`;
  return `error${inService(origin)}`;
}

function counts({ trace }: Sheet): string[] {
  const { order, services, runningCount, droppedCount } = trace;
  const words = [count(order.length, 'span'), count(services.length, 'service')];
  if (runningCount > 0) words.push(`${runningCount} running`);
  if (droppedCount > 0) words.push(`${droppedCount} attributes, events or links dropped`);
  return words;
}

function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`;
}

function addTraceId(line: paint.Line, sheet: Sheet): void {
  const { page, trace } = sheet;
  line.sign('trace ', paint.DIM);
  const id = page.clean(page.ids ? trace.traceId : trace.traceId.slice(0, 8));
  const url = page.traceUrl?.(trace.traceId);
  if (url !== undefined && PRINTABLE.test(url)) line.link(id, paint.DIM, url);
  else line.add(id, paint.DIM);
  const foreign = foreignIds(trace.main.span.attributes).traceId;
  if (foreign !== undefined) line.add(` (sent as ${page.clean(foreign)})`, paint.DIM);
}

/** What may stand in an OSC 8 sequence. */
const PRINTABLE = /^[!-~]{1,2048}$/;
