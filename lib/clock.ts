import type { HrTime, TimeInput } from '@opentelemetry/api';

/**
 * Ties the monotonic clock to the wall clock: the moment, in whole seconds and nanoseconds since the
 * epoch, at which `performance.now()` was 0. Times of spans are kept as monotonic milliseconds and
 * turned into wall times through their anchor, so that they are finer than a millisecond and never run
 * backwards within a trace.
 */
export interface Anchor {
  /** Milliseconds since the epoch. */
  readonly epochMillis: number;
  readonly seconds: number;
  readonly nanos: number;
}

/**
 * A moment: monotonic milliseconds (a number, to be read through an {@link Anchor}), or the wall time
 * that a user gave, kept to the nanosecond.
 */
export type Moment = number | HrTime;

/** How far the wall clock may run away from the anchor before new traces follow it. */
const TOLERANCE_MILLIS = 2;

/** Times are exported as 64 bits of nanoseconds, which end in the year 2554. */
const MOST_SECONDS = 18_446_744_073;

/** The monotonic clock. In Node.js the global of this name is an accessor, which is called at each mention. */
const clock = performance;

let current: Anchor = makeAnchor(clock.timeOrigin);

/** What the monotonic clock shows, in milliseconds. */
export function monotonicNow(): number {
  return clock.now();
}

/** The process's anchor as it stands. */
export function currentAnchor(): Anchor {
  return current;
}

/**
 * The wall clock is asked at most this often: it costs as much as the monotonic one, 40 ns of a root
 * span's 280, and within a millisecond of the last look says nothing new.
 */
const LOOK_EVERY_MILLIS = 1;
let looked = -Infinity;

/**
 * The anchor for a local root that starts at `now`: the process's, moved to the wall clock if the two
 * have drifted apart (a sleeping machine, a corrected clock, a long uptime).
 */
export function anchorForRoot(now: number): Anchor {
  if (now >= looked && now - looked < LOOK_EVERY_MILLIS) return current;
  looked = now;
  const drift = Date.now() - (current.epochMillis + now);
  if (drift > TOLERANCE_MILLIS || drift < -TOLERANCE_MILLIS) current = checkedAnchor(current);
  return current;
}

/**
 * Looks twice before the anchor is moved: a process that loses the processor between the reading of one
 * clock and that of the other sees a drift that is none.
 */
function checkedAnchor(anchor: Anchor): Anchor {
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = monotonicNow();
    const wall = Date.now();
    if (monotonicNow() - before > TOLERANCE_MILLIS / 2) continue;
    const drift = wall - (anchor.epochMillis + before);
    const drifted = drift > TOLERANCE_MILLIS || drift < -TOLERANCE_MILLIS;
    return drifted ? makeAnchor(wall - before) : anchor;
  }
  return anchor;
}

/** A moment as `[seconds, nanoseconds]` since the epoch. */
export function toHrTime(moment: Moment, anchor: Anchor): HrTime {
  if (typeof moment !== 'number') return [moment[0], moment[1]];
  const seconds = Math.floor(moment / 1000);
  const nanos = Math.round((moment - seconds * 1000) * 1e6);
  return carried(anchor.seconds + seconds, anchor.nanos + nanos);
}

/**
 * What a user gave as a time: `[seconds, nanoseconds]`, a Date, a `performance.now()` reading (a number
 * not larger than the clock shows now), or milliseconds since the epoch. `undefined` for anything else.
 */
export function momentOf(time: TimeInput): Moment | undefined {
  if (typeof time === 'number') {
    if (!(time >= 0 && time < MOST_SECONDS * 1000)) return undefined;
    return time <= monotonicNow() ? time : millisToHrTime(time);
  }
  try {
    return time instanceof Date ? momentOfDate(time) : momentOfPair(time);
  } catch {
    return undefined;
  }
}

function momentOfDate(date: Date): Moment | undefined {
  const millis = date.getTime();
  return millis >= 0 && millis < MOST_SECONDS * 1000 ? millisToHrTime(millis) : undefined;
}

function momentOfPair(time: unknown): Moment | undefined {
  if (!Array.isArray(time) || time.length !== 2) return undefined;
  const [seconds, nanos] = time as [unknown, unknown];
  if (!isWholeBelow(MOST_SECONDS, seconds) || !isWholeBelow(1e9, nanos)) return undefined;
  return [seconds, nanos];
}

function isWholeBelow(bound: number, value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < bound;
}

/** How long it is from one moment to another, never negative, as `[seconds, nanoseconds]`. */
export function hrDuration(start: HrTime, end: HrTime): HrTime {
  let seconds = end[0] - start[0];
  let nanos = end[1] - start[1];
  if (nanos < 0) {
    seconds -= 1;
    nanos += 1e9;
  }
  return seconds < 0 ? [0, 0] : [seconds, nanos];
}

/** Whether one wall time lies before another. */
export function isBefore(a: HrTime, b: HrTime): boolean {
  return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);
}

function millisToHrTime(millis: number): HrTime {
  const seconds = Math.floor(millis / 1000);
  return carried(seconds, Math.round((millis - seconds * 1000) * 1e6));
}

/** With the nanoseconds (at most two seconds of them) below a second. */
export function carried(seconds: number, nanos: number): HrTime {
  return nanos >= 1e9 ? [seconds + 1, nanos - 1e9] : [seconds, nanos];
}

function makeAnchor(epochMillis: number): Anchor {
  const [seconds, nanos] = millisToHrTime(epochMillis);
  return Object.freeze({ epochMillis, seconds, nanos });
}
