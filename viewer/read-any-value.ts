import type { Attributes } from '@opentelemetry/api';

/** Values nested deeper than this are read as empty: a stranger made them. */
const MAX_DEPTH = 100;

/** Any JSON object, or an empty one. */
export type Json = Readonly<Record<string, unknown>>;

/** The value where it is an object, else an object without members. */
export function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Json)
    : NOTHING;
}

/** The value where it is a list, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const NOTHING: Json = Object.freeze({});

/**
 * A list of OTLP's `KeyValue` as attributes (E-JSON-02, 04, 05): bytes as `Uint8Array`, integers beyond
 * 2^53 as bigint, an empty value as `null`. What is no key-value pair is ignored.
 */
export function readAttributes(keyValues: unknown): Attributes {
  return readPairs(keyValues, 0);
}

function readPairs(keyValues: unknown, depth: number): Attributes {
  const entries: [string, unknown][] = [];
  for (const item of listOf(keyValues)) {
    const { key, value } = objectOf(item);
    if (typeof key === 'string') entries.push([key, readAnyValue(value, depth)]);
  }
  // Also right for a key such as `__proto__`.
  return Object.fromEntries(entries);
}

/** The first member that is there; a oneof has no more. */
function readAnyValue(given: unknown, depth: number): unknown {
  if (depth >= MAX_DEPTH) return null;
  for (const [member, value] of Object.entries(objectOf(given))) {
    switch (member) {
      case 'stringValue':
        return isScalar(value) ? String(value) : null;
      case 'boolValue':
        return value === true || value === 'true';
      case 'intValue':
        return readInteger(value);
      case 'doubleValue':
        return readDouble(value);
      case 'bytesValue':
        return typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : null;
      case 'arrayValue':
        return listOf(objectOf(value)['values']).map((item) => readAnyValue(item, depth + 1));
      case 'kvlistValue':
        return readPairs(objectOf(value)['values'], depth + 1);
      default:
    }
  }
  return null;
}

function isScalar(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Decimal text or a number; what is neither is empty. */
function readInteger(value: unknown): unknown {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^-?[0-9]{1,20}$/.test(value)) return null;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
}

/** A number, also as text: JSON has none for NaN and the infinities. */
function readDouble(value: unknown): unknown {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && value !== '' ? Number(value) : null;
}
