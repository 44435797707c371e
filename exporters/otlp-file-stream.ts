import type { ConsoleStream } from './console-writer.js';
import {
  withoutTracing,
  writeAllSync,
  type LineSink,
  type WriteCallback,
} from './otlp-file-sink.js';

const noop = (): void => {};

/** Writes lines to a stream that others may write to as well. Its errors never become uncaught ones. */
export class StreamSink implements LineSink {
  readonly #given: ConsoleStream | undefined;

  /** Without a stream it is whatever `process.stdout` is at the time. */
  constructor(stream: ConsoleStream | undefined) {
    this.#given = stream;
  }

  get name(): string {
    return this.#given === undefined ? 'standard output' : 'the stream';
  }

  write(line: Buffer, done: WriteCallback): void {
    const { stream } = this;
    if (stream.writable === false) return done(stream.errored ?? new Error('it is closed'));
    try {
      withoutTracing(() => send(stream, line.toString(), done));
    } catch (error) {
      done(asError(error));
    }
  }

  /** Nothing: what waits is in the stream, which writes in its own time. */
  flushSync(): void {}

  writeSync(line: Buffer, deadline: number): void {
    const { stream } = this;
    const { fd } = stream;
    if (typeof fd === 'number' && fd >= 0) writeAllSync(fd, line, deadline);
    else if (stream.writable === false) throw stream.errored ?? new Error('it is closed');
    else withoutTracing(() => send(stream, line.toString(), noop));
  }

  /** Nothing: the stream belongs to others. */
  close(): void {}

  get stream(): ConsoleStream {
    return this.#given ?? process.stdout;
  }
}

function send(stream: ConsoleStream, text: string, done: WriteCallback): void {
  // Only a stream that buffers says how much; others are taken to have written when they return.
  if (stream.writableLength === undefined) {
    stream.write(text);
    return done();
  }
  stream.once?.('error', noop);
  try {
    stream.write(text, (error) => {
      // The stream emits the error after this: without a listener that would end the process.
      if (error) {
        stream.removeListener?.('error', noop);
        stream.once?.('error', noop);
      }
      done(error);
    });
  } finally {
    stream.removeListener?.('error', noop);
  }
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
