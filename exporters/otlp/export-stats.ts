/**
 * Why spans were given up:
 * - `invalid`: they cannot be encoded,
 * - `requestTooLarge`, `responseTooLarge`: a size limit was passed,
 * - `timeout`: not delivered in time, by whatever failures (only by `export`),
 * - `shutdown`: the exporter or the process ended first,
 * - `queueFull`: too much was waiting already (only by `enqueue`),
 * - `expired`: they waited longer than `maxAgeMillis` (only by `enqueue`).
 */
export type DropReason =
  | 'invalid'
  | 'requestTooLarge'
  | 'responseTooLarge'
  | 'timeout'
  | 'shutdown'
  | 'queueFull'
  | 'expired';

/**
 * What became of the spans that an exporter was given. At any time
 * `accepted = delivered + rejected + (all of dropped) + pending`.
 */
export interface ExportStats {
  /** Spans that were given to the exporter. */
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
}

/** Counts {@link ExportStats}. */
export class StatsCounter {
  accepted = 0;
  delivered = 0;
  rejected = 0;
  pending = 0;
  pendingBytes = 0;
  readonly dropped: Record<DropReason, number> = {
    invalid: 0,
    requestTooLarge: 0,
    responseTooLarge: 0,
    timeout: 0,
    shutdown: 0,
    queueFull: 0,
    expired: 0,
  };

  /** A copy that does not change. */
  snapshot(): ExportStats {
    const { accepted, delivered, rejected, dropped, pending, pendingBytes } = this;
    return { accepted, delivered, rejected, dropped: { ...dropped }, pending, pendingBytes };
  }
}
