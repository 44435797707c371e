import type { TraceState as ApiTraceState } from '@opentelemetry/api';
import { report } from './diagnostics.js';
import { countOf, MAX_PRECISION, shortDigits } from './sampling-threshold.js';
import { TraceState } from './trace-state.js';

/** What the member `ot` of a trace state says (specification: trace state handling). */
export interface OtFields {
  /** The whole value; empty where there is none, or one that is malformed. */
  readonly value: string;
  /** `th`, the threshold that the span was kept by, as 14 hex digits. Absent where it is invalid. */
  readonly th?: string;
  /** `rv`, a random number for the trace instead of that in the trace id. Absent where it is invalid. */
  readonly rv?: string;
  /** Whether the value is malformed or its `th` invalid: others may read it in another way. */
  readonly unclear: boolean;
}

const KEY = 'ot';
const MAX_LENGTH = 256;
const NOTHING: OtFields = Object.freeze({ value: '', unclear: false });
const MALFORMED: OtFields = Object.freeze({ value: '', unclear: true });

let lastState: ApiTraceState | undefined;
let lastFields = NOTHING;

/**
 * Reads the member `ot`. The spans of a trace within one process share their trace state, so the last one is
 * remembered.
 */
export function otFieldsOf(state: ApiTraceState | undefined): OtFields {
  if (state === undefined || state === null) return NOTHING;
  if (state !== lastState) {
    lastFields = parseOt(state.get(KEY));
    lastState = state;
  }
  return lastFields;
}

/** The fields of a value; malformed ones, as a whole, say nothing. */
export function parseOt(value: string | undefined): OtFields {
  if (value === undefined) return NOTHING;
  if (value.length > MAX_LENGTH) return MALFORMED;
  const keys = new Set<string>();
  let th: string | undefined;
  let rv: string | undefined;
  for (const field of value.split(';')) {
    const [, key, text] = /^([a-z][a-z0-9]*):([A-Za-z0-9._-]*)$/.exec(field) ?? [];
    if (key === undefined || text === undefined || keys.has(key)) return MALFORMED;
    keys.add(key);
    if (key === 'th' && /^[0-9a-f]{1,14}$/.test(text)) th = text.padEnd(MAX_PRECISION, '0');
    if (key === 'rv' && /^[0-9a-f]{14}$/.test(text)) rv = text;
  }
  const unclear = th === undefined && keys.has('th');
  return { value, unclear, ...(th !== undefined && { th }), ...(rv !== undefined && { rv }) };
}

/**
 * A trace state in which `ot` has this threshold, or none. Everything else in it stays. Where the member would
 * become longer than allowed, it gets no threshold: an unknown count is better than a wrong one.
 *
 * @param digits 14 hex digits
 * @param rv added where the trace has none yet
 */
export function withThreshold(
  state: ApiTraceState | undefined,
  digits: string | undefined,
  rv?: string,
): ApiTraceState {
  const before = otFieldsOf(state);
  const replaced = rv !== undefined && before.rv === undefined ? /^(th|rv):/ : /^th:/;
  const fields = before.value.split(';').filter((field) => field !== '' && !replaced.test(field));
  if (rv !== undefined && before.rv === undefined) fields.unshift(`rv:${rv}`);
  if (digits !== undefined) fields.unshift(`th:${shortDigits(digits)}`);
  const value = fields.join(';');
  if (value.length > MAX_LENGTH) {
    report(
      'trace-state.ot-too-long',
      `tracestate ot would be longer than ${MAX_LENGTH} characters with a sampling threshold: it gets none, and ` +
        'counts made from such spans are too low; look for what else is written there',
    );
    return withThreshold(state, undefined);
  }
  const known = state ?? new TraceState();
  return value === '' ? known.unset(KEY) : known.set(KEY, value);
}

/**
 * How many spans a sampled one stands for, by its trace state: 1 / the probability with which it was kept. To
 * count spans, sum this up. `undefined` where no sampler has said it.
 */
export function adjustedCount(state: ApiTraceState | undefined): number | undefined {
  const { th } = otFieldsOf(state);
  return th === undefined ? undefined : countOf(BigInt(`0x${th}`));
}
