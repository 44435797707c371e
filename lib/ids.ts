import type { SpanContext } from '@opentelemetry/api';
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
  report(
    'ids.invalid',
    `an id generator made "${String(id)}": a random id is used instead; ids are 32 or 16 hexadecimal digits, not all 0`,
  );
}

function reportThrown(error: unknown): void {
  report(
    'ids.threw',
    'an id generator threw: a random id is used instead; mend that generator',
    error,
  );
}

/** Random bits are drawn for 2048 span ids at a time: a call takes 4 µs, and hardly more for 4096 numbers than for 256. */
const pool = new Int32Array(4096);
let used = pool.length;

/** 32 random bits. */
export function drawInt(): number {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  return pool[used++]!;
}

/** Not a trace id: the value that the specification reserves. */
export const NO_TRACE_ID = '00000000000000000000000000000000';
/** Not a span id: the value that the specification reserves. */
export const NO_SPAN_ID = '0000000000000000';

function randomTraceId(): string {
  const id = traceIdText(drawInt(), drawInt(), drawInt(), drawInt());
  return id === NO_TRACE_ID ? randomTraceId() : id;
}

function randomSpanId(): string {
  const id = spanIdText(drawInt(), drawInt());
  return id === NO_SPAN_ID ? randomSpanId() : id;
}

const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/**
 * 128 bits as hex digits. One `fromCharCode` with all digits makes a flat string in 35 ns, where joining
 * halves or table entries makes a tree of them that costs as much again when it is first read.
 */
export function traceIdText(a: number, b: number, c: number, d: number): string {
  return String.fromCharCode(
    DIGITS[(a >>> 28) & 15]!,
    DIGITS[(a >>> 24) & 15]!,
    DIGITS[(a >>> 20) & 15]!,
    DIGITS[(a >>> 16) & 15]!,
    DIGITS[(a >>> 12) & 15]!,
    DIGITS[(a >>> 8) & 15]!,
    DIGITS[(a >>> 4) & 15]!,
    DIGITS[a & 15]!,
    DIGITS[(b >>> 28) & 15]!,
    DIGITS[(b >>> 24) & 15]!,
    DIGITS[(b >>> 20) & 15]!,
    DIGITS[(b >>> 16) & 15]!,
    DIGITS[(b >>> 12) & 15]!,
    DIGITS[(b >>> 8) & 15]!,
    DIGITS[(b >>> 4) & 15]!,
    DIGITS[b & 15]!,
    DIGITS[(c >>> 28) & 15]!,
    DIGITS[(c >>> 24) & 15]!,
    DIGITS[(c >>> 20) & 15]!,
    DIGITS[(c >>> 16) & 15]!,
    DIGITS[(c >>> 12) & 15]!,
    DIGITS[(c >>> 8) & 15]!,
    DIGITS[(c >>> 4) & 15]!,
    DIGITS[c & 15]!,
    DIGITS[(d >>> 28) & 15]!,
    DIGITS[(d >>> 24) & 15]!,
    DIGITS[(d >>> 20) & 15]!,
    DIGITS[(d >>> 16) & 15]!,
    DIGITS[(d >>> 12) & 15]!,
    DIGITS[(d >>> 8) & 15]!,
    DIGITS[(d >>> 4) & 15]!,
    DIGITS[d & 15]!,
  );
}

/** 64 bits likewise. */
export function spanIdText(a: number, b: number): string {
  return String.fromCharCode(
    DIGITS[(a >>> 28) & 15]!,
    DIGITS[(a >>> 24) & 15]!,
    DIGITS[(a >>> 20) & 15]!,
    DIGITS[(a >>> 16) & 15]!,
    DIGITS[(a >>> 12) & 15]!,
    DIGITS[(a >>> 8) & 15]!,
    DIGITS[(a >>> 4) & 15]!,
    DIGITS[a & 15]!,
    DIGITS[(b >>> 28) & 15]!,
    DIGITS[(b >>> 24) & 15]!,
    DIGITS[(b >>> 20) & 15]!,
    DIGITS[(b >>> 16) & 15]!,
    DIGITS[(b >>> 12) & 15]!,
    DIGITS[(b >>> 8) & 15]!,
    DIGITS[(b >>> 4) & 15]!,
    DIGITS[b & 15]!,
  );
}

