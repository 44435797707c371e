import type { TreeOptions } from '../tree/index.js';
import type { ConsoleStream } from './console-writer.js';

/**
 * Options of {@link consoleTree} and {@link ConsoleSpanExporter}. How a tree is drawn is the terminal's
 * to say, where it is not said here; a width said here has bars from 90 columns on.
 */
export interface ConsoleOptions extends TreeOptions {
  /** Where to print. Default `process.stdout`. */
  stream?: ConsoleStream;
  /**
   * `tree` (default) for people: a tree a trace. `line` for log shippers: one logfmt line a span, when
   * it ends. `json`: one line of OTLP JSON a trace.
   */
  format?: 'tree' | 'line' | 'json';
  /**
   * What to print: `all` (default), `slow` (what took `slowMillis` or more, and errors) or `errors`.
   * Decided for a trace as a whole, in format `line` for each span.
   */
  print?: 'all' | 'slow' | 'errors';
  /** From how many milliseconds on a trace is slow. Default 500. */
  slowMillis?: number;
  /**
   * Trees printed within any second before the rest is summed up in one line a second; failed traces
   * have as many places again, and the slowest has one. `Infinity` is no limit. Default 5.
   */
  treesPerSecond?: number;
}

/** The options with defaults, checked. */
export type CompleteOptions = ConsoleOptions &
  Required<Pick<ConsoleOptions, 'format' | 'print' | 'slowMillis' | 'treesPerSecond'>>;

/** Fills in defaults. Throws a `TypeError` or `RangeError` that names the option and its value. */
export function completeOptions(options: ConsoleOptions): CompleteOptions {
  const { format = 'tree', print = 'all', slowMillis = 500, treesPerSecond = 5, stream } = options;
  expectOneOf('format', format, ['tree', 'line', 'json']);
  expectOneOf('print', print, ['all', 'slow', 'errors']);
  if (!(slowMillis >= 0)) {
    throw new RangeError(`slowMillis must be a number of milliseconds, at least 0: ${slowMillis}`);
  }
  if (!(treesPerSecond >= 1)) {
    throw new RangeError(`treesPerSecond must be at least 1: ${treesPerSecond}`);
  }
  if (stream !== undefined && typeof stream?.write !== 'function') {
    throw new TypeError(`stream must have a write method: ${String(stream)}`);
  }
  return { ...options, format, print, slowMillis, treesPerSecond };
}

function expectOneOf(option: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new RangeError(`${option} must be one of ${known.join(', ')}: ${value}`);
}
