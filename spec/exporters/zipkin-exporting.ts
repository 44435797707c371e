import type { ZipkinSpan } from '../../exporters/zipkin-span.js';
import { ZipkinExporter, type ZipkinExporterOptions } from '../../exporters/zipkin.js';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../lib/diagnostics.js';
import { startCollector, type CollectedRequest, type Collector } from '../support/collector.js';

/** A place for Zipkin spans, and exporters to it, made anew for each test and closed after it. */
export interface ZipkinExporting {
  zipkin: Collector;
  url: string;
  /** What was reported during this test. */
  diagnostics: Diagnostic[];
  /** The codes of what was reported. */
  codes(): string[];
  /** An exporter to it, whose waits between attempts are short. */
  exporter(options?: ZipkinExporterOptions): ZipkinExporter;
  /** Ids of the spans of all requests, each once. */
  seenIds(): Set<string>;
}

/** Registers the hooks in the surrounding `describe`. Afterwards every span must be accounted for. */
export function zipkinExporting(): ZipkinExporting {
  const z = {} as ZipkinExporting;
  let exporters: ZipkinExporter[];

  beforeEach(async () => {
    z.zipkin = await startCollector();
    z.zipkin.always({ status: 202 });
    z.url = z.zipkin.url.replace('/v1/traces', '/api/v2/spans');
    z.diagnostics = [];
    z.codes = () => z.diagnostics.map(({ code }) => code);
    z.seenIds = () => new Set(z.zipkin.requests.flatMap(spansIn).map(({ id }) => id));
    resetDiagnostics();
    setErrorHandler((diagnostic) => z.diagnostics.push(diagnostic));
    exporters = [];
    z.exporter = (options = {}) => {
      const made = new ZipkinExporter({
        url: z.url,
        initialBackoffMillis: 10,
        maxBackoffMillis: 10,
        ...options,
      });
      exporters.push(made);
      return made;
    };
  });

  afterEach(async () => {
    setErrorHandler(() => {});
    await z.zipkin.close();
    // One that has spans left for a place which is closed by now fails, and counts them.
    await Promise.allSettled(exporters.map((exporter) => exporter.shutdown()));
    for (const exporter of exporters) expectBalance(exporter);
  });
  return z;
}

/** The spans of one request. */
export function spansIn({ body }: CollectedRequest): ZipkinSpan[] {
  return JSON.parse(body.toString('utf8')) as ZipkinSpan[];
}

function expectBalance(exporter: ZipkinExporter): void {
  const { accepted, delivered, rejected, dropped, pending, pendingBytes, spooled } =
    exporter.stats();
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  const ended = delivered + rejected + lost + spooled;
  if (accepted !== ended || pending !== 0 || pendingBytes !== 0) {
    throw new Error(`spans are unaccounted for: ${JSON.stringify(exporter.stats())}`);
  }
}
