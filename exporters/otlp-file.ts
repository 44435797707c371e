import { report } from '../lib/diagnostics.js';
import { ExportResultCode, type ExportResult, type SpanExporter } from '../lib/exporter.js';
import type { ReadableSpan } from '../lib/readable-span.js';
import { resolveFileOptions, type OTLPFileExporterOptions } from './otlp-file-options.js';
import { RotatingFile } from './otlp-file-rotating.js';
import type { LineSink } from './otlp-file-sink.js';
import { FileStatsCounter, type FileDropReason, type FileExportStats } from './otlp-file-stats.js';
import { StreamSink } from './otlp-file-stream.js';
import { jsonRequest } from './otlp/json.js';

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
 * Spans are encoded when `export` is called, so they may change afterwards. Calls may overlap. What cannot
 * be written is dropped and counted; it fails the export, and is reported once.
 */
export class OTLPFileExporter implements SpanExporter {
  readonly #sink: LineSink;
  readonly #maxPendingBytes: number;
  readonly #stats = new FileStatsCounter();
  /** Lines handed to the sink, and those of them that are written or lost: they conclude in order. */
  #lines = 0;
  #concluded = 0;
  #waiters: { readonly line: number; readonly tell: () => void }[] = [];
  #shutdown: Promise<void> | undefined;
  #isClosed = false;

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
    const bytes = encoded.line.length;
    const { pendingBytes } = this.#stats;
    if (pendingBytes > 0 && pendingBytes + bytes > this.#maxPendingBytes) {
      const why = `${pendingBytes} bytes are waiting already`;
      return answer(resultCallback, this.#drop('backlog', encoded.spans, why));
    }
    this.#stats.pending += encoded.spans;
    this.#stats.pendingBytes += bytes;
    this.#lines++;
    this.#sink.write(encoded.line, (error) => {
      this.#stats.pending -= encoded.spans;
      this.#stats.pendingBytes -= bytes;
      this.#concluded++;
      answer(resultCallback, this.#settle(encoded.spans, error));
      this.#tellWaiters();
    });
  }

  /**
   * Writes the spans, after what still waits, before it returns: for a process that is ending. Takes at
   * most `timeoutMillis` where nobody reads. Never throws.
   */
  exportSync(spans: readonly ReadableSpan[], timeoutMillis: number): void {
    if (spans.length === 0) return;
    const encoded = this.#accept(spans);
    if (encoded instanceof Error) return;
    try {
      this.#sink.writeSync(encoded.line, performance.now() + timeoutMillis);
      this.#settle(encoded.spans);
    } catch (error) {
      this.#settle(encoded.spans, error);
    }
  }

  /**
   * Waits until everything that was accepted before has been written or given up.
   *
   * @throws Error with the number of spans that still wait after 30 seconds
   */
  async forceFlush(): Promise<void> {
    if (await this.#writtenWithin(FLUSH_MILLIS)) return;
    throw new Error(`${this.#stats.pending} spans are still not written after ${FLUSH_MILLIS} ms`);
  }

  /**
   * Ends the exporter: what is not written after 5 seconds is given up. Later exports fail at once.
   *
   * @throws Error with the number of spans that were given up
   */
  shutdown(): Promise<void> {
    return (this.#shutdown ??= this.#end());
  }

  /** What became of the spans so far. */
  stats(): FileExportStats {
    return this.#stats.snapshot();
  }

  /** Counts the spans and encodes them; an error says why they cannot be written. */
  #accept(spans: readonly ReadableSpan[]): EncodedLine | Error {
    const { length } = spans;
    this.#stats.accepted += length;
    if (this.#shutdown !== undefined) {
      return this.#drop('shutdown', length, 'the exporter has been shut down');
    }
    try {
      const encoded = jsonRequest(spans);
      const invalid = length - encoded.spans;
      if (encoded.spans === 0) return this.#drop('invalid', length, 'they cannot be encoded');
      this.#stats.dropped.invalid += invalid;
      // A copy: the bytes are a view of a buffer that is larger than what waits.
      return { line: Buffer.concat([encoded.body, LINE_FEED]), spans: encoded.spans };
    } catch (error) {
      return this.#drop('invalid', length, `they cannot be encoded: ${String(error)}`);
    }
  }

  #settle(spans: number, error?: unknown): Error | undefined {
    if (error === undefined || error === null) {
      this.#stats.delivered += spans;
      return undefined;
    }
    const why = error instanceof Error ? error.message : String(error);
    return this.#drop(this.#isClosed ? 'shutdown' : 'write', spans, why);
  }

  #drop(reason: FileDropReason, spans: number, why: string): Error {
    this.#stats.dropped[reason] += spans;
    const what = spans === 1 ? '1 span' : `${spans} spans`;
    const error = new Error(`${what} could not be written to ${this.#sink.name}: ${why}`);
    report(`otlp-file.${reason}`, `${error.message}; what cannot be written is dropped`);
    return error;
  }

  async #end(): Promise<void> {
    const inTime = await this.#writtenWithin(SHUTDOWN_MILLIS);
    const lost = this.#stats.pending;
    this.#isClosed = true;
    this.#sink.close();
    if (!inTime) throw new Error(`shutdown gave up ${lost} spans after ${SHUTDOWN_MILLIS} ms`);
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
    report('otlp-file.callback', 'the callback of an export threw', thrown);
  }
}
