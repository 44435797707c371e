import { unrefTimer } from '../lib/deadline.js';
import { report } from '../lib/diagnostics.js';
import type { ReadableSpan } from '../lib/readable-span.js';
import type { TraceCollector } from './console-collector.js';
import { flushAtExit, releaseAtExit } from './console-exit.js';
import type { Presenter } from './console-presenter.js';
import type { SpanPrinter } from './console-printer.js';
import type { TracePart } from './console-trace.js';
import type { ConsoleWriter } from './console-writer.js';

/** Prints whole traces, when they have settled. */
export class TracePrinter implements SpanPrinter {
  readonly #collector: TraceCollector;
  readonly #presenter: Presenter;
  readonly #writer: ConsoleWriter;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakesAt = Infinity;
  /** How far a timer was ahead of the clock when it fired; then the timer is believed (fake timers). */
  #ahead = 0;

  constructor(collector: TraceCollector, presenter: Presenter, writer: ConsoleWriter) {
    this.#collector = collector;
    this.#presenter = presenter;
    this.#writer = writer;
  }

  start(span: ReadableSpan): void {
    this.#wakeBy(this.#collector.start(span, this.#now()));
    flushAtExit(this);
  }

  end(span: ReadableSpan): void {
    this.#wakeBy(this.#collector.end(span, this.#now()));
    flushAtExit(this);
  }

  flushEnded(): void {
    this.#printing((now) => {
      this.#show(this.#collector.takeEnded(now), now);
      this.#say(now);
    });
  }

  flushAll(): void {
    this.#printing((now) => {
      this.#show(this.#collector.takeAll(now), now);
      this.#say(now);
    });
  }

  flushSync(timeoutMillis: number): void {
    this.#writer.synchronously(timeoutMillis, () => this.flushAll());
  }

  drained(): Promise<void> {
    return this.#writer.drained();
  }

  #wake(): void {
    this.#ahead = Math.max(this.#ahead, this.#wakesAt - performance.now());
    this.#printing((now) => {
      this.#show(this.#collector.takeDue(now), now);
      if (this.#presenter.nextDue() <= now) this.#say(now);
    });
  }

  #show(parts: TracePart[], now: number): void {
    for (const part of parts) contained(() => this.#presenter.show(part, now));
  }

  #say(now: number): void {
    this.#presenter.say(now, this.#collector.takeRefusedCount());
  }

  /** Runs what prints, and arms the timer for what is left. */
  #printing(print: (now: number) => void): void {
    contained(() => print(this.#now()));
    clearTimeout(this.#timer);
    this.#wakesAt = Infinity;
    this.#wakeBy(Math.min(this.#collector.nextDue(), this.#presenter.nextDue()));
    if (this.#collector.isEmpty && this.#presenter.nextDue() === Infinity) releaseAtExit(this);
  }

  #wakeBy(at: number): void {
    if (at >= this.#wakesAt) return;
    clearTimeout(this.#timer);
    this.#wakesAt = at;
    this.#timer = unrefTimer(() => this.#wake(), Math.max(0, Math.ceil(at - this.#now())));
  }

  #now(): number {
    return performance.now() + this.#ahead;
  }
}

/** Nothing may escape into the app from a timer or from the end of its spans; other traces go on. */
function contained(print: () => void): void {
  try {
    print();
  } catch (error) {
    report(
      'console.threw',
      'a trace could not be printed: the others are; the error says why',
      error,
    );
  }
}
