import type { EncodedPart } from './encoded-request.js';

/** A part in an outbox. Times are those of `performance.now()`. */
export interface Entry extends EncodedPart {
  /** When it came. */
  readonly since: number;
  /** How often it has been tried. */
  attempts: number;
  /** When it was tried first; `undefined` while it has not been. */
  triedAt?: number;
  /** Not to be tried again before. */
  notBefore: number;
  /** Not to be joined with others. */
  alone: boolean;
}

/** Small entries are joined until a request has so many bytes: beyond, a request costs little in itself. */
export const JOINED_BYTES = 256 * 1024;

/** Consecutive entries of one resource are joined up to such a size. */
export interface TakeOptions {
  readonly now: number;
  readonly joinedBytes: number;
  /** Whether those that have failed before come after those that have not: one of them may be the reason. */
  readonly freshFirst: boolean;
}

/** What waits to be sent: those never tried, in the order in which they came, and those to be tried again. */
export class OutboxQueue {
  /** Those never tried begin at `#head`; what is before has been taken. */
  #fresh: (Entry | undefined)[] = [];
  #head = 0;
  #again: Entry[] = [];

  get size(): number {
    return this.#fresh.length - this.#head + this.#again.length;
  }

  add(entry: Entry): void {
    this.#fresh.push(entry);
  }

  /** Takes one back that was tried, in vain. */
  addAgain(entry: Entry): void {
    this.#again.push(entry);
  }

  /** The entries of the next request; none when nothing is due. */
  take(options: TakeOptions): Entry[] {
    const fresh = (): Entry[] => this.#takeFresh(options);
    const again = (): Entry[] => this.#takeAgain(options);
    const [first, second] = options.freshFirst ? [fresh, again] : [again, fresh];
    const taken = first();
    return taken.length > 0 ? taken : second();
  }

  /** When something is due at the earliest; infinity where nothing waits. */
  dueAt(): number {
    if (this.#head < this.#fresh.length) return 0;
    return this.#again.reduce((least, entry) => Math.min(least, entry.notBefore), Infinity);
  }

  /** When the oldest came; infinity where nothing waits. Those never tried are in order, or nearly so. */
  oldest(): number {
    const fresh = this.#fresh[this.#head]?.since ?? Infinity;
    return this.#again.reduce((least, entry) => Math.min(least, entry.since), fresh);
  }

  /** Removes what came until then. */
  removeOlder(since: number): Entry[] {
    const isOld = (entry: Entry): boolean => entry.since <= since;
    const fresh = this.#fresh.slice(this.#head) as Entry[];
    const old = [...this.#again, ...fresh].filter(isOld);
    this.#again = this.#again.filter((entry) => !isOld(entry));
    this.#fresh = fresh.filter((entry) => !isOld(entry));
    this.#head = 0;
    return old;
  }

  removeAll(): Entry[] {
    const all = [...this.#again, ...(this.#fresh.slice(this.#head) as Entry[])];
    this.#fresh = [];
    this.#again = [];
    this.#head = 0;
    return all;
  }

  /** Everything is due now. */
  hurry(): void {
    for (const entry of this.#again) entry.notBefore = 0;
  }

  #takeFresh({ joinedBytes }: TakeOptions): Entry[] {
    const taken: Entry[] = [];
    let bytes = 0;
    for (let entry; (entry = this.#fresh[this.#head]) !== undefined;) {
      if (!joins(taken[0], entry, bytes, joinedBytes)) break;
      taken.push(entry);
      bytes += entry.content.length;
      this.#fresh[this.#head++] = undefined;
    }
    this.#forgetTaken();
    return taken;
  }

  #takeAgain({ now, joinedBytes }: TakeOptions): Entry[] {
    const taken: Entry[] = [];
    let bytes = 0;
    this.#again = this.#again.filter((entry) => {
      if (entry.notBefore > now || !joins(taken[0], entry, bytes, joinedBytes)) return true;
      taken.push(entry);
      bytes += entry.content.length;
      return false;
    });
    return taken;
  }

  /** Not each time: that would move all others. */
  #forgetTaken(): void {
    if (this.#head < 1000 && this.#head < this.#fresh.length) return;
    this.#fresh = this.#fresh.slice(this.#head);
    this.#head = 0;
  }
}

function joins(first: Entry | undefined, entry: Entry, bytes: number, bound: number): boolean {
  if (first === undefined) return true;
  if (first.alone || entry.alone || first.resource !== entry.resource) return false;
  return bytes + entry.content.length <= bound;
}
