import { JsonValues } from './json-values.js';
import { linesOf, type ByteSource } from './lines.js';
import { readTraces } from './read-otlp-json.js';
import type { TraceStore } from './trace-store.js';

/** Longer lines and documents are not read. */
const MAX_LENGTH = 64 * 1024 * 1024;

/** What could not be used of one source. */
export interface ReadReport {
  /** Lines that are no OTLP JSON. */
  brokenLines: number;
  /** Lines of more than 64 MiB. */
  longLines: number;
  /** Spans without valid ids. */
  invalidSpans: number;
}

/**
 * Reads the spans of one source into a store.
 *
 * @param traceIds beginnings of the trace ids that are wanted; none means all
 * @throws what reading the source throws; what was read before stays in the store
 */
export async function readInto(
  store: TraceStore,
  source: ByteSource,
  traceIds: readonly string[],
  report: ReadReport,
): Promise<void> {
  const values = new JsonValues(
    {
      value: (value, length) => take(store, value, length, traceIds, report),
      broken: () => void report.brokenLines++,
    },
    MAX_LENGTH,
  );
  try {
    for await (const line of linesOf(source, MAX_LENGTH)) {
      if (line === undefined) report.longLines++;
      else values.line(line);
    }
  } finally {
    values.end();
  }
}

function take(
  store: TraceStore,
  value: unknown,
  length: number,
  traceIds: readonly string[],
  report: ReadReport,
): void {
  const read = readTraces(value);
  if (read === undefined) {
    report.brokenLines++;
    return;
  }
  report.invalidSpans += read.invalid;
  const each = length / Math.max(1, read.spans.length);
  for (const span of read.spans) {
    const { traceId } = span.spanContext();
    if (traceIds.length === 0 || traceIds.some((start) => traceId.startsWith(start))) {
      store.add(span, each);
    }
  }
}
