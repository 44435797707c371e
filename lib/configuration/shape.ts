import type { ConfigurationProblem } from './configuration-error.js';
import { placeOf } from './places.js';

/** Where a value stands, and where to say what is wrong with it. */
export interface Spot {
  readonly path: string;
  readonly container?: object | undefined;
  readonly key?: string | number | undefined;
  readonly problems: ConfigurationProblem[];
  /** Whether unknown keys are let pass: in a file of a format that is newer than what is known here. */
  readonly isLenient: boolean;
}

/** Looks at a value that is there, and says what is wrong with it. */
export type Check = (value: unknown, spot: Spot) => void;

/** Says what is wrong at a spot. */
export function complain({ path, container, key, problems }: Spot, message: string): void {
  problems.push({ ...placeOf(container, key), path, message });
}

/** A check of one kind of value: what is expected, in words, and whether it is that. */
export function expecting(what: string, is: (value: unknown) => boolean, isSecret = false): Check {
  return (value, spot) => {
    if (is(value)) return;
    complain(spot, `expected ${what}, not ${isSecret ? 'this' : shown(value)}`);
  };
}

export const bool: Check = expecting('true or false', (value) => typeof value === 'boolean');
export const text: Check = expecting('a text', (value) => typeof value === 'string');
/** A text that is not shown in messages. */
export const secret: Check = expecting('a text', (value) => typeof value === 'string', true);
export const ratio: Check = expecting(
  'a number from 0 to 1',
  (value) => typeof value === 'number' && value >= 0 && value <= 1,
);

const GREATEST = 0x7fffffff;

/** A whole number. */
export function whole(least: number): Check {
  return expecting(
    `a whole number from ${least} to ${GREATEST}`,
    (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= GREATEST,
  );
}

/** One of some words, in any case. */
export function oneOf(...words: readonly string[]): Check {
  return expecting(
    `one of ${words.join(', ')}`,
    (value) => typeof value === 'string' && words.includes(value.toLowerCase()),
  );
}

/** A list of values of one kind. */
export function list(item: Check, { least = 0 }: { least?: number } = {}): Check {
  return (value, spot) => {
    if (!Array.isArray(value)) return complain(spot, `expected a list, not ${shown(value)}`);
    if (value.length < least) complain(spot, `expected a list of at least ${least}, not of none`);
    for (const [index, entry] of value.entries()) {
      item(entry, { ...spot, path: `${spot.path}[${index}]`, container: value, key: index });
    }
  };
}

/**
 * A mapping with these keys and no other. A key without a value counts as not there (D-05), as its default
 * is what it means; unless it is `required`.
 *
 * @param rules.present keys that must be there, though they may have no value
 */
export function mapping(
  keys: Readonly<Record<string, Check>>,
  rules: { required?: readonly string[]; present?: readonly string[] } = {},
): Check {
  const { required = [], present = [] } = rules;
  return (value, spot) => {
    if (!isMapping(value)) {
      return complain(spot, `expected a mapping with ${namesOf(keys)}, not ${shown(value)}`);
    }
    for (const [key, entry] of Object.entries(value)) {
      const at = within(spot, value, key);
      const check = Object.hasOwn(keys, key) ? keys[key] : undefined;
      if (check === undefined) unknownKey(at, keys);
      else if (entry !== null && entry !== undefined) check(entry, at);
    }
    for (const key of required) {
      if (value[key] !== null && value[key] !== undefined) continue;
      complain(within(spot, value, key), 'expected a value: it is required');
    }
    for (const key of present) {
      if (!(key in value)) complain(within(spot, value, key), 'expected a value: it is required');
    }
  };
}

/** Keys that are in development come and go: they are no mistakes where they are not known. */
function unknownKey(spot: Spot, keys: Readonly<Record<string, Check>>): void {
  if (spot.isLenient || isExperimental(String(spot.key))) return;
  complain(spot, `expected one of ${namesOf(keys)}: there is no such key`);
}

/** Whether a key is marked as not stable (configuration schema: experimental features). */
export function isExperimental(key: string): boolean {
  return /\/(development|alpha|beta)$/.test(key);
}

/**
 * A component: a mapping of one key, its name, to its options, or to nothing where the defaults do (D-05).
 *
 * @param known the options of those that the model describes; options of others are for their factories
 */
export function component(
  what: string,
  known: Readonly<Record<string, Check>>,
  { isOpen = true }: { isOpen?: boolean } = {},
): Check {
  return (value, spot) => {
    const names = isMapping(value) ? Object.keys(value) : [];
    if (!isMapping(value) || names.length !== 1) {
      const there = names.length > 1 ? names.join(' and ') : shown(value);
      return complain(spot, `expected one ${what}, such as ${namesOf(known)}, not ${there}`);
    }
    const [name = ''] = names;
    const at = within(spot, value, name);
    const options = value[name] ?? {};
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (check !== undefined) check(options, at);
    else if (!isOpen) complain(at, `expected one of ${namesOf(known)}`);
    else if (!isMapping(options)) complain(at, `expected a mapping, not ${shown(options)}`);
  };
}

/** For what may hold itself. */
export function later(check: () => Check): Check {
  return (value, spot) => check()(value, spot);
}

/** Anything: for other SDKs, other languages, other signals. */
export function anything(): void {}

/** Whether a value is a mapping. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function within(spot: Spot, container: object, key: string): Spot {
  const path = spot.path === '' ? key : `${spot.path}.${key}`;
  return { ...spot, path, container, key };
}

function namesOf(keys: Readonly<Record<string, Check>>): string {
  return Object.keys(keys).join(', ');
}

/** A value in a message. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') {
    const keys = Object.keys(value);
    return keys.length === 0 ? 'an empty mapping' : `a mapping with ${keys.slice(0, 5).join(', ')}`;
  }
  const written = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return written.length > 60 ? `${written.slice(0, 57)}…` : written;
}
