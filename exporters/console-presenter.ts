import type { TracePart } from './console-trace.js';

/** Turns parts of traces into text. */
export interface Presenter {
  show(part: TracePart, now: number): void;
  /** When it has something to say by itself. */
  nextDue(): number;
  /** Says what was held back or lost. */
  say(now: number, refusedTraces: number): void;
}
