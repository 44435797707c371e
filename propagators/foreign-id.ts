import { sha256 } from '@noble/hashes/sha2.js';
import { NO_SPAN_ID, NO_TRACE_ID } from '../lib/ids.js';

/** An id made elsewhere may be this long, in UTF-16 units. */
const MAX_LENGTH = 128;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HEX_128 = /^[0-9a-f]{32}$/i;
const HEX_64 = /^[0-9a-f]{16}$/i;
/** Characters that can be seen or are a space; the list is that of Unicode's general categories. */
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u;

/**
 * The trace id that stands for a text: its digits if it is a 128-bit or a 64-bit id (padded with zeros
 * on the left) or a UUID, else the first 16 bytes of the SHA-256 of its UTF-8. `undefined` if it is all
 * zero, too long or not printable.
 */
export function toTraceId(text: string): string | undefined {
  const digits = hexDigits(text);
  if (digits === undefined) return hashed(text, 16);
  const id = digits.padStart(32, '0');
  return id === NO_TRACE_ID ? undefined : id;
}

/**
 * The span id that stands for a text: itself if it is a 64-bit id, else the first 8 bytes of the SHA-256
 * of its UTF-8, which is also what becomes of wider ids. `undefined` if it is all zero, too long or not
 * printable.
 */
export function toSpanId(text: string): string | undefined {
  const digits = hexDigits(text);
  if (digits !== undefined && /^0+$/.test(digits)) return undefined;
  return digits?.length === NO_SPAN_ID.length ? digits : hashed(text, 8);
}

/** The id of a caller that sent none, the same in every service that sees its trace id. */
export function derivedSpanId(traceId: string): string {
  return digest(traceId, 8);
}

/** The digits of an id in one of the known forms, in lower case. */
function hexDigits(text: string): string | undefined {
  if (HEX_128.test(text) || HEX_64.test(text)) return text.toLowerCase();
  return UUID.test(text) ? text.replaceAll('-', '').toLowerCase() : undefined;
}

function hashed(text: string, bytes: number): string | undefined {
  return text.length <= MAX_LENGTH && PRINTABLE.test(text) ? digest(text, bytes) : undefined;
}

function digest(text: string, bytes: number): string {
  let hex = '';
  for (const byte of sha256(new TextEncoder().encode(text)).subarray(0, bytes)) {
    hex += byte.toString(16).padStart(2, '0');
  }
  return hex;
}
