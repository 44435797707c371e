import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OTLPFileExporter, type OTLPFileExporterOptions } from '../../exporters/otlp-file.js';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../lib/diagnostics.js';
import type { ExportResult } from '../../lib/exporter.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { decodeTracesJson } from '../support/wire.js';
import { spansOf } from '../support/collector.js';

/** A folder, and exporters, made anew for each test; after it every span must be somewhere. */
export interface FileExporting {
  folder: string;
  /** What was reported during this test. */
  diagnostics: Diagnostic[];
  exporter(options?: OTLPFileExporterOptions): OTLPFileExporter;
  /** The path of a file in the folder. */
  path(name: string): string;
  /** The names of the spans in a file of the folder; fails on a line that is none of ours. */
  names(file: string): string[];
}

/** Registers the hooks in the surrounding `describe`. */
export function fileExporting(): FileExporting {
  const e = {} as FileExporting;
  let exporters: OTLPFileExporter[];

  beforeEach(() => {
    exporters = [];
    resetDiagnostics();
    e.diagnostics = [];
    setErrorHandler((diagnostic) => e.diagnostics.push(diagnostic));
    e.folder = mkdtempSync(join(tmpdir(), 'spantree-spec-'));
    e.path = (name) => join(e.folder, name);
    e.names = (file) => namesIn(readFileSync(e.path(file), 'utf8'));
    e.exporter = (options) => {
      const exporter = new OTLPFileExporter(options);
      exporters.push(exporter);
      return exporter;
    };
  });

  afterEach(async () => {
    setErrorHandler(() => {});
    await Promise.allSettled(exporters.map((exporter) => exporter.shutdown()));
    rmSync(e.folder, { recursive: true, force: true });
    for (const exporter of exporters) expectBalance(exporter);
  });
  return e;
}

/** The names of all spans in JSON Lines. */
export function namesIn(text: string): string[] {
  if (text === '') return [];
  if (!text.endsWith('\n')) throw new Error(`the last line has no end: ${text.slice(-80)}`);
  const lines = text.slice(0, -1).split('\n');
  return lines.flatMap((line) => spansOf(decodeTracesJson(line)).map(({ name }) => name));
}

/** One export as a promise of its result. Fails when the callback comes twice. */
export function exported(exporter: OTLPFileExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve, reject) => {
    let calls = 0;
    exporter.export(spans, (result) => {
      if (++calls > 1) reject(new Error('called back twice'));
      setImmediate(() => resolve(result));
    });
  });
}

function expectBalance(exporter: OTLPFileExporter): void {
  const { accepted, delivered, dropped, pending, pendingBytes } = exporter.stats();
  const given = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  if (accepted !== delivered + given || pending !== 0 || pendingBytes !== 0) {
    throw new Error(`spans are unaccounted for: ${JSON.stringify(exporter.stats())}`);
  }
}
