import type { HrTime } from '@opentelemetry/api';

/** The time of day of a moment, `12:03:44.102`, in local time or UTC. */
export function timeOfDay(time: HrTime, utc: boolean): string {
  const date = toDate(time);
  if (date === undefined) return '--:--:--.---';
  const [hours, minutes, seconds, millis] = utc
    ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), date.getUTCMilliseconds()]
    : [date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds()];
  return `${pad(hours, 2)}:${pad(minutes, 2)}:${pad(seconds, 2)}.${pad(millis, 3)}`;
}

/** The day of a moment, `2026-11-21`, in local time or UTC. */
export function day(time: HrTime, utc: boolean): string {
  const date = toDate(time);
  if (date === undefined) return '----------';
  const [year, month, dayOfMonth] = utc
    ? [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
    : [date.getFullYear(), date.getMonth(), date.getDate()];
  return `${pad(year, 4)}-${pad(month + 1, 2)}-${pad(dayOfMonth, 2)}`;
}

/** A moment in ISO 8601, UTC, to the millisecond; empty when it is no time at all. */
export function isoTime(time: HrTime): string {
  return toDate(time)?.toISOString() ?? '';
}

function toDate(time: HrTime): Date | undefined {
  const date = new Date(time[0] * 1000 + Math.floor(time[1] / 1e6));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
