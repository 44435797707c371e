import { report } from './diagnostics.js';

/** Makes the ids of traces and spans (specification: id generators). */
export interface IdGenerator {
  /** 32 lower-case hex digits, not all zero. */
  generateTraceId(): string;
  /** 16 lower-case hex digits, not all zero. */
  generateSpanId(): string;
  /**
   * Whether the right-most 56 bits of its trace ids are uniformly random, as W3C Trace Context Level 2
   * asks. Only then do root spans carry the random flag. Default false.
   */
  readonly generatesRandomTraceIds?: boolean;
}

/** W3C Trace Context Level 2: the right-most 56 bits of the trace id are random. */
export const RANDOM_FLAG = 0x02;

/** Ids from the platform's cryptographic source. */
export class RandomIdGenerator implements IdGenerator {
  readonly generatesRandomTraceIds = true;
  /** Arrow functions, so that they can be handed around like those of the official SDK. */
  readonly generateTraceId = (): string => randomTraceId();
  readonly generateSpanId = (): string => randomSpanId();
}

/**
 * Ids from somebody's generator: each is looked at before it is used, and replaced by a random one when
 * it is not an id or the generator throws.
 */
export class CheckedIdGenerator implements IdGenerator {
  readonly generatesRandomTraceIds: boolean;
  readonly #generator: IdGenerator;

  constructor(generator: IdGenerator) {
    this.#generator = generator;
    this.generatesRandomTraceIds = generator.generatesRandomTraceIds === true;
  }

  generateTraceId(): string {
    try {
      const id = this.#generator.generateTraceId();
      if (isTraceId(id)) return id;
      reportInvalid(id);
    } catch (error) {
      reportThrown(error);
    }
    return randomTraceId();
  }

  generateSpanId(): string {
    try {
      const id = this.#generator.generateSpanId();
      if (isSpanId(id)) return id;
      reportInvalid(id);
    } catch (error) {
      reportThrown(error);
    }
    return randomSpanId();
  }
}

function reportInvalid(id: unknown): void {
  report('ids.invalid', `an id generator made "${String(id)}": a random id is used instead`);
}

function reportThrown(error: unknown): void {
  report('ids.threw', 'an id generator threw: a random id is used instead', error);
}

/** Random bytes are drawn for 512 span ids at a time: one call to the system costs as much as 20 ids. */
const pool = new Uint8Array(4096);
let used = pool.length;

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
const ZERO_SPAN_ID = '0000000000000000';

function randomTraceId(): string {
  return randomSpanId() + randomSpanId();
}

/**
 * Eight random bytes in hex. One `fromCharCode` with all digits makes a flat string in 28 ns, where
 * joining table entries makes a tree of them in 70 ns that must be flattened later.
 */
function randomSpanId(): string {
  if (used + 8 > pool.length) refill();
  const at = used;
  used += 8;
  const id = hexOf(
    pool[at]!,
    pool[at + 1]!,
    pool[at + 2]!,
    pool[at + 3]!,
    pool[at + 4]!,
    pool[at + 5]!,
    pool[at + 6]!,
    pool[at + 7]!,
  );
  return id === ZERO_SPAN_ID ? randomSpanId() : id;
}

function hexOf(
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  g: number,
  h: number,
): string {
  return String.fromCharCode(
    DIGITS[a >> 4]!,
    DIGITS[a & 15]!,
    DIGITS[b >> 4]!,
    DIGITS[b & 15]!,
    DIGITS[c >> 4]!,
    DIGITS[c & 15]!,
    DIGITS[d >> 4]!,
    DIGITS[d & 15]!,
    DIGITS[e >> 4]!,
    DIGITS[e & 15]!,
    DIGITS[f >> 4]!,
    DIGITS[f & 15]!,
    DIGITS[g >> 4]!,
    DIGITS[g & 15]!,
    DIGITS[h >> 4]!,
    DIGITS[h & 15]!,
  );
}

function refill(): void {
  crypto.getRandomValues(pool);
  used = 0;
}

/** Whether a string is a trace id that may be used: 32 lower-case hex digits, not all zero. */
export function isTraceId(id: unknown): id is string {
  return isHexId(id, 32);
}

/** Whether a string is a span id that may be used: 16 lower-case hex digits, not all zero. */
export function isSpanId(id: unknown): id is string {
  return isHexId(id, 16);
}

function isHexId(id: unknown, length: number): boolean {
  if (typeof id !== 'string' || id.length !== length) return false;
  let zero = true;
  for (let i = 0; i < length; i++) {
    const code = id.charCodeAt(i);
    if (code === 48) continue;
    zero = false;
    if (!((code > 48 && code <= 57) || (code >= 97 && code <= 102))) return false;
  }
  return !zero;
}
