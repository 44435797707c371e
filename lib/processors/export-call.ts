import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../context.js';
import { withDeadline } from '../deadline.js';
import { ExportResultCode, type SpanExporter } from '../exporter.js';
import type { ReadableSpan } from '../readable-span.js';

/**
 * Where exporters run: their own requests make no spans, and nothing of theirs, such as a kept-alive
 * socket, holds on to the span that happened to be active.
 */
const SUPPRESSED = suppressTracing(ROOT_CONTEXT);

/**
 * One `export` call, with a deadline, so that an exporter which throws, never calls back or calls back
 * twice cannot wedge the processor. Spans whose resource is still being detected wait for it.
 *
 * @returns `undefined` when the spans have been exported before `export` returned, else a promise that
 * rejects with what the exporter failed with, or a `TimeoutError`
 */
export function exportSpans(
  exporter: SpanExporter,
  spans: ReadableSpan[],
  timeoutMillis: number,
): Promise<void> | undefined {
  const resource = spans[0]?.resource;
  const outcome = resource?.asyncAttributesPending
    ? Promise.resolve(resource.waitForAsyncAttributes?.()).then(() => callExport(exporter, spans))
    : callExport(exporter, spans);
  return outcome && withDeadline(outcome, timeoutMillis, 'an export');
}

/** Hands the spans over, to an exporter that has `enqueue`. */
export function enqueueSpans(exporter: SpanExporter, spans: ReadableSpan[]): void {
  context.with(SUPPRESSED, () => exporter.enqueue!(spans));
}

/** Sends the spans, and what the exporter holds, before it returns. */
export function exportSpansSync(
  exporter: SpanExporter,
  spans: ReadableSpan[],
  timeoutMillis: number,
): void {
  context.with(SUPPRESSED, () => exporter.exportSync!(spans, timeoutMillis));
}

/** @throws what the exporter failed with, or a `TimeoutError` */
export async function flushExporter(
  exporter: SpanExporter,
  timeoutMillis: number,
  isEnding = false,
): Promise<void> {
  const flushed = context.with(SUPPRESSED, async () =>
    exporter.forceFlush?.({
      ...(isBound(timeoutMillis) && { timeoutMillis }),
      ...(isEnding && { isEnding }),
    }),
  );
  await withDeadline(flushed, timeoutMillis, 'a flush of the exporter');
}

/** @throws what the exporter failed with, or a `TimeoutError` */
export async function shutdownExporter(
  exporter: SpanExporter,
  timeoutMillis: number,
): Promise<void> {
  const closed = context.with(SUPPRESSED, async () => exporter.shutdown());
  await withDeadline(closed, timeoutMillis, 'a shutdown of the exporter');
}

/** The shorter of two bounds in milliseconds, of which 0 is none; infinity when both are none. */
export function shorter(first: number | undefined, second: number): number {
  return Math.min(first || Infinity, second || Infinity);
}

function isBound(timeoutMillis: number): boolean {
  return timeoutMillis > 0 && timeoutMillis < Infinity;
}

function callExport(exporter: SpanExporter, spans: ReadableSpan[]): Promise<void> | undefined {
  let exported: boolean | undefined;
  const outcome = new Promise<void>((resolve, reject) => {
    const answer: unknown = context.with(SUPPRESSED, () =>
      exporter.export(spans, (result) => {
        exported ??= result?.code === ExportResultCode.SUCCESS;
        if (exported) resolve();
        else reject(result?.error ?? new Error('the exporter reported a failure'));
      }),
    );
    // An `async export()` that fails does so by its promise, which nobody else looks at.
    if (answer instanceof Promise) answer.catch(reject);
  });
  return exported ? undefined : outcome;
}
