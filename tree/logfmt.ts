import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { parentIdOf, type ReadableSpan } from '../lib/readable-span.js';
import { isoTime } from './clock.js';
import { errorType, httpStatus } from './meaning.js';
import { clean } from './text.js';

const KINDS: Record<SpanKind, string> = {
  [SpanKind.INTERNAL]: 'internal',
  [SpanKind.SERVER]: 'server',
  [SpanKind.CLIENT]: 'client',
  [SpanKind.PRODUCER]: 'producer',
  [SpanKind.CONSUMER]: 'consumer',
};

const STATUSES: Record<SpanStatusCode, string> = {
  [SpanStatusCode.UNSET]: 'unset',
  [SpanStatusCode.OK]: 'ok',
  [SpanStatusCode.ERROR]: 'error',
};

/** Longer values are cut: a log line has its limits. */
const LONGEST = 256;

/**
 * One span as one line of `key=value`, for log shippers and tools:
 * `ts=2026-11-21T12:03:44.208Z trace=… span=… parent=… depth=4 svc=payments kind=client
 * name="POST api.acme-pay.test" dur_ms=274 status=error code=502 err=ECONNRESET msg="socket hang up"`.
 * What is absent is left out. Times are UTC, durations milliseconds to the microsecond.
 *
 * @param depth how deep the span stands in its tree, where that is known
 */
export function renderLogfmt(span: ReadableSpan, depth?: number): string {
  const { traceId, spanId } = span.spanContext();
  const parentId = parentIdOf(span);
  const exception = span.events.find((event) => event.name === 'exception')?.attributes;
  const isError = span.status.code === SpanStatusCode.ERROR;
  const pairs: string[] = [];
  const add = (key: string, value: unknown): void => {
    if (value !== undefined && value !== '') pairs.push(`${key}=${quote(String(value))}`);
  };
  add('ts', isoTime(span.startTime));
  add('trace', traceId);
  add('span', spanId);
  add('parent', parentId);
  add('depth', depth);
  add('svc', span.resource?.attributes['service.name']);
  add('kind', KINDS[span.kind]);
  pairs.push(`name=${quote(span.name)}`);
  add('dur_ms', span.ended ? durationMillis(span) : undefined);
  add('status', span.ended ? STATUSES[span.status.code] : 'running');
  add('code', httpStatus(span.attributes));
  if (isError) {
    add('err', errorType(span.attributes) ?? exception?.['exception.type']);
    add('msg', exception?.['exception.message'] ?? span.status.message);
  }
  return pairs.join(' ');
}

function durationMillis({ startTime, endTime }: ReadableSpan): number {
  const micros = (endTime[0] - startTime[0]) * 1e6 + (endTime[1] - startTime[1]) / 1e3;
  return micros > 0 ? Math.round(micros) / 1000 : 0;
}

function quote(value: string): string {
  const text = clean(value).slice(0, LONGEST);
  if (/^[^\s"=\\]+$/.test(text)) return text;
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
