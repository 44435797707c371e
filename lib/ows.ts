/** A text, or a part of it, without the spaces and tabs around it, which are no part of a header's value. */
export function trimOws(text: string, from = 0, to = text.length): string {
  const start = startWithoutOws(text, from, to);
  const end = endWithoutOws(text, start, to);
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Where the first character between two places stands that is neither space nor tab; the second place if none is. */
export function startWithoutOws(text: string, from: number, to: number): number {
  while (from < to && isOws(text.charCodeAt(from))) from++;
  return from;
}

/** Likewise behind the last one; the first place if there is none. */
export function endWithoutOws(text: string, from: number, to: number): number {
  while (to > from && isOws(text.charCodeAt(to - 1))) to--;
  return to;
}

/** Optional white space: a space or a tab (RFC 9110, 5.6.3). */
export function isOws(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
