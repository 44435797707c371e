/** Statuses after which the same request may be sent again (E-HTTP-05). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** The longest wait that a backend can ask for where nothing else bounds it, in milliseconds. */
export const LONGEST_WAIT = 300_000;

/** HTTP dates begin with the name of a weekday; `Date.parse` alone accepts much more than they are. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? /;

/** Whether a response with this status may be answered with another attempt. */
export function isRetryableStatus(status: number): boolean {
  return RETRYABLE.has(status);
}

/**
 * The wait of a `Retry-After` header in milliseconds (RFC 9110, 10.2.3: seconds, or a date), 0 for a
 * date that has passed. `undefined` when there is none, or none that can be read.
 */
export function retryAfterMillis(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^[0-9]+$/.test(text)) return Number(text) * 1000;
  if (!HTTP_DATE.test(text)) return undefined;
  // The oldest of the three forms does not say that it means GMT.
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/**
 * The wait before the next attempt: random between 0 and a bound that grows by half with each attempt
 * (exponential backoff with full jitter), so that many processes do not come back at once.
 */
export function backoffMillis(
  attempts: number,
  { initialBackoffMillis: initial, maxBackoffMillis: max }: BackoffBounds,
): number {
  return Math.random() * Math.min(max, initial * 1.5 ** (attempts - 1));
}

/** The bounds of the random wait, in milliseconds. */
export interface BackoffBounds {
  readonly initialBackoffMillis: number;
  readonly maxBackoffMillis: number;
}
