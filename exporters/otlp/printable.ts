/** The longest text of a backend that is repeated in a message. */
const LONGEST_TEXT = 300;

/** A stranger's text for one line of a log. */
export function printable(text: string): string {
  return text
    .slice(0, LONGEST_TEXT)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
