import type { HrTime } from '@opentelemetry/api';
import { isPlainTime, unusualUnixNano } from './unix-nano.js';

// oxlint-disable-next-line no-control-regex -- these are what JSON escapes
const ESCAPED = /["\\\u0000-\u001f]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** A text between the quotes of a JSON string. Lone surrogates may stay: UTF-8 has U+FFFD for them. */
export function escaped(text: string): string {
  if (!ESCAPED.test(text)) return text;
  return JSON.stringify(text.replace(LONE_SURROGATE, '\ufffd')).slice(1, -1);
}

/** Nanoseconds since the epoch in decimal digits. */
export function nanosText(time: HrTime): string {
  const [seconds, nanos] = time;
  if (!isPlainTime(time) || seconds === 0) return String(unusualUnixNano(time));
  // The leading 1 keeps the zeros after it.
  return secondsText(seconds) + String(1e9 + nanos).slice(1);
}

let lastSeconds = 0;
let lastText = '0';

/** Spans that are encoded together have few different seconds. */
function secondsText(seconds: number): string {
  if (seconds !== lastSeconds) {
    lastSeconds = seconds;
    lastText = String(seconds);
  }
  return lastText;
}

/** Numbers that JSON has none for are strings. */
export function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}
