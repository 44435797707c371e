import { context } from '@opentelemetry/api';
import { suppressTracing } from '../../lib/context.js';
import { report } from '../../lib/diagnostics.js';
import { ExportResultCode, type ExportResult, type SpanExporter } from '../../lib/exporter.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { createTransport } from './create-transport.js';
import { Delivery } from './delivery.js';
import type { EncodedRequest } from './encoded-request.js';
import { StatsCounter, type DropReason, type ExportStats } from './export-stats.js';
import { jsonRequest } from './json.js';
import { resolveOptions, type OTLPTraceExporterOptions, type ResolvedOptions } from './options.js';
import { protobufRequest } from './protobuf.js';
import type { AttemptResult, Outcome, OtlpTransport } from './transport.js';

export { tracesUrl, type OTLPTraceExporterOptions } from './options.js';

/** How long `forceFlush` and `shutdown` wait for what is in flight, in milliseconds. */
const FLUSH_MILLIS = 30_000;
const SHUTDOWN_MILLIS = 5000;
/** The longest that an ending process is held. */
const SYNC_MILLIS = 1000;

/**
 * Sends spans to an OpenTelemetry backend over OTLP/HTTP (specification: OTLP exporter).
 *
 * Spans are encoded when `export` is called, so they may change afterwards. Any number of exports may run
 * at the same time; each is one request, retried within its time limit. Nothing is sent for no spans. The
 * exporter's own requests make no spans. Failures go to the caller of `export`; what a backend takes
 * only in part is reported and counts as success, as it must not be sent again.
 */
export class OTLPTraceExporter implements SpanExporter {
  readonly #options: ResolvedOptions;
  readonly #transport: OtlpTransport;
  readonly #stats = new StatsCounter();
  readonly #inFlight = new Map<Delivery, Promise<void>>();
  #shutdown: Promise<void> | undefined;

  /** @throws TypeError with the value, when an option cannot be used */
  constructor(options: OTLPTraceExporterOptions = {}) {
    this.#options = resolveOptions(options);
    this.#transport = createTransport(this.#options);
  }

  /** Calls back once: with success when the backend has taken the spans. Never throws. */
  export(spans: readonly ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    const done = once(resultCallback);
    if (spans.length === 0) return done();
    const request = this.#accept(spans);
    if (request instanceof Error) return done(request);
    this.#send(request, done);
  }

