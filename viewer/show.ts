import { createReadStream } from 'node:fs';
import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '../lib/readable-span.js';
import { buildTrace, renderTree } from '../tree/index.js';
import { Output, type CommandIo } from './io.js';
import { readShowOptions, SHOW_USAGE, type ShowRequest } from './show-options.js';
import { readInto, type ReadReport } from './trace-reader.js';
import { TraceStore, type StoreLimits } from './trace-store.js';

/** What is held in memory at most; the oldest traces are left out first, and that is said. */
const LIMITS: StoreLimits = { maxSpans: 200_000, maxLength: 256 * 1024 * 1024 };

/**
 * `spantree show`: reads files of OTLP JSON, joins their spans by trace id and prints a tree a trace to
 * standard output. What could not be used is said on standard error.
 *
 * @returns the exit code: 1 when a file could not be read or the output could not be written
 * @throws UsageError
 */
export async function show(
  args: readonly string[],
  io: CommandIo,
  limits: StoreLimits = LIMITS,
): Promise<number> {
  const request = readShowOptions(args, io);
  const output = new Output(io.stdout);
  if (request.help) {
    await output.write(SHOW_USAGE);
    return 0;
  }
  const say = (text: string): void => void io.stderr.write(`spantree: ${text}\n`);
  const store = new TraceStore(limits);
  const isReadable = await readAll(request, store, io, say);

  const wanted = store.traces().filter((spans) => isWanted(spans, request));
  for (const [i, spans] of wanted.entries()) {
    if (output.isClosed) break;
    await output.write(`${i > 0 ? '\n' : ''}${renderTree(spans, request.tree).join('\n')}\n`);
  }
  if (wanted.length === 0) say(isFiltering(request) ? 'no trace matches' : 'no spans found');
  sayLeftOut(store, limits, say);
  if (output.error !== undefined) say(`cannot write: ${output.error.message}`);
  return isReadable && output.error === undefined ? 0 : 1;
}

type Say = (text: string) => void;

/** Whether all files could be read. */
async function readAll(
  { files, traceIds }: ShowRequest,
  store: TraceStore,
  io: CommandIo,
  say: Say,
): Promise<boolean> {
  let isReadable = true;
  for (const file of files) {
    const name = file === '-' ? 'standard input' : file;
    const report: ReadReport = { brokenLines: 0, longLines: 0, invalidSpans: 0 };
    try {
      await readInto(store, file === '-' ? io.stdin : createReadStream(file), traceIds, report);
    } catch (error) {
      isReadable = false;
      say(`cannot read ${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    sayUnusable(name, report, say);
  }
  return isReadable;
}

function sayUnusable(name: string, report: ReadReport, say: Say): void {
  const { brokenLines, longLines, invalidSpans } = report;
  if (brokenLines > 0) say(`${name}: left out ${count(brokenLines, 'line')} that are no OTLP JSON`);
  if (longLines > 0) say(`${name}: left out ${count(longLines, 'line')} of more than 64 MiB`);
  if (invalidSpans > 0) say(`${name}: left out ${count(invalidSpans, 'span')} without valid ids`);
}

function sayLeftOut(store: TraceStore, limits: StoreLimits, say: Say): void {
  const { spans, traces } = store.leftOut;
  if (spans === 0) return;
  const { maxSpans, maxLength } = limits;
  say(
    `left out ${count(spans, 'span')}, ${count(traces, 'trace')} whole and the oldest first: ` +
      `no more than ${maxSpans} spans or ${Math.round(maxLength / 1024 / 1024)} MiB are held ` +
      '(--trace ID holds only those of one trace)',
  );
}

function isFiltering({ traceIds, onlyErrors, slowMillis }: ShowRequest): boolean {
  return traceIds.length > 0 || onlyErrors || slowMillis !== undefined;
}

function isWanted(
  spans: readonly ReadableSpan[],
  { onlyErrors, slowMillis }: ShowRequest,
): boolean {
  if (!onlyErrors && slowMillis === undefined) return true;
  if (onlyErrors && spans.some(({ status }) => status.code === SpanStatusCode.ERROR)) return true;
  if (slowMillis === undefined) return false;
  const { main } = buildTrace(spans) ?? {};
  return main !== undefined && main.end - main.start >= slowMillis;
}

function count(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`;
}
