import type { ExporterCounts } from '../../lib/component-counts.js';

/**
 * Why spans were given up:
 * - `invalid`: they cannot be encoded,
 * - `requestTooLarge`, `responseTooLarge`: a size limit was passed,
 * - `timeout`: not delivered in time, by whatever failures (only by `export`),
 * - `shutdown`: the exporter or the process ended first,
 * - `queueFull`: too much was waiting already (only by `enqueue`),
 * - `expired`: they waited longer than `maxAgeMillis` (only by `enqueue`),
 * - `spoolFull`, `spoolExpired`: the bounds of `spool` (its `maxBytes`, its `maxAgeMillis`) were passed,
 * - `spoolFailed`: the spool could not be written or read, or another process took its files over, and sends
 *   them.
 */
export type DropReason =
  | 'invalid'
  | 'requestTooLarge'
  | 'responseTooLarge'
  | 'timeout'
  | 'shutdown'
  | 'queueFull'
  | 'expired'
  | 'spoolFull'
  | 'spoolExpired'
  | 'spoolFailed';

/**
 * What became of the spans that an exporter was given. At any time
 * `accepted = delivered + rejected + (all of dropped) + pending + spooled`.
 */
export interface ExportStats {
  /** Spans that were given to the exporter, or that earlier processes had left in its spool. */
  readonly accepted: number;
  /** Spans that the backend took. */
  readonly delivered: number;
  /** Spans that the backend refused: partly, or the whole request with a status that forbids a retry. */
  readonly rejected: number;
  /** Spans that were given up. */
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Spans that are being sent, or wait to be. */
  readonly pending: number;
  /** Their encoded size, before compression. */
  readonly pendingBytes: number;
  /** Spans that wait on disk; always 0 without `spool`. */
  readonly spooled: number;
}

/** Counts {@link ExportStats}. */
export class StatsCounter {
  accepted = 0;
  delivered = 0;
  rejected = 0;
  pending = 0;
  pendingBytes = 0;
  spooled = 0;
  /** Spans rejected or dropped, by `error.type`. */
  readonly failures: Record<string, number> = {};
  readonly dropped: Record<DropReason, number> = {
    invalid: 0,
    requestTooLarge: 0,
    responseTooLarge: 0,
    timeout: 0,
    shutdown: 0,
    queueFull: 0,
    expired: 0,
    spoolFull: 0,
    spoolExpired: 0,
    spoolFailed: 0,
  };

  fail(errorType: string, spans: number): void {
    if (spans > 0) this.failures[errorType] = (this.failures[errorType] ?? 0) + spans;
  }

  /** What the metrics tell. */
  counts(): ExporterCounts {
    const { pending, spooled, delivered, failures } = this;
    return { inFlight: pending + spooled, exported: delivered, failures };
  }

  /** A copy that does not change. */
  snapshot(): ExportStats {
    const { accepted, delivered, rejected, dropped, pending, pendingBytes, spooled } = this;
    return {
      accepted,
      delivered,
      rejected,
      dropped: { ...dropped },
      pending,
      pendingBytes,
      spooled,
    };
  }
}
