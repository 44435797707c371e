import { SpanStatusCode, type HrTime } from '@opentelemetry/api';
import { parentIdOf, type ReadableSpan } from '../lib/readable-span.js';

/** What decides whether a trace is shown: how it ended and how long it took. */
export interface Verdict {
  readonly traceId: string;
  /** The name and duration of its top span: the earliest of those whose parent is not among them. */
  readonly name: string;
  readonly durationMillis: number;
  /** Whether a top span ended with an error. */
  readonly failed: boolean;
  /** Whether any span did, also where the error was handled further up. */
  readonly hasErrors: boolean;
  /** Whether its top span is still open. */
  readonly running: boolean;
}

/** Judges a trace by its spans, of which there is at least one. */
export function judge(spans: readonly ReadableSpan[]): Verdict {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  let top: ReadableSpan | undefined;
  let failed = false;
  let hasErrors = false;
  for (const span of spans) {
    const failedSelf = span.status.code === SpanStatusCode.ERROR;
    hasErrors ||= failedSelf;
    if (ids.has(parentIdOf(span) ?? '')) continue;
    failed ||= failedSelf;
    if (top === undefined || millisBetween(span.startTime, top.startTime) > 0) top = span;
  }
  // Where parents form a loop there is no top.
  top ??= spans[0];
  return {
    traceId: top?.spanContext().traceId ?? '',
    name: top?.name ?? '',
    durationMillis: top ? durationOf(top, spans) : 0,
    failed,
    hasErrors,
    running: top?.ended === false,
  };
}

/** Whether the options ask for a trace that ended so. */
export function isWanted(
  verdict: Pick<Verdict, 'hasErrors' | 'durationMillis'>,
  { print, slowMillis }: { print: 'all' | 'slow' | 'errors'; slowMillis: number },
): boolean {
  if (print === 'all' || verdict.hasErrors) return true;
  return print === 'slow' && verdict.durationMillis >= slowMillis;
}

/** How long a span took; one that is still open, up to the last end that is known. */
function durationOf(top: ReadableSpan, spans: readonly ReadableSpan[]): number {
  if (top.ended) return toMillis(top.duration);
  let longest = 0;
  for (const span of spans) {
    if (span.ended) longest = Math.max(longest, millisBetween(top.startTime, span.endTime));
  }
  return longest;
}

/** `[seconds, nanoseconds]` as milliseconds. */
export function toMillis([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}

function millisBetween(start: HrTime, end: HrTime): number {
  return (end[0] - start[0]) * 1000 + (end[1] - start[1]) / 1e6;
}
