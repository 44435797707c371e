import type * as Fs from 'node:fs';
import {
  withoutTracing,
  writeAllSync,
  type LineSink,
  type WriteCallback,
} from './otlp-file-sink.js';

interface OpenFile {
  readonly fd: number;
  readonly inode: number;
  readonly isRegular: boolean;
  size: number;
}

interface Entry {
  readonly line: Buffer;
  readonly done: WriteCallback;
}

const LINE_FEED = Buffer.from('\n');

/**
 * Appends lines to a file, one write at a time, and starts a new file before it grows too large: `path`
 * becomes `path.1`, and so on. After a failure the file is closed and the next line opens it anew, so a
 * full disk or a missing folder is survived. A line that was cut short stays alone on its line.
 */
export class RotatingFile implements LineSink {
  readonly name: string;
  readonly #maxBytes: number;
  readonly #maxFiles: number;
  #file: OpenFile | undefined;
  #waiting: Entry[] = [];
  /** The file is neither closed nor rotated while a write is under way. */
  #isWriting = false;
  #isClosed = false;

  constructor(path: string, maxBytes: number, maxFiles: number) {
    // The program may change its folder later on.
    this.name = process.getBuiltinModule('node:path').resolve(path);
    this.#maxBytes = maxBytes;
    this.#maxFiles = maxFiles;
  }

  write(line: Buffer, done: WriteCallback): void {
    this.#waiting.push({ line, done });
    withoutTracing(() => this.#next());
  }

  flushSync(deadline: number): void {
    for (const entry of this.#waiting.splice(0)) {
      try {
        this.#appendSync(entry.line, deadline);
        entry.done();
      } catch (error) {
        entry.done(error as Error);
      }
    }
  }

  writeSync(line: Buffer, deadline: number): void {
    this.flushSync(deadline);
    this.#appendSync(line, deadline);
  }

  close(): void {
    this.#isClosed = true;
    for (const { done } of this.#waiting.splice(0))
      done(new Error('the exporter has been shut down'));
    if (!this.#isWriting) this.#letGo();
  }

  /** Starts the next write, unless one is under way. */
  #next(): void {
    while (!this.#isWriting) {
      const entry = this.#waiting.shift();
      if (entry === undefined) return;
      try {
        this.#append(this.#ready(entry.line.length), entry, 0);
      } catch (error) {
        this.#letGo();
        entry.done(error as Error);
      }
    }
  }

  #append(file: OpenFile, entry: Entry, from: number): void {
    const { line, done } = entry;
    this.#isWriting = true;
    fs().write(file.fd, line, from, line.length - from, null, (error, written) => {
      file.size += written ?? 0;
      const at = from + (written ?? 0);
      if (!error && written > 0 && at < line.length) return this.#append(file, entry, at);
      this.#isWriting = false;
      if (error || this.#isClosed) this.#letGo();
      done(error ?? (at < line.length ? new Error('nothing more was written') : undefined));
      this.#next();
    });
  }

  #appendSync(line: Buffer, deadline: number): void {
    try {
      const file = this.#ready(line.length);
      writeAllSync(file.fd, line, deadline);
      file.size += line.length;
    } catch (error) {
      if (!this.#isWriting) this.#letGo();
      throw error;
    }
  }

  /** The file, open, with room for so many bytes. @throws what the system said */
  #ready(bytes: number): OpenFile {
    const file = (this.#file ??= open(this.name));
    const isFull = file.isRegular && file.size > 0 && file.size + bytes > this.#maxBytes;
    if (!isFull || this.#isWriting) return file;
    this.#letGo();
    // Somebody else, such as logrotate, may have moved it away already.
    if (inodeOf(this.name) === file.inode) shift(this.name, this.#maxFiles);
    return (this.#file = open(this.name));
  }

  #letGo(): void {
    const { fd } = this.#file ?? {};
    this.#file = undefined;
    if (fd === undefined) return;
    try {
      fs().closeSync(fd);
    } catch {
      // What could not be written has been told.
    }
  }
}

/** Loaded at first use: most programs write no such files. */
function fs(): typeof Fs {
  return process.getBuiltinModule('node:fs');
}

function open(path: string): OpenFile {
  const fd = fs().openSync(path, 'a', 0o600);
  try {
    const status = fs().fstatSync(fd);
    const file = { fd, inode: status.ino, isRegular: status.isFile(), size: status.size };
    if (file.isRegular && file.size > 0 && !endsInLineFeed(path, file.size)) {
      file.size += fs().writeSync(fd, LINE_FEED);
    }
    return file;
  } catch (error) {
    fs().closeSync(fd);
    throw error;
  }
}

/** Whether the last line is whole: a process that was killed, or a disk that was full, may have cut it. */
function endsInLineFeed(path: string, size: number): boolean {
  let fd: number | undefined;
  try {
    fd = fs().openSync(path, 'r');
    const last = Buffer.alloc(1);
    return fs().readSync(fd, last, 0, 1, size - 1) === 0 || last.equals(LINE_FEED);
  } catch {
    return true; // it may be written and not read
  } finally {
    if (fd !== undefined) fs().closeSync(fd);
  }
}

function inodeOf(path: string): number | undefined {
  return fs().statSync(path, { throwIfNoEntry: false })?.ino;
}

/** `path` → `path.1` → … → `path.N`, which is lost. */
function shift(path: string, maxFiles: number): void {
  if (maxFiles === 0) return fs().rmSync(path, { force: true });
  for (let i = maxFiles - 1; i >= 0; i--) {
    const from = i === 0 ? path : `${path}.${i}`;
    if (i === 0 || fs().existsSync(from)) fs().renameSync(from, `${path}.${i + 1}`);
  }
}