  /**
   * Sends the spans before it returns, for a process that is ending: one attempt, by a worker thread, at
   * most `timeoutMillis` and never more than 1000 milliseconds. A failure is reported. Headers from an
   * asynchronous function are those that it gave last. Never throws.
   */
  exportSync(spans: readonly ReadableSpan[], timeoutMillis: number): void {
    if (spans.length === 0) return;
    const deadline = performance.now() + Math.min(timeoutMillis, SYNC_MILLIS);
    const request = this.#accept(spans);
    if (request instanceof Error) return report('otlp.exit', request.message);
    this.#settle(request, this.#sendSync(request, deadline), (error) => {
      if (error !== undefined) report('otlp.exit', error.message);
    });
  }

  /**
   * Waits until everything in flight has been delivered or given up.
   *
   * @throws Error with the number of spans that are still in flight after 30 seconds
   */
  async forceFlush(): Promise<void> {
    if (!(await this.#idleWithin(FLUSH_MILLIS))) {
      throw new Error(`${this.#stats.pending} spans are still in flight after ${FLUSH_MILLIS} ms`);
    }
  }

  /**
   * Ends the exporter: what waits for a retry is tried once more, what is not delivered after 5 seconds is
   * given up. Later exports fail at once.
   *
   * @throws Error with the number of spans that were given up because of the time limit
   */
  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#end());
  }

  /** What became of the spans so far. */
  stats(): ExportStats {
    return this.#stats.snapshot();
  }

  /** Counts the spans and encodes them; an error says why they cannot be sent. */
  #accept(spans: readonly ReadableSpan[]): EncodedRequest | Error {
    const { length } = spans;
    this.#stats.accepted += length;
    if (this.#shutdown !== undefined) {
      return this.#drop('shutdown', length, 'the exporter has been shut down');
    }
    let request: EncodedRequest;
    try {
      request =
        this.#options.protocol === 'http/json' ? jsonRequest(spans) : protobufRequest(spans);
    } catch (error) {
      return this.#drop('invalid', length, `they cannot be encoded: ${String(error)}`);
    }
    const invalid = length - request.spans;
    if (request.spans === 0) return this.#drop('invalid', length, 'they cannot be encoded');
    if (invalid > 0) this.#drop('invalid', invalid, '');
    const bytes = request.body.length;
    const limit = this.#options.maxRequestBytes;
    if (bytes <= limit) return request;
    const why = `the request has ${bytes} bytes, more than maxRequestBytes ${limit}`;
    return this.#drop('requestTooLarge', request.spans, why);
  }

  #send(request: EncodedRequest, done: (error?: Error) => void): void {
    const { timeoutMillis, initialBackoffMillis, maxBackoffMillis } = this.#options;
    const delivery = new Delivery({
      timeoutMillis,
      initialBackoffMillis,
      maxBackoffMillis,
      attempt: (signal) => this.#transport.attempt(request.body, signal),
    });
    this.#stats.pending += request.spans;
    this.#stats.pendingBytes += request.body.length;
    const running = context.with(suppressTracing(context.active()), () => delivery.run());
    const settled = running.then((outcome) => {
      this.#stats.pending -= request.spans;
      this.#stats.pendingBytes -= request.body.length;
      this.#inFlight.delete(delivery);
      this.#settle(request, outcome, done);
    });
    this.#inFlight.set(delivery, settled);
  }

  #sendSync({ body }: EncodedRequest, deadline: number): Outcome {
    const left = Math.max(0, deadline - performance.now());
    const result: AttemptResult = this.#transport.attemptSync?.(body, left) ?? {
      kind: 'again',
      why: 'the process ends',
    };
    if (result.kind !== 'again') return result;
    return { kind: 'dropped', reason: 'shutdown', why: result.why };
  }

  /** Counts what became of the spans, and tells it. */
  #settle(request: EncodedRequest, outcome: Outcome, done: (error?: Error) => void): void {
    const { spans } = request;
    switch (outcome.kind) {
      case 'delivered':
        this.#settlePartly(spans, Math.min(outcome.rejected, spans), outcome.message);
        return done();
      case 'rejected':
        this.#stats.rejected += spans;
        return done(this.#failure(spans, outcome.why));
      case 'dropped':
        return done(this.#drop(outcome.reason, spans, outcome.why));
    }
  }

  #settlePartly(spans: number, rejected: number, message: string): void {
    this.#stats.delivered += spans - rejected;
    this.#stats.rejected += rejected;
    reportPartialSuccess(rejected, message);
  }

  #drop(reason: DropReason, spans: number, why: string): Error {
    this.#stats.dropped[reason] += spans;
    return this.#failure(spans, why);
  }

  #failure(spans: number, why: string): Error {
    const what = spans === 1 ? '1 span' : `${spans} spans`;
    return new Error(`${what} could not be sent to ${this.#options.place}: ${why}`);
  }

  async #end(): Promise<void> {
    for (const delivery of this.#inFlight.keys()) delivery.hurry();
    const inTime = await this.#idleWithin(SHUTDOWN_MILLIS);
    const lost = this.#stats.pending;
    for (const delivery of this.#inFlight.keys()) delivery.cancel();
    this.#transport.close();
    if (!inTime) throw new Error(`shutdown gave up ${lost} spans after ${SHUTDOWN_MILLIS} ms`);
  }

  /** Whether everything that is in flight now ends within the time. Holds the process meanwhile. */
  async #idleWithin(millis: number): Promise<boolean> {
    if (this.#inFlight.size === 0) return true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), millis);
    });
    const idle = Promise.all(this.#inFlight.values()).then(() => true);
    return Promise.race([idle, late]).finally(() => clearTimeout(timer));
  }
}

/** Calls back with the official result, and contains what the callback throws. */
function once(callback: (result: ExportResult) => void): (error?: Error) => void {
  return (error) => {
    try {
      callback(
        error === undefined
          ? { code: ExportResultCode.SUCCESS }
          : { code: ExportResultCode.FAILED, error },
      );
    } catch (thrown) {
      report('otlp.callback', 'the callback of an export threw', thrown);
    }
  };
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
