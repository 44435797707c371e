import type { TextMapGetter } from '@opentelemetry/api';
import { trimOws } from '../lib/ows.js';

/** What a getter returns for a header; several values when the carrier keeps them apart. */
export type HeaderValue = string | string[] | undefined;

/**
 * Reads a header by its lower-case name, whatever its spelling in the carrier.
 *
 * Getters for HTTP are meant to ignore case themselves, but the API's default one, over a plain object,
 * does not. So a miss looks through the keys, unless the carrier has a lower-case `host`: then an HTTP
 * parser has lower-cased every name, and requests without a trace need no second look.
 */
export function readHeader(carrier: unknown, getter: TextMapGetter, name: string): HeaderValue {
  return getter.get(carrier, name) ?? readOtherSpelling(carrier, getter, name);
}

/** The second look of `readHeader`, for those that have missed already. */
export function readOtherSpelling(
  carrier: unknown,
  getter: TextMapGetter,
  name: string,
): HeaderValue {
  if (getter.get(carrier, 'host') !== undefined) return undefined;
  const key = spellingOf(getter.keys(carrier), name);
  return key === undefined ? undefined : getter.get(carrier, key);
}

/** Which of these keys is a lower-case name, whatever its case. */
export function spellingOf(keys: Iterable<string>, name: string): string | undefined {
  for (const key of keys) {
    if (key.length === name.length && key.toLowerCase() === name) return key;
  }
  return undefined;
}

/** The first of several values, where the carrier keeps them apart. */
export function firstValue(value: HeaderValue): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? trimOws(first) : undefined;
}

/**
 * The first of several values of a header whose values hold no comma, also where HTTP has joined them.
 */
export function firstOfList(value: HeaderValue): string | undefined {
  const first = firstValue(value);
  const comma = first?.indexOf(',') ?? -1;
  return comma === -1 ? first : trimOws(first!.slice(0, comma));
}

/** All values as the one list that they are parts of (RFC 9110, section 5.3). */
export function joinedValue(value: HeaderValue): string | undefined {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(',') : undefined;
}

/** Whether a text, or a part of it, can be the name of a header: an RFC 9110 token. */
export function isToken(text: string, from = 0, to = text.length): boolean {
  return from < to && consistsOf(text, TOKEN, from, to);
}

/** The value of a hexadecimal digit by its code; -1 for what is none. */
export function digitValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Whether all characters of a text, or of a part of it, are marked in a table. */
export function consistsOf(text: string, marked: Uint8Array, from = 0, to = text.length): boolean {
  let all = 1;
  for (let i = from; i < to; i++) all &= marked[text.charCodeAt(i)]!; // undefined counts as 0
  return all === 1;
}

/**
 * A table that marks the characters which match, of those that HTTP's headers have: the first one beyond it has the
 * engine make slower code, for good.
 */
export function table(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) =>
    Number(pattern.test(String.fromCharCode(code))),
  );
}

const TOKEN = table(/[\w!#$%&'*+\-.^`|~]/);
