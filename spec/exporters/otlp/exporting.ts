import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import type { OTLPTraceExporterOptions } from '../../../exporters/otlp/options.js';
import type { ExportResult } from '../../../lib/exporter.js';
import type { ReadableSpan } from '../../../lib/readable-span.js';
import { spansOf } from '../../support/collector.js';
import {
  remoteExporting,
  SHORT_WAITS,
  type RemoteExporting,
} from '../../support/remote-exporting.js';

export type Exporting = RemoteExporting<OTLPTraceExporter, OTLPTraceExporterOptions>;

/** A collector, and OTLP exporters to it, for each test of the surrounding `describe`. */
export function exporting(): Exporting {
  return remoteExporting(
    ({ url }, options) => new OTLPTraceExporter({ url, ...SHORT_WAITS, ...options }),
    (collector) =>
      collector
        .traces()
        .flatMap(spansOf)
        .map(({ spanId }) => spanId),
  );
}

/** One export as a promise of its result. Fails when the callback comes twice. */
export function exported(
  exporter: OTLPTraceExporter,
  spans: ReadableSpan[],
): Promise<ExportResult> {
  return new Promise((resolve, reject) => {
    let calls = 0;
    exporter.export(spans, (result) => {
      if (++calls > 1) reject(new Error('called back twice'));
      setImmediate(() => resolve(result));
    });
  });
}

/** Resolves when the condition holds, which is looked at again and again. */
export async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 8000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never came true: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
