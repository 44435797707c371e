import type * as Fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { SpoolEncoding } from './spool-record.js';

/** What a look into the directory of a spool has found. */
export interface SpoolListing {
  /** Bytes of all files of other processes, living or dead. */
  readonly othersBytes: number;
  /** Files of dead processes whose encoding is ours, the oldest first. */
  readonly abandoned: readonly string[];
}

/** A file that has become ours. */
export interface ClaimedFile {
  readonly path: string;
  readonly bytes: number;
  readonly handle: FileHandle;
}

/**
 * The directory of a spool and the names in it. A file is called `<owner>-<number>.<encoding>.spool`; the
 * owner is a random id of a living process, which touches its files every few seconds. A file that nobody
 * has touched for long belongs to nobody, and is taken over by a rename, which only one process can do.
 */
export class SpoolDirectory {
  readonly path: string;
  readonly #encoding: SpoolEncoding;
  readonly #staleMillis: number;
  readonly #owner: string;
  #files = 0;

  constructor(path: string, encoding: SpoolEncoding, staleMillis: number) {
    // The program may change its folder later on.
    this.path = process.getBuiltinModule('node:path').resolve(path);
    this.#encoding = encoding;
    this.#staleMillis = staleMillis;
    const { randomBytes } = process.getBuiltinModule('node:crypto');
    this.#owner = randomBytes(8).toString('hex');
  }

  /** The path of another file of ours. */
  newPath(): string {
    return this.#join(`${this.#owner}-${++this.#files}.${this.#encoding}.spool`);
  }

  /** Creates a file of ours, and the directory where it is missing, for the user alone. */
  async create(path: string): Promise<FileHandle> {
    const { mkdir, open } = fs().promises;
    await mkdir(this.path, { recursive: true, mode: 0o700 });
    return open(path, 'ax', 0o600);
  }

  /** The same at once. @returns a file descriptor */
  createSync(path: string): number {
    fs().mkdirSync(this.path, { recursive: true, mode: 0o700 });
    return fs().openSync(path, 'ax', 0o600);
  }

  async list(now: number): Promise<SpoolListing> {
    const { readdir, stat } = fs().promises;
    const found: { path: string; bytes: number; touched: number }[] = [];
    const entries = await readdir(this.path, { withFileTypes: true }).catch(noneWhereMissing);
    for (const entry of entries) {
      if (!entry.isFile() || !this.#isOthers(entry.name)) continue;
      const path = this.#join(entry.name);
      const status = await stat(path).catch(() => undefined);
      if (status) found.push({ path, bytes: status.size, touched: status.mtimeMs });
    }
    return this.#judge(found, now);
  }

  /** The same at once. */
  listSync(now: number): SpoolListing {
    const { readdirSync, statSync } = fs();
    const found: { path: string; bytes: number; touched: number }[] = [];
    for (const entry of this.#entriesSync(readdirSync)) {
      if (!entry.isFile() || !this.#isOthers(entry.name)) continue;
      const path = this.#join(entry.name);
      const status = statSync(path, { throwIfNoEntry: false });
      if (status) found.push({ path, bytes: status.size, touched: status.mtimeMs });
    }
    return this.#judge(found, now);
  }

  /** Takes an abandoned file over; `undefined` where it cannot be read, or another process was first. */
  async claim(abandoned: string): Promise<ClaimedFile | undefined> {
    const { open, rename } = fs().promises;
    let handle: FileHandle | undefined;
    try {
      handle = await open(abandoned, 'r+');
      const path = this.newPath();
      // Touched first: under its new name it must not look abandoned for a moment.
      const now = new Date();
      await handle.utimes(now, now);
      await rename(abandoned, path);
      return { path, bytes: (await handle.stat()).size, handle };
    } catch {
      await handle?.close().catch(() => {});
      return undefined;
    }
  }

  /** Says that a file's owner lives. @returns false when the file is no longer there */
  async touch(path: string): Promise<boolean> {
    const now = new Date();
    return fs()
      .promises.utimes(path, now, now)
      .then(
        () => true,
        (error: NodeJS.ErrnoException) => error.code !== 'ENOENT',
      );
  }

  /** Leaves a file to whoever comes next. */
  abandonSync(path: string): void {
    try {
      const { mtimeMs } = fs().statSync(path);
      const past = new Date(Math.min(mtimeMs, Date.now()) - 2 * this.#staleMillis);
      fs().utimesSync(path, past, past);
    } catch {
      // It looks abandoned after a while anyway.
    }
  }

  /** Whether a file of ours still has its name: nobody has taken it for abandoned. */
  async has(path: string): Promise<boolean> {
    return fs()
      .promises.stat(path)
      .then(
        () => true,
        () => false,
      );
  }

  async remove(path: string): Promise<void> {
    await fs().promises.rm(path, { force: true });
  }

  #judge(
    found: readonly { path: string; bytes: number; touched: number }[],
    now: number,
  ): SpoolListing {
    const ending = `.${this.#encoding}.spool`;
    return {
      othersBytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
      abandoned: found
        .filter(({ path, touched }) => path.endsWith(ending) && now - touched > this.#staleMillis)
        .toSorted((a, b) => a.touched - b.touched)
        .map(({ path }) => path),
    };
  }

  #entriesSync(readdirSync: typeof Fs.readdirSync): Fs.Dirent[] {
    try {
      return readdirSync(this.path, { withFileTypes: true });
    } catch (error) {
      return noneWhereMissing(error);
    }
  }

  #isOthers(name: string): boolean {
    return name.endsWith('.spool') && !name.startsWith(`${this.#owner}-`);
  }

  #join(name: string): string {
    return process.getBuiltinModule('node:path').join(this.path, name);
  }
}

/** Loaded at first use: most programs have no spool. */
export function fs(): typeof Fs {
  return process.getBuiltinModule('node:fs');
}

function noneWhereMissing(error: unknown): never[] {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
  throw error;
}
