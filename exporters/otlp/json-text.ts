import type { HrTime } from '@opentelemetry/api';
import { piece, type Piece } from './piece.js';
import { isPlainTime, unusualUnixNano } from './unix-nano.js';
import type { BackwardWriter } from './writer.js';

// oxlint-disable-next-line no-control-regex -- these are what JSON escapes
const ESCAPED = /["\\\u0000-\u001f]/;

/** A text between the quotes of a JSON string. Lone surrogates become U+FFFD. */
export function writeJsonText(w: BackwardWriter, text: string): void {
  if (!w.shortJson(text) && !w.plainJson(text)) w.text(escaped(text));
}

/** The same for one of the texts that were staged. */
export function writeStagedJson(w: BackwardWriter, text: string): void {
  if (!w.stagedJson(text)) writeJsonText(w, text);
}

/** Lone surrogates may stay: UTF-8 has U+FFFD for them. */
export function escaped(text: string): string {
  return ESCAPED.test(text) ? JSON.stringify(text.toWellFormed()).slice(1, -1) : text;
}

/** Nanoseconds since the epoch in decimal digits. */
export function writeNanos(w: BackwardWriter, time: HrTime): void {
  if (isPlainTime(time) && time[0] > 0) {
    w.digits(time[1], 9);
    w.piece(secondsPiece(time[0]));
  } else {
    w.text(String(unusualUnixNano(time)));
  }
}

let lastSeconds = 0;
let lastPiece = piece('0');

/** Spans that are encoded together have few different seconds. */
function secondsPiece(seconds: number): Piece {
  if (seconds !== lastSeconds) {
    lastSeconds = seconds;
    lastPiece = piece(String(seconds));
  }
  return lastPiece;
}

/** Numbers that JSON has none for are strings. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}
