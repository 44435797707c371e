import type { ConsoleStream } from './console-writer.js';

/** Options of an {@link OTLPFileExporter}: a stream or a path, or neither. */
export interface OTLPFileExporterOptions {
  /** Where lines are written, as strings. Default `process.stdout`. */
  stream?: ConsoleStream;
  /**
   * The file that lines are appended to; by convention its name ends in `.jsonl`. It is created with mode
   * 0600 when it is missing. Its folder must exist. Each process should have a file of its own.
   */
  path?: string;
  /**
   * Before a file grows beyond this size it becomes `path.1`, that one `path.2`, and so on. A line that is
   * longer has a file of its own. `Infinity` is no limit. Default 104857600 (100 MiB).
   */
  maxFileBytes?: number;
  /** How many such older files are kept; 0 keeps none. Default 5. */
  maxFiles?: number;
  /** Encoded spans that wait to be written; what comes on top is dropped. Default 67108864 (64 MiB). */
  maxPendingBytes?: number;
}

/** The options that have defaults, filled in. */
export type ResolvedFileOptions = OTLPFileExporterOptions &
  Required<Pick<OTLPFileExporterOptions, 'maxFileBytes' | 'maxFiles' | 'maxPendingBytes'>>;

/** Fills in defaults. @throws TypeError with the value, when an option cannot be used */
export function resolveFileOptions(options: OTLPFileExporterOptions): ResolvedFileOptions {
  const { stream, path } = options;
  if (stream !== undefined && path !== undefined) {
    throw new TypeError(`stream and path (${path}) exclude each other`);
  }
  if (stream !== undefined && typeof stream?.write !== 'function') {
    throw new TypeError(`stream must have a write method: ${String(stream)}`);
  }
  if (path !== undefined && (typeof path !== 'string' || path === '' || path.includes('\0'))) {
    throw new TypeError(`path must be the path of a file, not ${JSON.stringify(path)}`);
  }
  const { maxFileBytes = 104_857_600, maxFiles = 5, maxPendingBytes = 67_108_864 } = options;
  requireAtLeast(1, 'maxFileBytes', maxFileBytes);
  requireAtLeast(1, 'maxPendingBytes', maxPendingBytes);
  if (!Number.isInteger(maxFiles) || maxFiles < 0 || maxFiles > MOST_FILES) {
    throw new TypeError(`maxFiles must be a whole number from 0 to ${MOST_FILES}, not ${maxFiles}`);
  }
  return { ...options, maxFileBytes, maxFiles, maxPendingBytes };
}

/** Each of them is renamed at a rotation. */
const MOST_FILES = 1000;

function requireAtLeast(least: number, name: string, value: number): void {
  if (typeof value === 'number' && value >= least) return;
  throw new TypeError(`${name} must be a number of at least ${least}, not ${String(value)}`);
}
