/** How many spans ended in which kind of failure, by `error.type`. */
export type Failures = Readonly<Record<string, number>>;

/** What an exporting processor has done so far. */
export interface ProcessorStats {
  /** What it is, such as `batching_span_processor`. */
  readonly type: string;
  /** Spans that wait in its queue. */
  readonly queueSize: number;
  /** Spans that can wait there. */
  readonly queueCapacity: number;
  /** Spans that were handed to the exporter, whatever became of them there. */
  readonly processed: number;
  /** Spans that were not, by reason: `queue_full`, `already_shutdown`, `process_ended`. */
  readonly dropped: Failures;
  /** What the exporter tells, where it tells anything. */
  readonly exporter?: object;
}

/** What an exporter has done so far, as its metrics tell it. */
export interface ExporterCounts {
  /** Spans that it was given and of which the end is not known yet. */
  readonly inFlight: number;
  /** Spans that arrived. */
  readonly exported: number;
  /** Spans that did not. */
  readonly failures: Failures;
}

/** Counts what a processor does. Small, as those who observe it keep it for good. */
export class ProcessorCounts {
  readonly type: string;
  queueCapacity = 0;
  queueSize = 0;
  processed = 0;
  readonly dropped: Record<string, number> = {};

  /** @param type as `otel.component.type` names it */
  constructor(type: string) {
    this.type = type;
  }

  /** So many spans do not reach the exporter. */
  drop(why: 'queue_full' | 'already_shutdown' | 'process_ended', spans: number): void {
    this.dropped[why] = (this.dropped[why] ?? 0) + spans;
  }

  /** A copy that does not change. */
  snapshot(): Omit<ProcessorStats, 'exporter'> {
    const { type, queueSize, queueCapacity, processed, dropped } = this;
    return { type, queueSize, queueCapacity, processed, dropped: { ...dropped } };
  }
}
