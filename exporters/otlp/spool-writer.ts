import type { FileHandle } from 'node:fs/promises';
import { fs, type SpoolDirectory } from './spool-directory.js';

/** A file of this process in the directory of a spool. */
export interface SpoolFile {
  readonly path: string;
  /** Whole records. */
  bytes: number;
  /** Spans of those that are still to be sent. */
  spans: number;
}

/** A file that has reached this size is followed by another: it is removed when all of it has been sent. */
const FILE_BYTES = 4 * 1024 * 1024;

/**
 * Appends records to files of this process. What is written asynchronously and what is written at once goes
 * to different files, so that nothing comes between the bytes of a record. After a failure the file is cut
 * back to its last whole record and left alone.
 */
export class SpoolWriter {
  readonly #directory: SpoolDirectory;
  readonly #created: (file: SpoolFile) => void;
  readonly #vanished: (file: SpoolFile) => void;
  #open: { readonly file: SpoolFile; readonly handle: FileHandle } | undefined;
  #openSync: { readonly file: SpoolFile; readonly fd: number } | undefined;

  /** Told of each new file, and of one that is no longer there: another process has taken it over. */
  constructor(
    directory: SpoolDirectory,
    created: (file: SpoolFile) => void,
    vanished: (file: SpoolFile) => void,
  ) {
    this.#directory = directory;
    this.#created = created;
    this.#vanished = vanished;
  }

  /** Whether the file may still grow. */
  isOpen(file: SpoolFile): boolean {
    return this.#open?.file === file || this.#openSync?.file === file;
  }

  /** Appends a record of so many spans. Only one call at a time. @throws what the system said */
  async append(record: Uint8Array, spans: number): Promise<SpoolFile> {
    for (;;) {
      const { file, handle } = (this.#open ??= await this.#create());
      try {
        const { bytesWritten } = await handle.write(record, 0, record.length, null);
        if (bytesWritten < record.length) throw new Error('the disk took a part of it only');
      } catch (error) {
        await handle.truncate(file.bytes).catch(ignore);
        await this.seal();
        throw error;
      }
      file.bytes += record.length;
      // Looked at afterwards: who takes the file over from now on finds the record in it.
      if (await this.#directory.has(file.path)) {
        file.spans += spans;
        if (file.bytes >= FILE_BYTES) await this.seal();
        return file;
      }
      await this.seal();
      this.#vanished(file);
    }
  }

  /** The same before it returns, at any time. */
  appendSync(record: Uint8Array, spans: number): SpoolFile {
    for (;;) {
      const { file, fd } = (this.#openSync ??= this.#createSync());
      try {
        for (let at = 0; at < record.length;) at += fs().writeSync(fd, record, at);
      } catch (error) {
        attempt(() => fs().ftruncateSync(fd, file.bytes));
        this.sealSync();
        throw error;
      }
      file.bytes += record.length;
      if (fs().existsSync(file.path)) {
        file.spans += spans;
        if (file.bytes >= FILE_BYTES) this.sealSync();
        return file;
      }
      this.sealSync();
      this.#vanished(file);
    }
  }

  /** No file grows any more, but new ones. Not while a record is appended. */
  async seal(): Promise<void> {
    const handle = this.#open?.handle;
    this.#open = undefined;
    await handle?.close().catch(ignore);
  }

  /** The same for what was written at once. */
  sealSync(): void {
    const fd = this.#openSync?.fd;
    this.#openSync = undefined;
    if (fd !== undefined) attempt(() => fs().closeSync(fd));
  }

  async #create(): Promise<{ file: SpoolFile; handle: FileHandle }> {
    const file = { path: this.#directory.newPath(), bytes: 0, spans: 0 };
    const handle = await this.#directory.create(file.path);
    this.#created(file);
    return { file, handle };
  }

  #createSync(): { file: SpoolFile; fd: number } {
    const file = { path: this.#directory.newPath(), bytes: 0, spans: 0 };
    const fd = this.#directory.createSync(file.path);
    this.#created(file);
    return { file, fd };
  }
}

function ignore(): void {}

/** What fails after a failure has nobody to be told to. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // The first failure is the one that is told.
  }
}
