import { eastAsianWidth } from 'get-east-asian-width';

/** More than any line shows; a name or value longer than this is not looked at further. */
const LONGEST = 1024;

const PLAIN = /^[ -~]*$/;

/**
 * A name or value made safe to print: one line, no control, escape, bidi or invisible characters. A
 * span name is user input, and `ESC [2J` in it would clear the screen.
 *
 * What terminals measure differently is reduced to what they measure alike: emoji lose skin tones,
 * joiners and variation selectors. So the width counted here is the width drawn.
 */
export function clean(text: string): string {
  const bounded = text.length > LONGEST ? text.slice(0, LONGEST) : text;
  return PLAIN.test(bounded) ? bounded : scrub(bounded);
}

/** The same in printable ASCII: accents are dropped, what has no ASCII form becomes `?`. */
export function cleanAscii(text: string): string {
  const safe = clean(text);
  if (PLAIN.test(safe)) return safe;
  return safe.normalize('NFKD').replace(MARKS, '').replace(NOT_ASCII, '?');
}

/** How many cells a terminal needs for a clean text. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** A clean text cut to at most `room` cells; what was cut ends in the ellipsis, never inside a grapheme. */
export function cut(text: string, room: number, ellipsis: string): string {
  if (PLAIN.test(text)) {
    if (text.length <= room) return text;
    if (room < ellipsis.length) return '';
    return text.slice(0, room - ellipsis.length) + ellipsis;
  }
  if (textWidth(text) <= room) return text;
  if (room < ellipsis.length) return '';
  return fitting(text, room - ellipsis.length) + ellipsis;
}

/** Like {@link cut}, but keeps the end: of a path, the file and the line matter most. */
export function cutStart(text: string, room: number, ellipsis: string): string {
  if (textWidth(text) <= room) return text;
  if (room < ellipsis.length) return '';
  const backwards = graphemes(text).toReversed();
  const kept = takeWhileFits(backwards, room - ellipsis.length);
  return ellipsis + kept.toReversed().join('');
}

const ESCAPE = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
const CONTROL_SEQUENCE = String.fromCharCode(0x9b);

/** ECMA-48: control sequences, terminated strings (OSC, DCS, SOS, PM, APC), two-character escapes. */
const ESCAPES = new RegExp(
  `${ESCAPE}\\[[0-?]*[ -/]*[@-~]` +
    `|${CONTROL_SEQUENCE}[0-?]*[ -/]*[@-~]` +
    `|${ESCAPE}\\][^${ESCAPE}${BELL}]*(?:${BELL}|${ESCAPE}\\\\)` +
    `|${ESCAPE}[PX^_][^${ESCAPE}]*${ESCAPE}\\\\` +
    `|${ESCAPE}[ -/]*[0-~]`,
  'g',
);
/** White space, without the byte order mark that JavaScript counts among it. */
const SPACES = /[^\S\ufeff]+/gu;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Emoji_Modifier}]/gu;
const UNKNOWN = /[\p{Cs}\p{Cn}]/gu;
const MARKS = /[\p{Mn}\p{Me}]/gu;
/** They would settle on whatever is drawn before. */
const LEADING_MARKS = /^[\p{Mn}\p{Me}]+/u;
const MARK = /[\p{Mn}\p{Me}]/u;
const NOT_ASCII = /[^ -~]/gu;

function scrub(text: string): string {
  return text
    .replace(ESCAPES, '')
    .replace(SPACES, ' ')
    .replace(INVISIBLE, '')
    .replace(UNKNOWN, '\ufffd')
    .replace(LEADING_MARKS, '')
    .normalize('NFC');
}

function characterWidth(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x300) return 1;
  return MARK.test(character) ? 0 : eastAsianWidth(codePoint);
}

function fitting(text: string, room: number): string {
  return takeWhileFits(graphemes(text), room).join('');
}

function takeWhileFits(parts: string[], room: number): string[] {
  let left = room;
  const end = parts.findIndex((part) => (left -= textWidth(part)) < 0);
  return end < 0 ? parts : parts.slice(0, end);
}

let segmenter: Intl.Segmenter | undefined;

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter();
  return Array.from(segmenter.segment(text), (part) => part.segment);
}
