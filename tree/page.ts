import { ASCII, UNICODE, type Glyphs } from './glyphs.js';
import { Line } from './paint.js';
import { clean, cleanAscii } from './text.js';

/** How a trace is drawn. */
export interface TreeOptions {
  /** How wide the output may be at most, in cells. Default 100; more than 200 are not used. */
  readonly columns?: number;
  /** ANSI colours. Default false: without them every meaning still has a sign or a word. */
  readonly color?: boolean;
  /** Box-drawing characters; else printable ASCII alone. Default true. */
  readonly unicode?: boolean;
  /** Bars on a time axis; else a column of start offsets. Default: from 90 columns on. */
  readonly bars?: boolean;
  /** Whether a call is drawn as its client and its server span, or as one row. Default `split`. */
  readonly hops?: 'split' | 'merged';
  /** Shows ids, parent ids and start times of all spans, and the trace id whole. Default false. */
  readonly ids?: boolean;
  /** All attributes under each span, or what the row has room for. Default `default`. */
  readonly attributes?: 'default' | 'all';
  /** Times of day in UTC instead of local time. Default false. */
  readonly utc?: boolean;
  /** Where a trace can be opened: its id becomes a hyperlink. Only used with colours. */
  readonly traceUrl?: (traceId: string) => string;
  /** A folder (`process.cwd()`) that is left out of the paths of stack frames. */
  readonly cwd?: string;
}

/** Options with their defaults, and the columns that come of them. */
export interface Page {
  readonly width: number;
  readonly color: boolean;
  readonly glyphs: Glyphs;
  readonly hops: 'split' | 'merged';
  readonly ids: boolean;
  readonly allAttributes: boolean;
  readonly utc: boolean;
  readonly traceUrl: ((traceId: string) => string) | undefined;
  readonly cwd: string;
  /** Where the names end. */
  readonly nameEnd: number;
  /** Where each of these columns ends; 0 when it is not shown. */
  readonly idEnd: number;
  readonly parentIdEnd: number;
  readonly startEnd: number;
  readonly durationEnd: number;
  readonly offsetEnd: number;
  /** Where the bars begin, and how many cells they have; 0 without bars. */
  readonly barStart: number;
  readonly barCells: number;
  /** Makes a name or value safe to print. */
  readonly clean: (text: string) => string;
}

const WIDEST = 200;
const DURATION = 7;
const OFFSET = 8;
const ID = 16;
const TIME_OF_DAY = 12;
const GAP = 2;

/** Lays out the columns. The last cell of the terminal stays free: old consoles wrap after it. */
export function layOut(options: TreeOptions = {}): Page {
  const columns = toColumns(options.columns);
  const width = columns > 1 ? columns - 1 : 1;
  const unicode = options.unicode ?? true;
  const ids = options.ids ?? false;
  return {
    width,
    color: options.color ?? false,
    glyphs: unicode ? UNICODE : ASCII,
    hops: options.hops ?? 'split',
    ids,
    allAttributes: options.attributes === 'all',
    utc: options.utc ?? false,
    traceUrl: options.traceUrl,
    cwd: options.cwd ?? '',
    clean: unicode ? clean : cleanAscii,
    ...(ids && columns >= 110
      ? idColumns(columns, width, options.bars ?? true)
      : timeColumns(columns, width, options.bars ?? (!ids && columns >= 90))),
  };
}

/** An empty line of a page. */
export function newLine(page: Page, limit = page.width): Line {
  return new Line(Math.min(limit, page.width), page.color, page.glyphs.ellipsis);
}

type Columns = Pick<
  Page,
  | 'nameEnd'
  | 'idEnd'
  | 'parentIdEnd'
  | 'startEnd'
  | 'durationEnd'
  | 'offsetEnd'
  | 'barStart'
  | 'barCells'
>;

const NO_COLUMNS: Columns = {
  nameEnd: 0,
  idEnd: 0,
  parentIdEnd: 0,
  startEnd: 0,
  durationEnd: 0,
  offsetEnd: 0,
  barStart: 0,
  barCells: 0,
};

/** Name, duration, and bars or offsets, as far as there is room. */
function timeColumns(columns: number, width: number, bars: boolean): Columns {
  if (columns < 40) return { ...NO_COLUMNS, nameEnd: width };
  const barCells = bars ? cellsFor(columns) : 0;
  const offsetEnd = barCells === 0 && columns >= 60 ? width : 0;
  const barStart = width - barCells;
  const durationEnd = barCells > 0 ? barStart - GAP : offsetEnd > 0 ? width - OFFSET : width;
  const nameEnd = durationEnd - DURATION - 1;
  return { ...NO_COLUMNS, nameEnd, durationEnd, offsetEnd, barStart, barCells };
}

/** Name, span id, parent id, start and duration; bars only where names still have room. */
function idColumns(columns: number, width: number, bars: boolean): Columns {
  const cells = cellsFor(columns);
  const barCells = bars && columns - cells >= 125 ? cells : 0;
  const barStart = width - barCells;
  const durationEnd = barCells > 0 ? barStart - GAP : width;
  const startEnd = durationEnd - DURATION - GAP;
  const parentIdEnd = startEnd - TIME_OF_DAY - GAP;
  const idEnd = parentIdEnd - ID - GAP;
  const nameEnd = idEnd - ID - GAP;
  return { nameEnd, idEnd, parentIdEnd, startEnd, durationEnd, offsetEnd: 0, barStart, barCells };
}

function cellsFor(columns: number): number {
  if (columns >= 180) return 60;
  if (columns >= 140) return 44;
  if (columns >= 110) return 34;
  if (columns >= 90) return 22;
  return columns >= 60 ? 14 : 0;
}

function toColumns(columns: number | undefined): number {
  if (columns === undefined || !(columns >= 1)) return 100;
  return Math.min(Math.floor(columns), WIDEST);
}
