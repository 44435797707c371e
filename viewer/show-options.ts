import { parseArgs } from 'node:util';
import { terminalOptions, type TreeOptions } from '../tree/index.js';
import type { CommandIo } from './io.js';

/** What `spantree show` was asked for. */
export interface ShowRequest {
  /** `-` is standard input. */
  readonly files: readonly string[];
  readonly tree: TreeOptions;
  /** Beginnings of trace ids, in lower case; empty means all. */
  readonly traceIds: readonly string[];
  readonly onlyErrors: boolean;
  readonly slowMillis: number | undefined;
  readonly help: boolean;
}

/** A mistake on the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const SHOW_USAGE = `Usage: spantree show [OPTION]... [FILE]...

Prints the traces in files of OTLP JSON as trees: those of several processes joined by their trace ids.
Without a FILE, or where FILE is -, standard input is read. Written by spantree's otlp/stdout exporter,
the OpenTelemetry Collector's file exporter and others: JSON Lines, or a whole document.

Which traces:
  --trace ID         those whose ids begin with ID; may be given several times
  --errors           those with an error
  --slow MS          those that took MS milliseconds or longer; with --errors either of both

How they are drawn:
  --columns N        width in columns; bars are drawn from 90 on
  --ids              ids, parent ids and start times of all spans
  --all-attributes   every attribute, on lines of its own
  --hops merged      a call and its server span in one row
  --utc              times in UTC
  --ascii            no characters outside ASCII
  --no-color         no colours

  --help             this text
`;

const OPTIONS = {
  'all-attributes': { type: 'boolean' },
  ascii: { type: 'boolean' },
  columns: { type: 'string' },
  errors: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  hops: { type: 'string' },
  ids: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  slow: { type: 'string' },
  trace: { type: 'string', multiple: true },
  utc: { type: 'boolean' },
} as const;

/** Reads the command line. @throws UsageError */
export function readShowOptions(args: readonly string[], io: CommandIo): ShowRequest {
  const { values, positionals } = parsed(args);
  const { columns, slow, hops, trace = [] } = values;
  if (positionals.length === 0 && io.stdin.isTTY && !values.help) {
    throw new UsageError('give a FILE, or - to read what you type');
  }
  return {
    files: positionals.length > 0 ? positionals : ['-'],
    tree: {
      ...terminalOptions(io.stdout, io.env),
      ...(columns !== undefined && width(columns)),
      ...(values['no-color'] && { color: false }),
      ...(values.ascii && { unicode: false }),
      ...(hops !== undefined && { hops: hopsOf(hops) }),
      ...(values.ids && { ids: true }),
      ...(values['all-attributes'] && { attributes: 'all' }),
      ...(values.utc && { utc: true }),
      cwd: io.cwd(),
    },
    traceIds: trace.map(traceIdOf),
    onlyErrors: values.errors === true,
    slowMillis: slow === undefined ? undefined : millisOf(slow),
    help: values.help === true,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** In a pipe bars are drawn only when a width is asked for: nobody knows how wide its reader is. */
const BARS_FROM = 90;

function width(text: string): Pick<TreeOptions, 'columns' | 'bars'> {
  const columns = /^[0-9]{1,6}$/.test(text) ? Number(text) : 0;
  if (columns < 1) throw new UsageError(`--columns must be a number of columns, not "${text}"`);
  return { columns, bars: columns >= BARS_FROM };
}

function hopsOf(text: string): 'split' | 'merged' {
  if (text === 'split' || text === 'merged') return text;
  throw new UsageError(`--hops must be merged or split, not "${text}"`);
}

function millisOf(text: string): number {
  if (/^[0-9]+(\.[0-9]+)?$/.test(text)) return Number(text);
  throw new UsageError(`--slow must be a number of milliseconds, not "${text}"`);
}

function traceIdOf(text: string): string {
  if (/^[0-9a-f]{1,32}$/i.test(text)) return text.toLowerCase();
  throw new UsageError(`--trace must be the hex digits that an id begins with, not "${text}"`);
}
