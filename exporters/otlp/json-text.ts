import type { HrTime } from '@opentelemetry/api';
import { piece, type Piece } from './piece.js';
import { isPlainTime, unusualUnixNano } from './unix-nano.js';
import type { BackwardWriter } from './writer.js';

// oxlint-disable-next-line no-control-regex -- these are what JSON escapes
const ESCAPED = /["\\\u0000-\u001f]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A text between the quotes of a JSON string. Lone surrogates become U+FFFD. It uses the writer's stage. */
export function writeJsonText(w: BackwardWriter, text: string): void {
  if (w.shortJson(text)) return;
  if (stageJson(w, text, []) > 0) w.staged(0, text.length);
  else w.text(escaped(text));
}

/** Lone surrogates may stay: UTF-8 has U+FFFD for them. */
export function escaped(text: string): string {
  if (!ESCAPED.test(text)) return text;
  return JSON.stringify(text.replace(LONE_SURROGATE, '\ufffd')).slice(1, -1);
}

/**
 * Puts a text, and those among values, on the writer's stage. Returns where they end; 0, with nothing there,
 * when one of them needs more than a byte for a character.
 */
export function stageJson(w: BackwardWriter, text: string, values: readonly unknown[]): number {
  let texts = text;
  for (const value of values) if (typeof value === 'string') texts += value;
  return w.stage(texts) && w.stagedIsPlainJson(texts.length) ? texts.length : 0;
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
