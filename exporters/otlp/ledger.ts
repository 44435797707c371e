import { report } from '../../lib/diagnostics.js';
import { errorTypeOf, errorTypeOfDrop } from './cause.js';
import { StatsCounter, type DropReason, type ExportStats } from './export-stats.js';
import type { Outcome } from './transport.js';

/** Keeps the {@link ExportStats} of one exporter, and puts losses into words. */
export class Ledger {
  readonly #place: string;
  readonly #stats = new StatsCounter();

  /** What it counts, for those who look at it later. */
  get counter(): StatsCounter {
    return this.#stats;
  }

  /** `place` names the backend in messages. */
  constructor(place: string) {
    this.#place = place;
  }

  /** A copy that does not change. */
  snapshot(): ExportStats {
    return this.#stats.snapshot();
  }

  accept(spans: number): void {
    this.#stats.accepted += spans;
  }

  /** Of those accepted, so many wait. */
  hold(spans: number, bytes: number): void {
    this.#stats.pending += spans;
    this.#stats.pendingBytes += bytes;
  }

  /** Some of those that wait have come to an end. The error says what was lost. */
  settle(spans: number, bytes: number, outcome: Outcome): Error | undefined {
    this.#stats.pending -= spans;
    this.#stats.pendingBytes -= bytes;
    return this.#end(spans, outcome);
  }

  /** Spans that an earlier process had left on disk. */
  found(spans: number): void {
    this.#stats.accepted += spans;
    this.#stats.spooled += spans;
  }

  /** Some of those that waited on disk have come to an end. The error says what was lost. */
  settleSpooled(spans: number, outcome: Outcome): Error | undefined {
    this.#stats.spooled -= spans;
    return this.#end(spans, outcome);
  }

  #end(spans: number, outcome: Outcome): Error | undefined {
    if (outcome.kind === 'spooled') {
      this.#stats.spooled += spans;
      return undefined;
    }
    if (outcome.kind === 'dropped') {
      return this.#drop(outcome.reason, spans, outcome.why, errorTypeOf(outcome));
    }
    if (outcome.kind === 'delivered') {
      this.#settlePartly(spans, Math.min(outcome.rejected, spans), outcome.message);
      return undefined;
    }
    this.#stats.rejected += spans;
    this.#stats.fail(errorTypeOf(outcome) ?? 'rejected', spans);
    return this.loss(spans, outcome.why);
  }

  /** Of those accepted, so many never waited. The error says so. */
  drop(reason: DropReason, spans: number, why: string): Error {
    return this.#drop(reason, spans, why);
  }

  /** The words alone. */
  loss(spans: number, why: string): Error {
    const what = spans === 1 ? '1 span' : `${spans} spans`;
    return new Error(`${what} could not be sent to ${this.#place}: ${why}`);
  }

  #drop(
    reason: DropReason,
    spans: number,
    why: string,
    errorType = errorTypeOfDrop(reason),
  ): Error {
    this.#stats.dropped[reason] += spans;
    this.#stats.fail(errorType, spans);
    return this.loss(spans, why);
  }

  #settlePartly(spans: number, rejected: number, message: string): void {
    this.#stats.delivered += spans - rejected;
    this.#stats.rejected += rejected;
    this.#stats.fail('rejected', rejected);
    reportPartialSuccess(rejected, message);
  }
}

/** E-HTTP-04: a message without rejected spans is a warning. */
function reportPartialSuccess(rejected: number, message: string): void {
  if (rejected > 0) {
    report(
      'otlp.partial-success',
      `the backend rejected ${rejected} spans: ${message || 'no reason given'}`,
    );
  } else if (message !== '') {
    report('otlp.warning', `the backend took all spans but says: ${message}`);
  }
}
