/**
 * Percent-decoding of UTF-8 that never fails: bytes that are no UTF-8 become U+FFFD, as W3C Baggage
 * asks, and a `%` that starts no escape stands for itself.
 */
export function percentDecoded(text: string): string {
  return strictlyDecoded(text) ?? text.replace(/(?:%[0-9a-fA-F]{2})+/g, decodedRun);
}

/** Percent-decoding of UTF-8; `undefined` when the text is not well-formed. */
export function strictlyDecoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Percent-encodes the UTF-8 of the matches; half a surrogate pair goes as U+FFFD. Values are meant to be
 * texts, but callers without types put numbers into baggage.
 */
export function percentEncoded(text: unknown, forbidden: RegExp): string {
  return String(text).replace(forbidden, encodedRun);
}

/** How many bytes a text has in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
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

function encodedRun(run: string): string {
  try {
    return encodeURIComponent(run);
  } catch {
    return encodeURIComponent(run.replace(/\p{Surrogate}/gu, '\ufffd'));
  }
}
