import { formatDuration } from './duration.js';
import { layOut, newLine, type TreeOptions } from './page.js';
import * as paint from './paint.js';
import { cut } from './text.js';

/** What became of the traces that were not printed. */
export interface Flood {
  readonly traces: number;
  readonly ok: number;
  readonly failed: number;
  readonly slowest?: {
    readonly durationMillis: number;
    readonly name: string;
    readonly traceId: string;
  };
}

/**
 * The line for the traces of one second that were too many to print:
 * `… 214 more traces in the last second: 209 ok, 5 failed · slowest 812ms GET /search (trace 91ac0d3e)`.
 */
export function renderFlood(
  { traces, ok, failed, slowest }: Flood,
  options: TreeOptions = {},
): string {
  const page = layOut(options);
  const { dot, ellipsis, micro } = page.glyphs;
  const line = newLine(page).sign(
    `${ellipsis} ${traces} more trace${traces === 1 ? '' : 's'} in the last second: ${ok} ok, `,
    paint.DIM,
  );
  line.sign(`${failed} failed`, failed > 0 ? paint.BOLD_RED : paint.DIM);
  if (slowest !== undefined) {
    const duration = formatDuration(slowest.durationMillis, micro);
    const id = page.clean(slowest.traceId.slice(0, 8));
    line.sign(` ${dot} slowest ${duration} `, paint.DIM);
    const name = cut(page.clean(slowest.name), line.room - id.length - 9, ellipsis);
    line.add(`${name} (trace ${id})`, paint.DIM);
  }
  return line.toString();
}
