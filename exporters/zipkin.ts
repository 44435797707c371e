import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../lib/context.js';
import { report } from '../lib/diagnostics.js';
import { ExportResultCode, type ExportResult, type SpanExporter } from '../lib/exporter.js';
import type { ReadableSpan } from '../lib/readable-span.js';
import { Delivery } from './otlp/delivery.js';
import type { EncodedRequest } from './otlp/encoded-request.js';
import { StatsCounter, type DropReason, type ExportStats } from './otlp/export-stats.js';
import { createHttpTransport } from './otlp/http-transport.js';
import type { ResolvedOptions } from './otlp/options.js';
import type { OtlpTransport, Outcome } from './otlp/transport.js';
import { resolveZipkinOptions, type ZipkinExporterOptions } from './zipkin-options.js';
import { zipkinRequest } from './zipkin-span.js';

export type { ZipkinExporterOptions } from './zipkin-options.js';

/** How long `forceFlush` and `shutdown` wait for what is in flight, in milliseconds. */
const FLUSH_MILLIS = 30_000;
const SHUTDOWN_MILLIS = 5000;
/** The longest that an ending process is held. */
const SYNC_MILLIS = 1000;

const untraced = suppressTracing(ROOT_CONTEXT);

/**
 * Sends spans to Zipkin as v2 JSON (specification: Zipkin exporter, which is deprecated there in favour of
 * OTLP). Zipkin knows no links and no trace state: they are not sent.
 *
 * Spans are encoded when `export` is called, so they may change afterwards. Any number of exports may run
 * at the same time; each is one request, retried within its time limit. Nothing is sent for no spans. The
 * exporter's own requests make no spans. Failures go to the caller of `export`.
 */
export class ZipkinExporter implements SpanExporter {
  readonly #options: ResolvedOptions;
  readonly #serviceName: string | undefined;
  readonly #transport: OtlpTransport;
  readonly #stats = new StatsCounter();
  readonly #inFlight = new Map<Delivery, Promise<void>>();
  #shutdown: Promise<void> | undefined;

  /** @throws TypeError with the value, when an option cannot be used */
  constructor(options: ZipkinExporterOptions = {}) {
    this.#options = resolveZipkinOptions(options);
    this.#serviceName = options.serviceName;
    this.#transport = createHttpTransport(this.#options);
  }

  /** Calls back once: with success when Zipkin has taken the spans. Never throws. */
  export(spans: readonly ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (spans.length === 0) return answer(resultCallback);
    const request = this.#accept(spans);
    if (request instanceof Error) return answer(resultCallback, request);
    this.#send(request, (outcome) => answer(resultCallback, this.#settle(request, outcome)));
  }

  /**
   * Sends the spans before it returns, for a process that is ending: one attempt, by a worker thread, at
   * most `timeoutMillis` and never more than 1000 milliseconds. A failure is reported. Never throws.
   */
  exportSync(spans: readonly ReadableSpan[], timeoutMillis: number): void {
    if (spans.length === 0) return;
    const request = this.#accept(spans);
    const error =
      request instanceof Error
        ? request
        : this.#settle(request, this.#sendSync(request, Math.min(timeoutMillis, SYNC_MILLIS)));
    if (error !== undefined) report('zipkin.exit', error.message);
  }

  /**
   * Waits until everything in flight has been delivered or given up.
   *
   * @throws Error with the number of spans that are still in flight after 30 seconds
   */
  async forceFlush(): Promise<void> {
    if (await this.#idleWithin(FLUSH_MILLIS)) return;
    throw new Error(`${this.#stats.pending} spans are still in flight after ${FLUSH_MILLIS} ms`);
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
    const request = zipkinRequest(spans, this.#serviceName);
    if (request.spans === 0) return this.#drop('invalid', length, 'they cannot be encoded');
    this.#stats.dropped.invalid += length - request.spans;
    const limit = this.#options.maxRequestBytes;
    const bytes = request.body.length;
    if (bytes <= limit) return request;
    const why = `the request has ${bytes} bytes, more than maxRequestBytes ${limit}`;
    return this.#drop('requestTooLarge', request.spans, why);
  }

  #send({ body, spans }: EncodedRequest, done: (outcome: Outcome) => void): void {
    const { timeoutMillis, initialBackoffMillis, maxBackoffMillis } = this.#options;
    const delivery = new Delivery({
      timeoutMillis,
      initialBackoffMillis,
      maxBackoffMillis,
      attempt: (signal) => this.#transport.attempt(body, signal),
    });
    this.#stats.pending += spans;
    this.#stats.pendingBytes += body.length;
    const running = context.with(untraced, () => delivery.run());
    const settled = running.then((outcome) => {
      this.#stats.pending -= spans;
      this.#stats.pendingBytes -= body.length;
      this.#inFlight.delete(delivery);
      done(outcome);
    });
    this.#inFlight.set(delivery, settled);
  }

  #sendSync({ body }: EncodedRequest, timeoutMillis: number): Outcome {
    const result = this.#transport.attemptSync?.(body, timeoutMillis);
    if (result !== undefined && result.kind !== 'again') return result;
    return { kind: 'dropped', reason: 'shutdown', why: result?.why ?? 'the process ends' };
  }

  /** Counts what became of the spans; an error says why they are lost. */
  #settle({ spans }: EncodedRequest, outcome: Outcome): Error | undefined {
    switch (outcome.kind) {
      case 'delivered':
        this.#stats.delivered += spans;
        return undefined;
      case 'rejected':
        this.#stats.rejected += spans;
        return this.#failure(spans, outcome.why);
      default:
        return this.#drop(outcome.reason, spans, outcome.why);
    }
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
function answer(callback: (result: ExportResult) => void, error?: Error): void {
  try {
    if (error === undefined) callback({ code: ExportResultCode.SUCCESS });
    else callback({ code: ExportResultCode.FAILED, error });
  } catch (thrown) {
    report('zipkin.callback', 'the callback of an export threw', thrown);
  }
}
