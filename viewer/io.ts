import type { TerminalStream } from '../tree/index.js';
import type { ByteSource } from './lines.js';

/** As much of a writable stream as a command uses. */
export interface OutputStream extends TerminalStream {
  write(text: string): boolean;
  on(event: 'error', listener: (error: Error & { code?: string }) => void): unknown;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  removeListener(event: string, listener: (...values: never[]) => void): unknown;
}

/** What a command talks to; `process` is one. */
export interface CommandIo {
  readonly stdin: ByteSource & { readonly isTTY?: boolean | undefined };
  readonly stdout: OutputStream;
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  cwd(): string;
}

/** Writes to a stream that may be slow, and whose reader may go away (`| head`). */
export class Output {
  readonly #stream: OutputStream;
  readonly #stop: (error: Error & { code?: string }) => void;
  #failure: (Error & { code?: string }) | undefined;

  constructor(stream: OutputStream) {
    this.#stream = stream;
    this.#stop = (error) => (this.#failure ??= error);
    stream.on('error', this.#stop);
  }

  /** Whether nobody reads any more. */
  get isClosed(): boolean {
    return this.#failure !== undefined;
  }

  /** What went wrong, other than that the reader has gone. */
  get error(): Error | undefined {
    return this.#failure?.code === 'EPIPE' ? undefined : this.#failure;
  }

  /** Resolves when there is room for more, or nobody reads any more. */
  async write(text: string): Promise<void> {
    if (this.isClosed || this.#stream.write(text)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const event of EVENTS) this.#stream.removeListener(event, done);
        resolve();
      };
      this.#stream.on('error', done);
      this.#stream.once('drain', done);
      this.#stream.once('close', done);
    });
  }
}

const EVENTS = ['error', 'drain', 'close'];