/** Both, and flags below 16, as a `traceparent` of version 00 (W3C Trace Context, 3.2). */
export function traceparentText(
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
  flags: number,
): string {
  return String.fromCharCode(
    0x30,
    0x30,
    DASH,
    DIGITS[(a >>> 28) & 15]!,
    DIGITS[(a >>> 24) & 15]!,
    DIGITS[(a >>> 20) & 15]!,
    DIGITS[(a >>> 16) & 15]!,
    DIGITS[(a >>> 12) & 15]!,
    DIGITS[(a >>> 8) & 15]!,
    DIGITS[(a >>> 4) & 15]!,
    DIGITS[a & 15]!,
    DIGITS[(b >>> 28) & 15]!,
    DIGITS[(b >>> 24) & 15]!,
    DIGITS[(b >>> 20) & 15]!,
    DIGITS[(b >>> 16) & 15]!,
    DIGITS[(b >>> 12) & 15]!,
    DIGITS[(b >>> 8) & 15]!,
    DIGITS[(b >>> 4) & 15]!,
    DIGITS[b & 15]!,
    DIGITS[(c >>> 28) & 15]!,
    DIGITS[(c >>> 24) & 15]!,
    DIGITS[(c >>> 20) & 15]!,
    DIGITS[(c >>> 16) & 15]!,
    DIGITS[(c >>> 12) & 15]!,
    DIGITS[(c >>> 8) & 15]!,
    DIGITS[(c >>> 4) & 15]!,
    DIGITS[c & 15]!,
    DIGITS[(d >>> 28) & 15]!,
    DIGITS[(d >>> 24) & 15]!,
    DIGITS[(d >>> 20) & 15]!,
    DIGITS[(d >>> 16) & 15]!,
    DIGITS[(d >>> 12) & 15]!,
    DIGITS[(d >>> 8) & 15]!,
    DIGITS[(d >>> 4) & 15]!,
    DIGITS[d & 15]!,
    DASH,
    DIGITS[(e >>> 28) & 15]!,
    DIGITS[(e >>> 24) & 15]!,
    DIGITS[(e >>> 20) & 15]!,
    DIGITS[(e >>> 16) & 15]!,
    DIGITS[(e >>> 12) & 15]!,
    DIGITS[(e >>> 8) & 15]!,
    DIGITS[(e >>> 4) & 15]!,
    DIGITS[e & 15]!,
    DIGITS[(f >>> 28) & 15]!,
    DIGITS[(f >>> 24) & 15]!,
    DIGITS[(f >>> 20) & 15]!,
    DIGITS[(f >>> 16) & 15]!,
    DIGITS[(f >>> 12) & 15]!,
    DIGITS[(f >>> 8) & 15]!,
    DIGITS[(f >>> 4) & 15]!,
    DIGITS[f & 15]!,
    DASH,
    0x30,
    DIGITS[flags]!,
  );
}

const DASH = 0x2d;

/** Whether a string is a trace id that may be used: 32 lower-case hex digits, not all zero. */
export function isTraceId(id: unknown): id is string {
  return typeof id === 'string' && id.length === 32 && isHex(id, 0, 32) && id !== NO_TRACE_ID;
}

/** Whether a string is a span id that may be used: 16 lower-case hex digits, not all zero. */
export function isSpanId(id: unknown): id is string {
  return typeof id === 'string' && id.length === 16 && isHex(id, 0, 16) && id !== NO_SPAN_ID;
}

let knownValid: unknown;

/**
 * Whether a span context can be a parent. Tracer and sampler ask for the same one after each other, so
 * the last that was found valid is not looked at again: 48 digits cost 56 ns.
 */
export function hasValidIds(context: SpanContext | undefined): boolean {
  if (context !== undefined && context === knownValid) return true;
  const valid = isTraceId(context?.traceId) && isSpanId(context?.spanId);
  if (valid) knownValid = context;
  return valid;
}

/** For all characters of HTTP's headers: the first one beyond a table has the engine make slower code, for good. */
const HEX = new Uint8Array(256);
for (const digit of '0123456789abcdef') HEX[digit.charCodeAt(0)] = 1;

/**
 * Whether a part of a text, a multiple of eight characters long, is lower-case hexadecimal. A table read
 * without branches, eight digits in a row: a trace and a span id take 56 ns, where a plain loop takes
 * 80, comparisons take 275 (random digits defeat prediction) and a regular expression 290.
 */
export function isHex(text: string, from: number, to: number): boolean {
  let all = 1;
  for (let i = from; i < to; i += 8) {
    all &=
      digitAt(text, i) &
      digitAt(text, i + 1) &
      digitAt(text, i + 2) &
      digitAt(text, i + 3) &
      digitAt(text, i + 4) &
      digitAt(text, i + 5) &
      digitAt(text, i + 6) &
      digitAt(text, i + 7);
  }
  return all === 1;
}

/** Whether two characters are lower-case hexadecimal. */
export function isHexPair(text: string, at: number): boolean {
  return (digitAt(text, at) & digitAt(text, at + 1)) === 1;
}

/** 1 for a digit; what is beyond the table or the text reads as `undefined`, which `&` takes for 0. */
function digitAt(text: string, index: number): number {
  return HEX[text.charCodeAt(index)]!;
}
