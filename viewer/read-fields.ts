import {
  createTraceState,
  SpanKind,
  SpanStatusCode,
  type HrTime,
  type TraceState,
} from '@opentelemetry/api';
import { isValidId } from '../exporters/otlp/ids.js';

/*
 * The fields of OTLP JSON, read as generously as they are met: what cannot be read has its default.
 */

/** A text, or an empty one. */
export function readText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A count or flags: a whole number that is not negative, also as text. */
export function readCount(value: unknown): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : 0;
}

/**
 * An id of so many bytes, in lower case: hex digits as OTLP has them (E-JSON-02), or base64 as the common
 * JSON of protobuf messages does. `undefined` when it is none, or of zeros alone.
 */
export function readId(value: unknown, bytes: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const isBase64 = value.length === Math.ceil(bytes / 3) * 4 && value.endsWith('=');
  const id = isBase64 ? Buffer.from(value, 'base64').toString('hex') : value.toLowerCase();
  return isValidId(id, bytes) ? id : undefined;
}

/** Nanoseconds since the epoch, as text or as a number, which has lost its last digits. */
export function readTime(value: unknown): HrTime {
  if (typeof value === 'string' && /^[0-9]{1,20}$/.test(value)) {
    return [Number(value.slice(0, -9)), Number(value.slice(-9))];
  }
  const nanos = typeof value === 'string' ? Number(value) : value;
  if (typeof nanos !== 'number' || !(nanos > 0 && nanos < Infinity)) return [0, 0];
  const whole = BigInt(Math.trunc(nanos));
  return [Number(whole / NANOS), Number(whole % NANOS)];
}

const NANOS = 1_000_000_000n;

/** OTLP's numbers are the places in these lists; its 0 means that nothing was said. */
const KIND_NAMES = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'] as const;
const STATUS_NAMES = ['UNSET', 'OK', 'ERROR'] as const;

/** A span's kind, by its number or its name. */
export function readKind(value: unknown): SpanKind {
  return SpanKind[readEnum(value, KIND_NAMES, 'SPAN_KIND_')];
}

/** The code of a span's status, by its number or its name. */
export function readStatusCode(value: unknown): SpanStatusCode {
  return SpanStatusCode[readEnum(value, STATUS_NAMES, 'STATUS_CODE_')];
}

function readEnum<T extends string>(
  value: unknown,
  names: readonly [T, ...T[]],
  prefix: string,
): T {
  const named = names.find((name) => value === prefix + name);
  return named ?? names[readCount(value)] ?? names[0];
}

/** A trace state that is written as it came, and taken apart only when somebody asks. */
export function readTraceState(value: unknown): TraceState | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const parsed = (): TraceState => createTraceState(value);
  return {
    get: (key) => parsed().get(key),
    set: (key, entry) => parsed().set(key, entry),
    unset: (key) => parsed().unset(key),
    serialize: () => value,
  };
}
