import type { HrTime, TimeInput } from '@opentelemetry/api';
import { carried, currentAnchor, momentOf, monotonicNow, toHrTime } from './clock.js';

/*
 * The time helpers of `@opentelemetry/core`, for processors and exporters that were written with them. A
 * time is `[seconds, nanoseconds]`, the nanoseconds below a second.
 */

const NANOS_PER_SECOND = 1e9;

/**
 * The wall time of a `performance.now()` reading, by default of now. It is read from the clock that spans
 * are timed with, so it sorts with their times, also when the wall clock has been corrected.
 */
export function hrTime(performanceNow?: number): HrTime {
  const now = typeof performanceNow === 'number' ? performanceNow : monotonicNow();
  return toHrTime(now, currentAnchor());
}

/**
 * A time as spans take it, read as they read it: `[seconds, nanoseconds]`, a Date, a `performance.now()`
 * reading, or milliseconds since the epoch.
 *
 * @throws TypeError for anything else, and for times before 1970
 */
export function timeInputToHrTime(time: TimeInput): HrTime {
  const moment = momentOf(time);
  if (moment === undefined) {
    throw new TypeError(
      `a time is [seconds, nanoseconds], a Date or a number, not ${String(time)}`,
    );
  }
  return toHrTime(moment, currentAnchor());
}

/** Milliseconds since the epoch, or of a duration, as a time; rounded to the nanosecond. */
export function millisToHrTime(millis: number): HrTime {
  const seconds = Math.trunc(millis / 1000);
  return carried(seconds, Math.round((millis % 1000) * 1e6));
}

/** How long it is from one time to another; negative seconds where the end lies before the start. */
export function hrTimeDuration(startTime: HrTime, endTime: HrTime): HrTime {
  const seconds = endTime[0] - startTime[0];
  const nanos = endTime[1] - startTime[1];
  return nanos < 0 ? [seconds - 1, nanos + NANOS_PER_SECOND] : [seconds, nanos];
}

/** The sum of two times, such as of a time and a duration. */
export function addHrTimes(time1: HrTime, time2: HrTime): HrTime {
  return carried(time1[0] + time2[0], time1[1] + time2[1]);
}

/** As ISO 8601 in UTC, to the nanosecond: `2019-05-14T17:00:00.000123456Z`. */
export function hrTimeToTimeStamp([seconds, nanos]: HrTime): string {
  const toTheSecond = new Date(seconds * 1000).toISOString().slice(0, -'000Z'.length);
  return `${toTheSecond}${String(nanos).padStart(9, '0')}Z`;
}

/** In nanoseconds, as exactly as a number can say it: to a quarter of a microsecond for times of today. */
export function hrTimeToNanoseconds([seconds, nanos]: HrTime): number {
  return seconds * NANOS_PER_SECOND + nanos;
}

/** In microseconds, with a fraction. */
export function hrTimeToMicroseconds([seconds, nanos]: HrTime): number {
  return seconds * 1e6 + nanos / 1e3;
}

/** In milliseconds, with a fraction. */
export function hrTimeToMilliseconds([seconds, nanos]: HrTime): number {
  return seconds * 1e3 + nanos / 1e6;
}

/** In seconds, with a fraction. */
export function hrTimeToSeconds([seconds, nanos]: HrTime): number {
  return seconds + nanos / NANOS_PER_SECOND;
}

/** Whether a value has the form of a time: two numbers. */
export function isTimeInputHrTime(value: unknown): value is HrTime {
  return (
    Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === 'number')
  );
}

/** Whether a value has one of the forms of a time that spans take. */
export function isTimeInput(value: unknown): value is HrTime | number | Date {
  return typeof value === 'number' || value instanceof Date || isTimeInputHrTime(value);
}
