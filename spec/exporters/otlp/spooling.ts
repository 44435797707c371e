import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpoolRecord } from '../../../exporters/otlp/spool-record.js';
import { Spool, type SpoolStoreOptions } from '../../../exporters/otlp/spool.js';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../../lib/diagnostics.js';

/** A directory for spools, made anew for each test and removed after it. */
export interface Spooling {
  directory: string;
  diagnostics: Diagnostic[];
  /** What the spools of this test have told. */
  found: number;
  lost: { spans: number; reason: string; why: string }[];
  spool(options?: Partial<SpoolStoreOptions>): Spool;
  /** The names of the files in the directory. */
  names(): string[];
  /** Makes all files look as if their owners were dead. */
  abandonAll(): void;
}

/** Registers the hooks in the surrounding `describe`. */
export function spooling(): Spooling {
  const s = {} as Spooling;
  let spools: Spool[];

  beforeEach(() => {
    resetDiagnostics();
    spools = [];
    s.diagnostics = [];
    setErrorHandler((diagnostic) => s.diagnostics.push(diagnostic));
    s.directory = mkdtempSync(join(tmpdir(), 'spantree-spool-'));
    s.found = 0;
    s.lost = [];
    s.names = () => readdirSync(s.directory);
    s.abandonAll = () => {
      const past = new Date(Date.now() - 3_600_000);
      for (const name of s.names()) utimesSync(join(s.directory, name), past, past);
    };
    s.spool = (options = {}) => {
      const spool = new Spool({
        directory: s.directory,
        encoding: 'protobuf',
        maxBytes: 1_000_000,
        maxAgeMillis: 60_000,
        heartbeatMillis: 5,
        staleMillis: 30_000,
        found: (spans) => {
          s.found += spans;
        },
        lost: (spans, reason, why) => s.lost.push({ spans, reason, why }),
        available: () => {},
        ...options,
      });
      spools.push(spool);
      return spool;
    };
  });

  afterEach(async () => {
    setErrorHandler(() => {});
    await Promise.all(spools.map((spool) => spool.close()));
    rmSync(s.directory, { recursive: true, force: true });
  });
  return s;
}

/** A record whose body is a text. */
export function recordOf(text: string, overrides: Partial<SpoolRecord> = {}): SpoolRecord {
  return {
    encoding: 'protobuf',
    spans: 1,
    createdMillis: Date.now(),
    body: Buffer.from(text),
    ...overrides,
  };
}

/** The texts of everything in a spool, which is taken out of it. */
export async function drained(spool: Spool): Promise<string[]> {
  const texts: string[] = [];
  for (let batch; (batch = await spool.next()) !== undefined;) {
    for (const record of batch.records) {
      texts.push(Buffer.from(record.body).toString());
      await batch.done(record);
    }
    await batch.close();
  }
  return texts;
}

/** The same, once a dead process's files have been found: tried until there is something. */
export async function drainedOnceFound(spool: Spool): Promise<string[]> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const texts = await drained(spool);
    if (texts.length > 0 || performance.now() > deadline) return texts;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
