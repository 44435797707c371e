import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import type { OTLPTraceExporterOptions } from '../../../exporters/otlp/options.js';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../../lib/diagnostics.js';
import type { ExportResult } from '../../../lib/exporter.js';
import type { ReadableSpan } from '../../../lib/readable-span.js';
import { startCollector, type Collector } from '../../support/collector.js';

/** A collector, and exporters to it, made anew for each test and closed after it. */
export interface Exporting {
  collector: Collector;
  /** What was reported during this test. */
  diagnostics: Diagnostic[];
  /** An exporter to the collector, whose waits between attempts are short. */
  exporter(options?: OTLPTraceExporterOptions): OTLPTraceExporter;
  /** The codes of what was reported. */
  codes(): string[];
}

/** Registers the hooks in the surrounding `describe`. */
export function exporting(): Exporting {
  const e = {} as Exporting;
  let exporters: OTLPTraceExporter[];

  beforeEach(async () => {
    exporters = [];
    resetDiagnostics();
    e.diagnostics = [];
    setErrorHandler((diagnostic) => e.diagnostics.push(diagnostic));
    e.codes = () => e.diagnostics.map(({ code }) => code);
    e.collector = await startCollector();
    e.exporter = (options = {}) => {
      const exporter = new OTLPTraceExporter({
        url: e.collector.url,
        initialBackoffMillis: 10,
        maxBackoffMillis: 10,
        ...options,
      });
      exporters.push(exporter);
      return exporter;
    };
  });

  afterEach(async () => {
    setErrorHandler(() => {});
    await e.collector.close();
    // One that has spans left for a collector which is closed by now fails, and counts them.
    await Promise.allSettled(exporters.map((exporter) => exporter.shutdown()));
    for (const exporter of exporters) expectBalance(exporter);
  });
  return e;
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

/** Every span is somewhere, after a shutdown. */
export function expectBalance(exporter: OTLPTraceExporter): void {
  const { accepted, delivered, rejected, dropped, pending, pendingBytes, spooled } =
    exporter.stats();
  const given = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const sum = delivered + rejected + given + spooled;
  if (accepted !== sum || pending !== 0 || pendingBytes !== 0) {
    throw new Error(`spans are unaccounted for: ${JSON.stringify(exporter.stats())}`);
  }
}
