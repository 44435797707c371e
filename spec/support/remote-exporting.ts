import type { ExportStats } from '../../exporters/otlp/export-stats.js';
import type { OTLPTraceExporterOptions } from '../../exporters/otlp/options.js';
import type { RemoteExporter } from '../../exporters/otlp/remote-exporter.js';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../lib/diagnostics.js';
import { startCollector, type Collector } from './collector.js';

/** Options that all exporters which send over the network have. */
export type RemoteOptions = Pick<
  OTLPTraceExporterOptions,
  'maxQueueBytes' | 'maxRequestBytes' | 'maxResponseBytes' | 'timeoutMillis'
>;

/** A collector, and exporters to it, made anew for each test and closed after it. */
export interface RemoteExporting<E = RemoteExporter, O = RemoteOptions> {
  collector: Collector;
  /** What was reported during this test. */
  diagnostics: Diagnostic[];
  /** An exporter to the collector, whose waits between attempts are short. */
  exporter(options?: O): E;
  /** The codes of what was reported. */
  codes(): string[];
  /** Ids of the spans of all requests, each once. */
  seenIds(): Set<string>;
}

/** How long exporters wait between attempts. */
export const SHORT_WAITS = { initialBackoffMillis: 10, maxBackoffMillis: 10 };

/** Registers the hooks in the surrounding `describe`. Afterwards every span must be accounted for. */
export function remoteExporting<E extends RemoteExporter, O>(
  make: (collector: Collector, options: O | undefined) => E,
  idsIn: (collector: Collector) => string[],
): RemoteExporting<E, O> {
  const e = {} as RemoteExporting<E, O>;
  let exporters: E[];

  beforeEach(async () => {
    exporters = [];
    resetDiagnostics();
    e.diagnostics = [];
    setErrorHandler((diagnostic) => e.diagnostics.push(diagnostic));
    e.codes = () => e.diagnostics.map(({ code }) => code);
    e.seenIds = () => new Set(idsIn(e.collector));
    e.collector = await startCollector();
    e.exporter = (options) => {
      const exporter = make(e.collector, options);
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

/** Every span is somewhere, after a shutdown. */
export function expectBalance(exporter: { stats(): ExportStats }): void {
  const { accepted, delivered, rejected, dropped, pending, pendingBytes, spooled } =
    exporter.stats();
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const ended = delivered + rejected + lost + spooled;
  if (accepted !== ended || pending !== 0 || pendingBytes !== 0) {
    throw new Error(`spans are unaccounted for: ${JSON.stringify(exporter.stats())}`);
  }
}
