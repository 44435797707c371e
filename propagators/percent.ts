import { digitValue } from './header.js';

/**
 * Percent-decoding of UTF-8 that never fails, of a text or a part of it: bytes that are no UTF-8 become U+FFFD, as W3C
 * Baggage asks, and a `%` that starts no escape stands for itself.
 */
export function percentDecoded(text: string, from = 0, to = text.length): string {
  return (
    strictlyDecoded(text, from, to) ??
    text.slice(from, to).replace(/(?:%[0-9a-fA-F]{2})+/g, decodedRun)
  );
}

/** Percent-decoding of UTF-8; `undefined` when the text, or that part of it, is not well-formed. */
export function strictlyDecoded(text: string, from = 0, to = text.length): string | undefined {
  const first = text.indexOf('%', from);
  if (first === -1 || first >= to) return text.slice(from, to);
  const decoded = asciiDecoded(text, from, to, first);
  if (decoded !== undefined) return decoded;
  try {
    return decodeURIComponent(text.slice(from, to));
  } catch {
    return undefined;
  }
}

/**
 * Decodes a part of a text whose escapes are all ASCII, as most are, in a fraction of what the engine takes.
 * `undefined` where one is not, or does not end in that part.
 *
 * @param first where the first escape is
 */
function asciiDecoded(text: string, from: number, to: number, first: number): string | undefined {
  let decoded = '';
  for (let at = first; at !== -1 && at < to; at = text.indexOf('%', from)) {
    const code = (digitValue(text.charCodeAt(at + 1)) << 4) | digitValue(text.charCodeAt(at + 2));
    const character = ASCII[code];
    if (character === undefined || at + 2 >= to) return undefined;
    decoded += text.slice(from, at) + character;
    from = at + 3;
  }
  return decoded + text.slice(from, to);
}

/**
 * Percent-encodes the UTF-8 of all characters but those that a table marks; half a surrogate pair goes as U+FFFD.
 * Values are meant to be texts, but callers without types put numbers into baggage.
 */
export function percentEncoded(value: unknown, allowed: Uint8Array): string {
  const text = String(value);
  let encoded = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (allowed[code] === 1) continue;
    encoded += text.slice(from, at);
    from = code < 0x80 ? at + 1 : endOfRun(text, at);
    encoded += ESCAPES[code] ?? encodeURIComponent(text.slice(at, from).toWellFormed());
    at = from - 1;
  }
  return from === 0 ? text : encoded + text.slice(from);
}

/** Where the characters beyond ASCII end that begin here. */
function endOfRun(text: string, start: number): number {
  let end = start + 1;
  while (text.charCodeAt(end) > 0x7f) end++;
  return end;
}

/** The characters of ASCII, and their escapes, by code. */
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
const ESCAPES = ASCII.map((_, code) => `%${code.toString(16).toUpperCase().padStart(2, '0')}`);

/** How many bytes a text, or a part of it, has in UTF-8. */
export function utf8Length(text: string, from = 0, to = text.length): number {
  let bytes = to - from;
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    // Half of a surrogate pair: two of them make four bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 1 : 2;
  }
  return bytes;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function decodedRun(run: string): string {
  const bytes = new Uint8Array(run.length / 3);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(run.slice(i * 3 + 1, i * 3 + 3), 16);
  return decoder.decode(bytes);
}
