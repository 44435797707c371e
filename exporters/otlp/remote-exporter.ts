import { context, ROOT_CONTEXT, type MeterProvider } from '@opentelemetry/api';
import { suppressTracing } from '../../lib/context.js';
import { report } from '../../lib/diagnostics.js';
import {
  ExportResultCode,
  type ExportResult,
  type FlushOptions,
  type SpanExporter,
} from '../../lib/exporter.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import {
  SelfObservation,
  type ExporterAttributes,
  type RecordOperation,
} from '../../lib/self-observation.js';
import { errorTypeOf } from './cause.js';
import { Deliveries } from './deliveries.js';
import { Delivery } from './delivery.js';
import type { EncodedPart, EncodedRequest, Encoding } from './encoded-request.js';
import type { DropReason, ExportStats } from './export-stats.js';
import { Ledger } from './ledger.js';
import type { ResolvedOptions } from './options.js';
import { Outbox, type SpilledRequest } from './outbox.js';
import { SpoolSender } from './spool-sender.js';
import { Spool } from './spool.js';
import type { Outcome, OtlpTransport } from './transport.js';

/** What makes a {@link RemoteExporter} one for a certain kind of backend. */
export interface RemoteExporterParts {
  /** What the codes of its reports begin with. */
  readonly name: string;
  /** What metrics say about it. */
  readonly component: ExporterAttributes;
  readonly options: ResolvedOptions;
  readonly transport: OtlpTransport;
  readonly encoding: Encoding;
}

/** How long `forceFlush` and `shutdown` wait for what is accepted, in milliseconds. */
const FLUSH_MILLIS = 30_000;
const SHUTDOWN_MILLIS = 5000;
/** The longest that an ending process is held. */
const SYNC_MILLIS = 1000;

/** Nothing that is sent makes spans, or holds on to the span that happened to be active. */
const SUPPRESSED = suppressTracing(ROOT_CONTEXT);

/**
 * Sends spans to a backend over the network, whatever it speaks.
 *
 * It has two doors. `export` is the standard one, for any processor: one request, retried within
 * `timeoutMillis`, whose end is told. `enqueue` is for a processor that hands over and goes on: an outbox
 * owns the encoded spans, tries for `maxAgeMillis`, and is bounded by `maxQueueBytes`.
 *
 * Spans are encoded in the call, so they may change afterwards. Any number of calls may overlap; at most
 * `concurrencyLimit` requests are on their way at a time. Nothing is sent for no spans. The exporter's own
 * requests make no spans. What is lost is counted in `stats()`; it is told to the caller of `export`, else
 * reported.
 */
export class RemoteExporter implements SpanExporter {
  readonly #name: string;
  readonly #component: ExporterAttributes;
  readonly #options: ResolvedOptions;
  readonly #transport: OtlpTransport;
  readonly #encoding: Encoding;
  readonly #ledger: Ledger;
  readonly #outbox: Outbox;
  readonly #spool: Spool | undefined;
  readonly #spoolSender: SpoolSender | undefined;
  readonly #deliveries = new Deliveries();
  #recordOperation: RecordOperation | undefined;
  /** Bytes of a span, as it was of late. */
  #spanBytes = 0;
  /** Who waits for the outbox tells what was lost itself. */
  #isLossTold = false;
  #shutdown: Promise<void> | undefined;

