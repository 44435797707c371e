import { context } from '@opentelemetry/api';
import { suppressTracing } from '../context.js';
import { withDeadline } from '../deadline.js';
import { ExportResultCode, type SpanExporter } from '../exporter.js';
import type { ReadableSpan } from '../readable-span.js';

/**
 * One `export` call as a promise: with tracing suppressed, so that an exporter's own requests make no
 * spans, and with a deadline, so that an exporter which throws, never calls back or calls back twice
 * cannot wedge the processor.
 *
 * @throws what the exporter failed with, or a `TimeoutError`
 */
export function exportSpans(
  exporter: SpanExporter,
  spans: ReadableSpan[],
  timeoutMillis: number,
): Promise<void> {
  const done = context.with(
    suppressTracing(context.active()),
    () =>
      new Promise<void>((resolve, reject) => {
        exporter.export(spans, (result) => {
          if (result?.code === ExportResultCode.SUCCESS) resolve();
          else reject(result?.error ?? new Error('the exporter reported a failure'));
        });
      }),
  );
  return withDeadline(done, timeoutMillis, 'an export');
}
