import type { Findings } from './findings.js';

/** Clocks are set right by less than this all the time, in milliseconds. */
const JUMP_MILLIS = 250;
/** A reading that took longer was interrupted, and says nothing. */
const READING_MILLIS = 20;

const JUMPED =
  'the clock of this machine jumped while spans were open: their times are those of before, and traces of several ' +
  'machines do not fit; let a time service correct it slowly, or see whether the machine slept';

/** Sees when the wall clock is set, by what the monotonic one says. */
export class ClockWatch {
  readonly #findings: Findings;
  #offset: number | undefined = offset();

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** To be called now and then. */
  check(): void {
    const now = offset();
    if (now === undefined) return;
    const jump = this.#offset === undefined ? 0 : now - this.#offset;
    this.#offset = now;
    if (Math.abs(jump) < JUMP_MILLIS) return;
    const by = `${jump > 0 ? 'forward' : 'back'} by ${(Math.abs(jump) / 1000).toFixed(1)} s`;
    this.#findings.add('clock.jumped', JUMPED, by);
  }
}

/** Where the wall clock stood when the monotonic one began; `undefined` when it could not be read at one moment. */
function offset(): number | undefined {
  const before = performance.now();
  const wall = Date.now();
  return performance.now() - before > READING_MILLIS ? undefined : wall - before;
}