  constructor({ name, component, options, transport, encoding }: RemoteExporterParts) {
    this.#name = name;
    this.#component = component;
    this.#options = options;
    this.#transport = transport;
    this.#encoding = encoding;
    this.#ledger = new Ledger(options.place);
    this.#outbox = new Outbox({
      ...options,
      transport,
      encoding,
      concluded: (spans, bytes, outcome) => this.#concluded(spans, bytes, outcome),
      operated: (millis, outcome) => this.#operated(millis, outcome),
      troubled: (why) => this.#troubled(why),
      ...(options.spool !== undefined && {
        spill: (request: SpilledRequest, isEnding: boolean) => this.#spill(request, isEnding),
      }),
    });
    this.#spool = this.#createSpool();
    this.#spoolSender = this.#spool && this.#createSpoolSender(this.#spool);
  }

  /** Calls back once: with success when the backend has taken the spans. Never throws. */
  export(spans: readonly ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    const done = this.#once(resultCallback);
    if (spans.length === 0) return done();
    const request = this.#accept(spans);
    if (request instanceof Error) return done(request);
    this.#send(request, done);
  }

  /**
   * Takes the spans over, encoded, to be sent later. Never throws.
   *
   * @returns false when some were dropped, because too much waits already or the exporter has been shut
   *   down; this is counted and reported
   */
  enqueue(spans: readonly ReadableSpan[]): boolean {
    const { length } = spans;
    this.#ledger.accept(length);
    if (this.#shutdown !== undefined) return this.#refuse('shutdown', length, SHUT_DOWN);
    // Half of the usual size is a careful guess: what cannot fit need not be encoded to know it.
    const room = Math.max(this.#outbox.room, this.#spool?.room ?? 0);
    if ((length * this.#spanBytes) / 2 > room) return this.#refuseAsFull(length);
    let taken = true;
    for (const part of this.#parts(spans)) {
      if (part.content.length > this.#outbox.room) {
        taken = this.#overflow(part) && taken;
      } else {
        this.#ledger.hold(part.spans, part.content.length);
        this.#outbox.put(part);
      }
    }
    return taken;
  }

  /**
   * Sends the spans, and all that came by `enqueue` and waits, before it returns: for a process that is
   * ending. One attempt for each request, by a worker thread, all within `timeoutMillis` and never more than
   * 1000 milliseconds. What is lost is reported. Headers from an asynchronous function are those that it
   * gave last. Never throws.
   */
  exportSync(spans: readonly ReadableSpan[], timeoutMillis: number): void {
    const deadline = performance.now() + Math.min(timeoutMillis, SYNC_MILLIS);
    this.#ledger.accept(spans.length);
    const isLate = this.#shutdown !== undefined;
    if (isLate && spans.length > 0) this.#refuse('shutdown', spans.length, SHUT_DOWN);
    const parts = isLate ? [] : this.#parts(spans);
    for (const part of parts) this.#ledger.hold(part.spans, part.content.length);
    this.#isLossTold = true;
    const { lost, why } = this.#outbox.drainSync(parts, deadline);
    this.#isLossTold = false;
    this.#spool?.endSync();
    if (lost > 0) this.#report('exit', this.#ledger.loss(lost, why).message);
  }

  /**
   * Waits until everything that was accepted has been delivered or given up, at most 30 seconds, or
   * `timeoutMillis` where that is less. What waits for its next attempt makes it now. Holds the process
   * meanwhile.
   *
   * With `isEnding` it ends early after a few attempts in vain, and does not fail: `exportSync` is to follow,
   * which says what was lost.
   *
   * @throws Error with the number of spans that still wait then; or, of those that came by `enqueue`, were
   *   lost meanwhile
   */
  async forceFlush({ timeoutMillis, isEnding }: FlushOptions = {}): Promise<void> {
    const millis = Math.min(timeoutMillis || FLUSH_MILLIS, FLUSH_MILLIS);
    if (isEnding) return this.#flushAtEnd(millis);
    const [inFlight, { waiting, lost, why }] = await Promise.all([
      this.#deliveries.idleWithin(millis),
      this.#outbox.flush(millis),
    ]);
    await this.#spool?.written();
    const late = inFlight + waiting;
    if (late > 0) throw new Error(`${late} spans still wait to be sent after ${millis} ms`);
    if (lost > 0) throw this.#ledger.loss(lost, why);
  }

  /**
   * Ends the exporter within 5 seconds, or `timeoutMillis` where that is less: what waits is sent, with few
   * retries; what is not delivered by then is given up, as it is when the backend does not answer at all.
   * Later spans are refused.
   *
   * @throws Error with the number of spans that were given up
   */
  shutdown({ timeoutMillis = SHUTDOWN_MILLIS }: FlushOptions = {}): Promise<void> {
    const millis = Math.min(timeoutMillis || SHUTDOWN_MILLIS, SHUTDOWN_MILLIS);
    return (this.#shutdown ??= this.#end(millis));
  }

  /** What became of the spans so far. */
  stats(): ExportStats {
    return this.#ledger.snapshot();
  }

  /** Has the exporter's metrics go there, unless they go somewhere already. */
  observeWith(meterProvider: MeterProvider): void {
    const { counter } = this.#ledger;
    this.#recordOperation ??= SelfObservation.of(meterProvider)?.exporter(
      counter,
      this.#component,
      () => counter.counts(),
    );
  }

  /** Counts the spans and encodes them as one request; an error says why they cannot be sent. */
  #accept(spans: readonly ReadableSpan[]): EncodedRequest | Error {
    const { length } = spans;
    this.#ledger.accept(length);
    if (this.#shutdown !== undefined) return this.#ledger.drop('shutdown', length, SHUT_DOWN);
    let request: EncodedRequest;
    try {
      request = this.#encoding.request(spans);
    } catch (error) {
      return this.#ledger.drop('invalid', length, `they cannot be encoded: ${String(error)}`);
    }
    const invalid = length - request.spans;
    if (request.spans === 0) return this.#ledger.drop('invalid', length, 'they cannot be encoded');
    if (invalid > 0) this.#ledger.drop('invalid', invalid, '');
    const bytes = request.body.length;
    if (bytes <= this.#options.maxRequestBytes) return request;
    return this.#ledger.drop('requestTooLarge', request.spans, this.#tooLarge(bytes));
  }

  #send({ body, spans }: EncodedRequest, done: (error?: Error) => void): void {
    const delivery = new Delivery({
      ...this.#options,
      attempt: (signal) => this.#transport.attempt(body, signal),
    });
    this.#ledger.hold(spans, body.length);
    const begun = performance.now();
    context.with(SUPPRESSED, () => {
      this.#deliveries.run(delivery, spans, (outcome) => {
        this.#operated(performance.now() - begun, outcome);
        done(this.#ledger.settle(spans, body.length, outcome));
      });
    });
  }

  /** Encodes spans for the outbox; in several requests where one would be too large. */
  #parts(spans: readonly ReadableSpan[]): EncodedPart[] {
    const { length } = spans;
    let parts: EncodedPart[] | undefined;
    try {
      parts = this.#encoding.parts(spans);
    } catch (error) {
      if (!(error instanceof RangeError && length > 1)) {
        this.#refuse('invalid', length, `they cannot be encoded: ${String(error)}`);
        return [];
      }
    }
    const isTooLarge = (part: EncodedPart): boolean =>
      bytesOf(part) > this.#options.maxRequestBytes;
    if (parts === undefined || (length > 1 && parts.some(isTooLarge))) {
      const half = length >>> 1;
      return [...this.#parts(spans.slice(0, half)), ...this.#parts(spans.slice(half))];
    }
    this.#note(length, parts);
    return parts.filter((part) => {
      return !isTooLarge(part) || this.#refuse('requestTooLarge', 1, this.#tooLarge(bytesOf(part)));
    });
  }

  /** Counts the spans that are in no part, and remembers how large the others are. */
  #note(spans: number, parts: readonly EncodedPart[]): void {
    const encoded = parts.reduce((sum, part) => sum + part.spans, 0);
    const bytes = parts.reduce((sum, part) => sum + part.content.length, 0);
    if (encoded < spans) this.#ledger.drop('invalid', spans - encoded, '');
    if (encoded > 0) this.#spanBytes = bytes / encoded;
  }

  #concluded(spans: number, bytes: number, outcome: Outcome): void {
    const error = this.#ledger.settle(spans, bytes, outcome);
    if (outcome.kind === 'delivered') this.#spoolSender?.wake();
    if (error === undefined || this.#isLossTold) return;
    this.#report(outcome.kind === 'dropped' ? outcome.reason : 'rejected', error.message);
  }

  #operated(millis: number, outcome: Outcome): void {
    const { status } = outcome;
    this.#recordOperation?.({ millis, status, errorType: errorTypeOf(outcome) });
  }

  /** Once, and in time: who looks for spans that do not arrive should find this. */
  #troubled(why: string): void {
    const { place, maxAgeMillis } = this.#options;
    const bound = maxAgeMillis > 0 ? `for up to ${maxAgeMillis} ms` : 'until it takes them';
    this.#report('waiting', `spans wait for ${place}, which is tried again ${bound}: ${why}`);
  }

  #createSpool(): Spool | undefined {
    const { spool } = this.#options;
    return (
      spool &&
      new Spool({
        ...spool,
        encoding: this.#encoding.name,
        found: (spans) => this.#ledger.found(spans),
        lost: (spans, reason, why) => this.#unspooled(spans, { kind: 'dropped', reason, why }),
        available: () => this.#spoolSender?.wake(),
      })
    );
  }

  #createSpoolSender(spool: Spool): SpoolSender {
    return new SpoolSender({
      ...this.#options,
      maxAgeMillis: this.#options.spool!.maxAgeMillis,
      spool,
      transport: this.#transport,
      resumesAt: () => this.#outbox.resumesAt,
      concluded: (spans, outcome, millis) => {
        this.#operated(millis, outcome);
        this.#unspooled(spans, outcome);
      },
    });
  }

  #spill({ body, spans, since }: SpilledRequest, isEnding: boolean): Outcome {
    const createdMillis = Date.now() - (performance.now() - since);
    const record = { encoding: this.#encoding.name, spans, createdMillis, body };
    return (isEnding ? this.#spool?.putSync(record) : this.#spool?.put(record))!;
  }

  /** Spans that waited on disk have come to an end. */
  #unspooled(spans: number, outcome: Outcome): void {
    const error = this.#ledger.settleSpooled(spans, outcome);
    if (error === undefined) return;
    this.#report(outcome.kind === 'dropped' ? outcome.reason : 'rejected', error.message);
  }

  /** What the outbox has no room for. */
  #overflow(part: EncodedPart): boolean {
    if (this.#spool === undefined) return this.#refuseAsFull(part.spans);
    const body = part.request ?? this.#encoding.join(part.resource, [part.content]);
    const outcome = this.#spill({ body, spans: part.spans, since: performance.now() }, false);
    this.#ledger.hold(part.spans, 0);
    this.#concluded(part.spans, 0, outcome);
    return outcome.kind === 'spooled';
  }

  #refuseAsFull(spans: number): false {
    if (this.#spool) return this.#refuse('spoolFull', spans, 'the queue and the spool are full');
    const why = `more than maxQueueBytes ${this.#options.maxQueueBytes} would wait`;
    return this.#refuse('queueFull', spans, why);
  }

  #refuse(reason: DropReason, spans: number, why: string): false {
    this.#report(reason, this.#ledger.drop(reason, spans, why).message);
    return false;
  }

  #tooLarge(bytes: number): string {
    const limit = this.#options.maxRequestBytes;
    return `the request has ${bytes} bytes, more than maxRequestBytes ${limit}`;
  }

  /** `otlp.queue-full` for `queueFull`. */
  #report(what: string, message: string, error?: unknown): void {
    const code = what.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    report(`${this.#name}.${code}`, message, error);
  }

  /** Calls back with the official result, and contains what the callback throws. */
  #once(callback: (result: ExportResult) => void): (error?: Error) => void {
    return (error) => {
      try {
        callback(
          error === undefined
            ? { code: ExportResultCode.SUCCESS }
            : { code: ExportResultCode.FAILED, error },
        );
      } catch (thrown) {
        this.#report(
          'callback',
          'the callback of an export threw: mend the processor that gave it',
          thrown,
        );
      }
    };
  }

  async #flushAtEnd(millis: number): Promise<void> {
    await Promise.all([this.#deliveries.idleWithin(millis), this.#outbox.flushAtEnd(millis)]);
    this.#spoolSender?.rest();
  }

  async #end(millis: number): Promise<void> {
    this.#isLossTold = true;
    this.#deliveries.hurry();
    await this.#spoolSender?.stop();
    const [inFlight, { waiting, lost, why }] = await Promise.all([
      this.#deliveries.idleWithin(millis),
      this.#outbox.close(millis),
    ]);
    this.#deliveries.cancel();
    this.#transport.close();
    await this.#spool?.close();
    const all = inFlight + waiting + lost;
    if (all > 0) throw this.#ledger.loss(all, why || `no answer within ${millis} ms`);
  }
}

const SHUT_DOWN = 'the exporter has been shut down';

function bytesOf({ request, content }: EncodedPart): number {
  return (request ?? content).length;
}
