import type { MeterProvider } from '@opentelemetry/api';
import { report } from '../lib/diagnostics.js';
import {
  ExportResultCode,
  type ExportResult,
  type FlushOptions,
  type SpanExporter,
} from '../lib/exporter.js';
import type { ReadableSpan } from '../lib/readable-span.js';
import { SelfObservation, type RecordOperation } from '../lib/self-observation.js';
import { resolveFileOptions, type OTLPFileExporterOptions } from './otlp-file-options.js';
import { RotatingFile } from './otlp-file-rotating.js';
import type { LineSink } from './otlp-file-sink.js';
import { FileStatsCounter, type FileDropReason, type FileExportStats } from './otlp-file-stats.js';
import { StreamSink } from './otlp-file-stream.js';
import { jsonEncoding } from './otlp/json.js';

export type { OTLPFileExporterOptions } from './otlp-file-options.js';
export type { FileDropReason, FileExportStats } from './otlp-file-stats.js';

/** How long `forceFlush` and `shutdown` wait for what is being written, in milliseconds. */
const FLUSH_MILLIS = 30_000;
const SHUTDOWN_MILLIS = 5000;

interface EncodedLine {
  readonly line: Buffer;
  readonly spans: number;
}

/**
 * Writes spans as OTLP JSON Lines to standard output, to a stream or to a file (specification: OTLP file
 * exporter): UTF-8, the `TracesData` of one export a line, in no order.
 *
 * Spans are encoded in the call, so they may change afterwards. Calls may overlap. What cannot be written is
 * dropped and counted; it fails the export, and is reported once.
 */
export class OTLPFileExporter implements SpanExporter {
  readonly #sink: LineSink;
  readonly #maxPendingBytes: number;
  readonly #stats = new FileStatsCounter();
  /** Lines handed to the sink, and those of them that are written or lost: they conclude in order. */
  #lines = 0;
  #concluded = 0;
  #waiters: { readonly line: number; readonly tell: () => void }[] = [];
  /** Spans that came by `enqueue` and were lost afterwards. */
  #lost = 0;
  #shutdown: Promise<void> | undefined;
  #isClosed = false;
  #recordOperation: RecordOperation | undefined;

  /** @throws TypeError with the value, when an option cannot be used */
  constructor(options: OTLPFileExporterOptions = {}) {
    const { stream, path, maxFileBytes, maxFiles, maxPendingBytes } = resolveFileOptions(options);
    this.#maxPendingBytes = maxPendingBytes;
    this.#sink =
      path === undefined ? new StreamSink(stream) : new RotatingFile(path, maxFileBytes, maxFiles);
  }

  /** Calls back once: with success when the line has been written. Never throws. */
  export(spans: readonly ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    if (spans.length === 0) return answer(resultCallback);
    const encoded = this.#accept(spans);
    if (encoded instanceof Error) return answer(resultCallback, encoded);
    this.#write(encoded, (error) => answer(resultCallback, error));
  }

