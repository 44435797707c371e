import type { FileHandle } from 'node:fs/promises';
import { unrefTimer, withDeadline } from '../../lib/deadline.js';
import { report } from '../../lib/diagnostics.js';
import { fs, SpoolDirectory } from './spool-directory.js';
import {
  decodeRecords,
  DONE_AT,
  encodeRecord,
  HEADER_BYTES,
  type SpoolEncoding,
  type SpoolRecord,
  type StoredRecord,
} from './spool-record.js';
import { SpoolWriter, type SpoolFile } from './spool-writer.js';

/** Why the spool gave spans up, or did not take them. */
export type SpoolDropReason = 'spoolFull' | 'spoolExpired' | 'spoolFailed';

/** What a {@link Spool} needs. */
export interface SpoolStoreOptions {
  readonly directory: string;
  readonly encoding: SpoolEncoding;
  readonly maxBytes: number;
  readonly maxAgeMillis: number;
  /** How often the owner of files says that he lives, and looks for those of others. Default 5000. */
  readonly heartbeatMillis?: number;
  /** Whose files nobody has touched for so long is dead. Default 30000. */
  readonly staleMillis?: number;
  /** Told of spans of another process that have become ours. */
  found(spans: number): void;
  /** Told of spans that had been taken, or found, and are lost. */
  lost(spans: number, reason: SpoolDropReason, why: string): void;
  /** Told now and then when something waits that {@link Spool.next} may give. */
  available(): void;
}

/** What became of a record: on its way to the disk, or not. */
export type SpoolResult =
  | { readonly kind: 'spooled' }
  | { readonly kind: 'dropped'; readonly reason: SpoolDropReason; readonly why: string };

/** Records of one file, to be sent. */
export interface SpoolBatch {
  readonly records: readonly StoredRecord[];
  /** This record needs no more sending: it was delivered or given up. */
  done(record: StoredRecord): Promise<void>;
  /** Ends the reading: the file goes when all is done, else what is left comes again. */
  close(): Promise<void>;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly spans: number;
}

/** What waits for the disk beyond this is written at once: a burst then costs time instead of memory. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
/** How long closing waits for the disk, in milliseconds. */
const CLOSE_MILLIS = 2000;
const DONE = Uint8Array.of(1);
const TAKEN = 'another process took their file for abandoned, or it was removed';

/**
 * Encoded requests on disk, for a later time or a later process. Bounded by the bytes of all files in the
 * directory, whoever wrote them, and by age: what is too much is not taken, so that the newest is dropped.
 *
 * What a process had written when it was killed is found by the next one, or by any other that uses the
 * directory; every record comes at least once. Nothing is forced to the disk beyond the system's own cache:
 * a machine that loses power loses its last seconds. Never throws: what goes wrong is counted and reported.
 */
export class Spool {
  readonly #options: SpoolStoreOptions;
  readonly #directory: SpoolDirectory;
  readonly #writer: SpoolWriter;
  readonly #heartbeatMillis: number;
  /** Those of this process, the oldest first. */
  readonly #files = new Set<SpoolFile>();
  /** Those that are being read. */
  readonly #reading = new Set<SpoolFile>();
  /** What is to be written; the first may be being written. */
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #othersBytes = 0;
  #abandoned: string[] = [];
  #isListed = false;
  #isClosed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #beating: Promise<void> | undefined;

