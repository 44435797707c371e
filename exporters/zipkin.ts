import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '../lib/context.js';
import { report } from '../lib/diagnostics.js';
import {
  ExportResultCode,
  type ExportResult,
  type FlushOptions,
  type SpanExporter,
} from '../lib/exporter.js';
import type { ReadableSpan } from '../lib/readable-span.js';
import { Deliveries } from './otlp/deliveries.js';
import { Delivery } from './otlp/delivery.js';
import type { EncodedRequest } from './otlp/encoded-request.js';
import type { ExportStats } from './otlp/export-stats.js';
import { createHttpTransport } from './otlp/http-transport.js';
import { Ledger } from './otlp/ledger.js';
import type { ResolvedOptions } from './otlp/options.js';
import type { AttemptResult, OtlpTransport, Outcome } from './otlp/transport.js';
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
  readonly #ledger: Ledger;
  readonly #deliveries = new Deliveries();
  #shutdown: Promise<void> | undefined;

  /** @throws TypeError with the value, when an option cannot be used */
  constructor(options: ZipkinExporterOptions = {}) {
    this.#options = resolveZipkinOptions(options);
    this.#serviceName = options.serviceName;
    this.#transport = createHttpTransport(this.#options);
    this.#ledger = new Ledger(this.#options.place);
  }

  /** Calls back once: with success when Zipkin has taken the spans. Never throws. */
  export(spans: readonly ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (spans.length === 0) return answer(resultCallback);
    const request = this.#accept(spans);
    if (request instanceof Error) return answer(resultCallback, request);
    this.#send(request, (error) => answer(resultCallback, error));
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
        : this.#sendSync(request, Math.min(timeoutMillis, SYNC_MILLIS));
    if (error !== undefined) report('zipkin.exit', error.message);
  }

  /**
   * Waits until everything in flight has been delivered or given up, at most 30 seconds, or
   * `timeoutMillis` where that is less.
   *
   * @throws Error with the number of spans that are still in flight then
   */
  async forceFlush({ timeoutMillis = FLUSH_MILLIS }: FlushOptions = {}): Promise<void> {
    const millis = Math.min(timeoutMillis || FLUSH_MILLIS, FLUSH_MILLIS);
    const late = await this.#deliveries.idleWithin(millis);
    if (late > 0) throw new Error(`${late} spans still wait to be sent after ${millis} ms`);
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
    return this.#ledger.snapshot();
  }

  /** Counts the spans and encodes them; an error says why they cannot be sent. */
  #accept(spans: readonly ReadableSpan[]): EncodedRequest | Error {
    const { length } = spans;
    this.#ledger.accept(length);
    if (this.#shutdown !== undefined) {
      return this.#ledger.drop('shutdown', length, 'the exporter has been shut down');
    }
    const request = zipkinRequest(spans, this.#serviceName);
    const invalid = length - request.spans;
    if (request.spans === 0) return this.#ledger.drop('invalid', length, 'they cannot be encoded');
    if (invalid > 0) this.#ledger.drop('invalid', invalid, '');
    const limit = this.#options.maxRequestBytes;
    const bytes = request.body.length;
    if (bytes <= limit) return request;
    const why = `the request has ${bytes} bytes, more than maxRequestBytes ${limit}`;
    return this.#ledger.drop('requestTooLarge', request.spans, why);
  }

  #send({ body, spans }: EncodedRequest, done: (error?: Error) => void): void {
    const delivery = new Delivery({
      ...this.#options,
      attempt: (signal) => this.#transport.attempt(body, signal),
    });
    this.#ledger.hold(spans, body.length);
    context.with(untraced, () => {
      this.#deliveries.run(delivery, spans, (outcome) => {
        done(this.#ledger.settle(spans, body.length, outcome));
      });
    });
  }

  #sendSync({ body, spans }: EncodedRequest, timeoutMillis: number): Error | undefined {
    this.#ledger.hold(spans, body.length);
    const result = this.#transport.attemptSync?.(body, timeoutMillis) ?? NO_WAY;
    const outcome: Outcome =
      result.kind === 'again' ? { kind: 'dropped', reason: 'shutdown', why: result.why } : result;
    return this.#ledger.settle(spans, body.length, outcome);
  }

  async #end(): Promise<void> {
    this.#deliveries.hurry();
    const lost = await this.#deliveries.idleWithin(SHUTDOWN_MILLIS);
    this.#deliveries.cancel();
    this.#transport.close();
    if (lost > 0) throw this.#ledger.loss(lost, `shutdown waits ${SHUTDOWN_MILLIS} ms`);
  }
}

const NO_WAY: AttemptResult = { kind: 'again', why: 'the process ends' };

/** Calls back with the official result, and contains what the callback throws. */
function answer(callback: (result: ExportResult) => void, error?: Error): void {
  try {
    if (error === undefined) callback({ code: ExportResultCode.SUCCESS });
    else callback({ code: ExportResultCode.FAILED, error });
  } catch (thrown) {
    report('zipkin.callback', 'the callback of an export threw', thrown);
  }
}
