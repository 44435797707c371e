import type { ExporterCounts } from '../lib/component-counts.js';

/**
 * Why spans were given up:
 * - `invalid`: they cannot be encoded,
 * - `backlog`: more was waiting than may wait,
 * - `write`: writing them failed,
 * - `shutdown`: the exporter ended first.
 */
export type FileDropReason = 'invalid' | 'backlog' | 'write' | 'shutdown';

/**
 * What became of the spans that an exporter was given. At any time
 * `accepted = delivered + (all of dropped) + pending`.
 */
export interface FileExportStats {
  /** Spans that were given to the exporter. */
  readonly accepted: number;
  /** Spans that the file or stream has taken. */
  readonly delivered: number;
  /** Spans that were given up. */
  readonly dropped: Readonly<Record<FileDropReason, number>>;
  /** Spans that wait to be written. */
  readonly pending: number;
  /** Their encoded size. */
  readonly pendingBytes: number;
}

/** Counts {@link FileExportStats}. */
export class FileStatsCounter {
  accepted = 0;
  delivered = 0;
  pending = 0;
  pendingBytes = 0;
  readonly dropped: Record<FileDropReason, number> = {
    invalid: 0,
    backlog: 0,
    write: 0,
    shutdown: 0,
  };

  /** What the metrics tell. */
  counts(): ExporterCounts {
    return { inFlight: this.pending, exported: this.delivered, failures: this.dropped };
  }

  /** A copy that does not change. */
  snapshot(): FileExportStats {
    const { accepted, delivered, dropped, pending, pendingBytes } = this;
    return { accepted, delivered, dropped: { ...dropped }, pending, pendingBytes };
  }
}
