import { report } from '../lib/diagnostics.js';

/** W3C Baggage asks to carry 64 members at least; its grammar ends at 180. */
const MAX_MEMBERS = 180;
/** W3C Baggage asks to carry this many bytes at least, commas included. */
export const MAX_BYTES = 8192;

/**
 * How much baggage is carried, in either direction. From the first member on that does not fit, all are
 * dropped; a member that could never fit is dropped alone.
 */
export class BaggageBudget {
  #members = 0;
  #bytes = 0;
  #spent = false;

  /** Whether a member was refused because those before it had used the budget up. */
  get isSpent(): boolean {
    return this.#spent;
  }

  /** Whether the member still fits, in which case it is counted. */
  takes(bytes: number): boolean {
    const total = this.#bytes + bytes + (this.#members === 0 ? 0 : 1);
    if (!this.#spent && total <= MAX_BYTES && this.#members < MAX_MEMBERS) {
      this.#members++;
      this.#bytes = total;
      return true;
    }
    if (bytes <= MAX_BYTES) this.#spent = true;
    report(
      'baggage.over-limit',
      `baggage holds more than ${MAX_MEMBERS} members or ${MAX_BYTES} bytes: some were dropped; put less into it`,
    );
    return false;
  }
}