  constructor(options: SpoolStoreOptions) {
    const { directory, encoding, heartbeatMillis = 5000, staleMillis = 30_000 } = options;
    this.#options = options;
    this.#heartbeatMillis = heartbeatMillis;
    this.#directory = new SpoolDirectory(directory, encoding, staleMillis);
    this.#writer = new SpoolWriter(
      this.#directory,
      (file) => this.#files.add(file),
      (file) => this.#forget(file, TAKEN),
    );
    this.#beatIn(0);
  }

  /** Bytes that can still be put in. */
  get room(): number {
    let bytes = this.#othersBytes + this.#waitingBytes;
    for (const file of this.#files) bytes += file.bytes;
    return this.#options.maxBytes - bytes;
  }

  /** Takes a request, to be written soon. */
  put(record: SpoolRecord): SpoolResult {
    return this.#put(record, false);
  }

  /** Takes a request and writes it before it returns. */
  putSync(record: SpoolRecord): SpoolResult {
    return this.#put(record, true);
  }

  /** Resolves when what has been put in is written, or has failed. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /**
   * What is to be sent next: of dead processes, then of this one. `undefined` where nothing is. A batch has
   * to be closed before the next call.
   */
  async next(): Promise<SpoolBatch | undefined> {
    try {
      return (await this.#nextAbandoned()) ?? (await this.#nextOwn());
    } catch (error) {
      this.#trouble(error);
      return undefined;
    }
  }

  /**
   * Writes what waits for it before it returns, and leaves all files to the next process: this one ends.
   * Should it go on after all, they are its own again.
   */
  endSync(): void {
    const waiting = this.#takeWaiting();
    for (const entry of waiting) this.#writeSync(entry, true);
    for (const { path } of this.#files) this.#directory.abandonSync(path);
  }

  /** The same without blocking. Nothing is taken afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const busy = Promise.all([this.written(), this.#beating]);
    await withDeadline(busy, CLOSE_MILLIS, 'writing').catch(ignore);
    for (const { spans } of this.#takeWaiting()) {
      this.#options.lost(spans, 'spoolFailed', 'the disk takes too long');
    }
    await this.#writer.seal();
    this.#writer.sealSync();
    for (const { path } of this.#files) this.#directory.abandonSync(path);
  }

  #put(record: SpoolRecord, sync: boolean): SpoolResult {
    if (this.#isClosed) return failed('the spool is closed');
    const length = HEADER_BYTES + record.body.length;
    this.#listOnce();
    if (length > this.room) {
      const why = `the spool would have more than ${this.#options.maxBytes} bytes`;
      return { kind: 'dropped', reason: 'spoolFull', why };
    }
    const entry = { bytes: encodeRecord(record), spans: record.spans };
    if (sync || this.#waitingBytes + length > MOST_WAITING_BYTES) return this.#writeSync(entry);
    this.#waiting.push(entry);
    this.#waitingBytes += length;
    this.#writing ??= this.#writeAll();
    return { kind: 'spooled' };
  }

  /** An entry stays in the list until it is written: a process that ends meanwhile writes it again. */
  async #writeAll(): Promise<void> {
    for (let entry; (entry = this.#waiting[0]) !== undefined;) {
      let file: SpoolFile | undefined;
      let failure: unknown;
      try {
        file = await this.#writer.append(entry.bytes, entry.spans);
      } catch (error) {
        failure = error;
      }
      if (this.#waiting[0] !== entry) {
        // Written twice, as the process was about to end: counted once.
        if (file !== undefined) file.spans -= entry.spans;
        continue;
      }
      this.#waiting.shift();
      this.#waitingBytes -= entry.bytes.length;
      if (file === undefined) this.#options.lost(entry.spans, 'spoolFailed', unwritable(failure));
    }
    this.#writing = undefined;
  }

  #writeSync({ bytes, spans }: Waiting, isTaken = false): SpoolResult {
    try {
      this.#writer.appendSync(bytes, spans);
      return { kind: 'spooled' };
    } catch (error) {
      if (isTaken) this.#options.lost(spans, 'spoolFailed', unwritable(error));
      return failed(unwritable(error));
    }
  }

  #takeWaiting(): Waiting[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    return waiting;
  }

  async #nextAbandoned(): Promise<SpoolBatch | undefined> {
    for (let path; !this.#isClosed && (path = this.#abandoned.shift()) !== undefined;) {
      const claimed = await this.#directory.claim(path);
      if (claimed === undefined) continue;
      const file = { path: claimed.path, bytes: claimed.bytes, spans: 0 };
      this.#files.add(file);
      this.#othersBytes = Math.max(0, this.#othersBytes - file.bytes);
      const batch = await this.#read(file, claimed.handle);
      if (batch !== undefined) return batch;
    }
    return undefined;
  }

  async #nextOwn(): Promise<SpoolBatch | undefined> {
    if (this.#files.size === 0) await this.#writing;
    for (const file of this.#files) {
      if (this.#isClosed) return undefined;
      if (this.#writer.isOpen(file)) {
        await this.#writing;
        await this.#writer.seal();
        this.#writer.sealSync();
      }
      const handle = await fs().promises.open(file.path, 'r+').catch(ignore);
      if (handle === undefined) this.#forget(file, TAKEN);
      const batch = handle && (await this.#read(file, handle));
      if (batch !== undefined) return batch;
    }
    return undefined;
  }

  /** The records of a file that are worth sending; without any the file is removed. */
  async #read(file: SpoolFile, handle: FileHandle): Promise<SpoolBatch | undefined> {
    this.#reading.add(file);
    let records: StoredRecord[] = [];
    try {
      const contents = decodeRecords(await handle.readFile());
      records = contents.records.filter(({ encoding }) => encoding === this.#options.encoding);
      const isForeign = file.spans === 0;
      this.#count(file, records, isForeign ? contents.damagedSpans : 0);
      if (isForeign && contents.damagedBytes > 0) {
        const { path } = file;
        report(
          'otlp.spool-torn',
          `${path} ends in ${contents.damagedBytes} bytes of a record that was not written to its end, when a ` +
            'process was killed or a disk was full: it is left out',
        );
      }
    } catch (error) {
      this.#trouble(error);
      this.#lose(file, file.spans, 'spoolFailed', String(error));
    }
    const fresh = this.#withoutExpired(file, records);
    const batch = this.#batch(file, handle, fresh);
    if (fresh.length > 0) return batch;
    await batch.close();
    return undefined;
  }

  /** Brings what was counted and what is really there together. */
  #count(file: SpoolFile, records: readonly StoredRecord[], damagedSpans: number): void {
    const there = records.reduce((sum, { spans }) => sum + spans, 0) + damagedSpans;
    if (there > file.spans) {
      this.#options.found(there - file.spans);
      file.spans = there;
    }
    const missing = file.spans - there + damagedSpans;
    this.#lose(file, missing, 'spoolFailed', 'their records are damaged');
  }

  #withoutExpired(file: SpoolFile, records: readonly StoredRecord[]): StoredRecord[] {
    const oldest = Date.now() - this.#options.maxAgeMillis;
    const fresh = records.filter(({ createdMillis }) => createdMillis >= oldest);
    const expired = records.filter(({ createdMillis }) => createdMillis < oldest);
    const spans = expired.reduce((sum, record) => sum + record.spans, 0);
    this.#lose(file, spans, 'spoolExpired', 'they waited too long on disk');
    return fresh;
  }

  #batch(file: SpoolFile, handle: FileHandle, records: readonly StoredRecord[]): SpoolBatch {
    const left = new Set(records);
    return {
      records,
      done: async (record) => {
        left.delete(record);
        file.spans -= record.spans;
        await handle.write(DONE, 0, 1, record.offset + DONE_AT).catch(ignore);
      },
      close: async () => {
        this.#reading.delete(file);
        await handle.close().catch(ignore);
        if (left.size > 0) return;
        this.#files.delete(file);
        await this.#directory.remove(file.path).catch((error: unknown) => this.#trouble(error));
      },
    };
  }

  /** Says that this process lives, and looks for files of those that do not. */
  async #beat(): Promise<void> {
    try {
      for (const file of this.#files) {
        const isThere = await this.#directory.touch(file.path);
        if (!isThere && !this.#reading.has(file)) this.#forget(file, TAKEN);
      }
      const { othersBytes, abandoned } = await this.#directory.list(Date.now());
      this.#isListed = true;
      this.#othersBytes = othersBytes;
      this.#abandoned = [...abandoned];
      if (this.#isClosed) return;
      if (abandoned.length + this.#files.size > 0) this.#options.available();
    } catch (error) {
      this.#trouble(error);
    }
    this.#beatIn(this.#heartbeatMillis);
  }

  #beatIn(millis: number): void {
    if (this.#isClosed) return;
    this.#timer = unrefTimer(() => {
      this.#beating = this.#beat();
    }, millis);
  }

  #listOnce(): void {
    if (this.#isListed) return;
    this.#isListed = true;
    try {
      this.#othersBytes = this.#directory.listSync(Date.now()).othersBytes;
    } catch (error) {
      this.#trouble(error);
    }
  }

  #forget(file: SpoolFile, why: string): void {
    if (!this.#files.delete(file)) return;
    this.#lose(file, file.spans, 'spoolFailed', why);
  }

  #lose(file: SpoolFile, spans: number, reason: SpoolDropReason, why: string): void {
    if (spans <= 0) return;
    file.spans -= spans;
    this.#options.lost(spans, reason, why);
  }

  #trouble(error: unknown): void {
    report(
      'otlp.spool',
      `the spool ${this.#directory.path} cannot be used: it must be a directory that this process may write`,
      error,
    );
  }
}

function failed(why: string): SpoolResult {
  return { kind: 'dropped', reason: 'spoolFailed', why };
}

function unwritable(error: unknown): string {
  return `the spool cannot be written: ${error instanceof Error ? error.message : String(error)}`;
}

function ignore(): void {}