  /**
   * Takes the spans over, encoded, to be written as soon as what waits before them is. Attributes of their
   * resource that are still being detected are left out. Never throws.
   *
   * @returns false when they were dropped; this is counted and reported
   */
  enqueue(spans: readonly ReadableSpan[]): boolean {
    if (spans.length === 0) return true;
    const encoded = this.#accept(spans);
    if (encoded instanceof Error) return false;
    this.#write(encoded, (error) => {
      if (error !== undefined) this.#lost += encoded.spans;
    });
    return true;
  }

  /**
   * Writes the spans, after what still waits, before it returns: for a process that is ending. Takes at
   * most `timeoutMillis` where nobody reads. Never throws.
   */
  exportSync(spans: readonly ReadableSpan[], timeoutMillis: number): void {
    const deadline = performance.now() + timeoutMillis;
    if (spans.length === 0) return this.#sink.flushSync(deadline);
    const encoded = this.#encode(spans);
    if (encoded instanceof Error) return;
    try {
      this.#sink.writeSync(encoded.line, deadline);
      this.#settle(encoded.spans);
    } catch (error) {
      this.#settle(encoded.spans, error);
    }
  }

  /**
   * Waits until everything that was accepted before has been written or given up, at most 30 seconds, or
   * `timeoutMillis` where that is less.
   *
   * @throws Error with the number of spans that still wait then; or, of those that came by `enqueue`, were
   *   lost meanwhile
   */
  async forceFlush({ timeoutMillis = FLUSH_MILLIS }: FlushOptions = {}): Promise<void> {
    const millis = Math.min(timeoutMillis || FLUSH_MILLIS, FLUSH_MILLIS);
    const lostBefore = this.#lost;
    if (!(await this.#writtenWithin(millis))) {
      throw new Error(`${this.#stats.pending} spans are still not written after ${millis} ms`);
    }
    const lost = this.#lost - lostBefore;
    if (lost > 0) throw this.#lostError(lost);
  }

  /**
   * Ends the exporter: what is not written after 5 seconds is given up. Later exports fail at once.
   *
   * @throws Error with the number of spans that were given up, or lost meanwhile
   */
  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#end());
  }

  /** What became of the spans so far. */
  stats(): FileExportStats {
    return this.#stats.snapshot();
  }

  /** Has the exporter's metrics go there, unless they go somewhere already. */
  observeWith(meterProvider: MeterProvider): void {
    const stats = this.#stats;
    this.#recordOperation ??= SelfObservation.of(meterProvider)?.exporter(
      stats,
      { type: 'OTLPFileExporter' },
      () => stats.counts(),
    );
  }

  /** Encodes the spans, unless too much waits already; an error says why they cannot be written. */
  #accept(spans: readonly ReadableSpan[]): EncodedLine | Error {
    const encoded = this.#encode(spans);
    if (encoded instanceof Error) return encoded;
    const { pendingBytes } = this.#stats;
    const isFull = pendingBytes > 0 && pendingBytes + encoded.line.length > this.#maxPendingBytes;
    if (!isFull) return encoded;
    return this.#drop('backlog', encoded.spans, `${pendingBytes} bytes are waiting already`);
  }

  /** Counts the spans and encodes them as a line. */
  #encode(spans: readonly ReadableSpan[]): EncodedLine | Error {
    const { length } = spans;
    this.#stats.accepted += length;
    if (this.#shutdown !== undefined) {
      return this.#drop('shutdown', length, 'the exporter has been shut down');
    }
    try {
      const encoded = jsonEncoding.request(spans);
      const invalid = length - encoded.spans;
      if (encoded.spans === 0) return this.#drop('invalid', length, 'they cannot be encoded');
      this.#stats.dropped.invalid += invalid;
      // A copy: the bytes are a view of a buffer that is larger than what waits.
      return { line: Buffer.concat([encoded.body, LINE_FEED]), spans: encoded.spans };
    } catch (error) {
      return this.#drop('invalid', length, `they cannot be encoded: ${String(error)}`);
    }
  }

  #write({ line, spans }: EncodedLine, done: (error?: Error) => void): void {
    this.#stats.pending += spans;
    this.#stats.pendingBytes += line.length;
    this.#lines++;
    const begun = performance.now();
    this.#sink.write(line, (error) => {
      const errorType = error ? this.#failure : undefined;
      this.#recordOperation?.({ millis: performance.now() - begun, errorType });
      this.#stats.pending -= spans;
      this.#stats.pendingBytes -= line.length;
      this.#concluded++;
      done(this.#settle(spans, error));
      this.#tellWaiters();
    });
  }

  #settle(spans: number, error?: unknown): Error | undefined {
    if (error === undefined || error === null) {
      this.#stats.delivered += spans;
      return undefined;
    }
    const why = error instanceof Error ? error.message : String(error);
    return this.#drop(this.#failure, spans, why);
  }

  /** Why a line fails now that cannot be written. */
  get #failure(): FileDropReason {
    return this.#isClosed ? 'shutdown' : 'write';
  }

  #lostError(spans: number): Error {
    return new Error(`${spans} spans could not be written to ${this.#sink.name}`);
  }

  #drop(reason: FileDropReason, spans: number, why: string): Error {
    this.#stats.dropped[reason] += spans;
    const what = spans === 1 ? '1 span' : `${spans} spans`;
    const error = new Error(`${what} could not be written to ${this.#sink.name}: ${why}`);
    report(`otlp-file.${reason}`, `${error.message}; what cannot be written is dropped`);
    return error;
  }

  async #end(): Promise<void> {
    const lostBefore = this.#lost;
    const inTime = await this.#writtenWithin(SHUTDOWN_MILLIS);
    const late = this.#stats.pending;
    const lost = this.#lost - lostBefore;
    this.#isClosed = true;
    this.#sink.close();
    if (!inTime) throw new Error(`shutdown gave up ${late} spans after ${SHUTDOWN_MILLIS} ms`);
    if (lost > 0) throw this.#lostError(lost);
  }

  /** Whether what waits now is written within the time. Holds the process meanwhile. */
  #writtenWithin(millis: number): Promise<boolean> {
    if (this.#concluded === this.#lines) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), millis);
      const tell = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      this.#waiters.push({ line: this.#lines, tell });
    });
  }

  #tellWaiters(): void {
    while (this.#waiters[0] !== undefined && this.#waiters[0].line <= this.#concluded) {
      this.#waiters.shift()!.tell();
    }
  }
}

const LINE_FEED = Buffer.from('\n');

/** Calls back with the official result, and contains what the callback throws. */
function answer(callback: (result: ExportResult) => void, error?: Error): void {
  try {
    if (error === undefined) callback({ code: ExportResultCode.SUCCESS });
    else callback({ code: ExportResultCode.FAILED, error });
  } catch (thrown) {
    report(
      'otlp-file.callback',
      'the callback of an export threw: mend the processor that gave it',
      thrown,
    );
  }
}
