import type { TraceState as ApiTraceState } from '@opentelemetry/api';
import { report } from './diagnostics.js';
import { endWithoutOws, isOws, startWithoutOws, trimOws } from './ows.js';

/** A list has at most this many members (W3C Trace Context Level 2, 3.3.1.1). */
const MAX_MEMBERS = 32;
const MAX_KEY_LENGTH = 256;
const MAX_VALUE_LENGTH = 256;

/**
 * Vendor data that travels beside the trace id: an immutable, ordered list of `key=value` members, the
 * latest change first (W3C Trace Context Level 2, section 3.3).
 *
 * A header that came in is kept as the text it is and checked when somebody first asks for it, so a
 * trace that only passes by costs nothing and leaves byte for byte as it came. One malformed member, or
 * a 33rd, makes the whole list empty; of members with the same key the left-most stays.
 */
export class TraceState implements ApiTraceState {
  /** The list as text; whatever came in until `checked`, well-formed after that. */
  private text: string;
  private checked = false;

  /** @param raw a `tracestate` header; several headers are joined with commas first. */
  constructor(raw?: string) {
    this.text = typeof raw === 'string' ? raw : '';
  }

  /** The value of a member, or `undefined`. */
  get(key: string): string | undefined {
    if (!isKey(key)) return undefined;
    const text = this.serialize();
    const at = findMember(text, key);
    if (at === -1) return undefined;
    const value = at + key.length + 1;
    const comma = text.indexOf(',', value);
    return text.slice(value, endWithoutOws(text, value, comma === -1 ? text.length : comma));
  }

  /**
   * A list with the member added or changed, and moved to the front; a 33rd member pushes the right-most
   * out. An invalid key or value is reported as `trace-state.invalid-member` and changes nothing.
   */
  set(key: string, value: string): TraceState {
    if (!isKey(key) || !isValue(value)) {
      report(
        'trace-state.invalid-member',
        `tracestate member ${JSON.stringify(key)} was not set: its key or value does not follow W3C Trace Context Level 2`,
      );
      return this;
    }
    const others = this.others(key).slice(0, MAX_MEMBERS - 1);
    return checkedState([`${key}=${value}`, ...others].join(','));
  }

  /** A list without the member. */
  unset(key: string): TraceState {
    return this.get(key) === undefined ? this : checkedState(this.others(key).join(','));
  }

  /** The list as a header value; empty when there is nothing to send. */
  serialize(): string {
    if (!this.checked) {
      this.text = wellFormed(this.text);
      this.checked = true;
    }
    return this.text;
  }

  private others(key: string): string[] {
    return membersOf(this.serialize()).filter((member) => keyOf(member) !== key);
  }
}

function checkedState(text: string): TraceState {
  const state = new TraceState(text);
  state['checked'] = true;
  return state;
}

/** The same text if it is well-formed, without repeated keys if it has them, else nothing. */
function wellFormed(text: string): string {
  let first: string | undefined;
  let others: string[] | undefined;
  let repeated = false;
  let members = 0;
  let end: number;
  for (let start = 0; start < text.length; start = end + 1) {
    const from = startWithoutOws(text, start, text.length);
    end = from;
    if (isBetweenMembers(text, from)) continue; // empty members are allowed, and mean nothing
    const equals = endOfKey(text, from);
    end = equals === -1 ? -1 : endOfMember(text, equals);
    if (end === -1 || ++members > MAX_MEMBERS) return '';
    const key = text.slice(from, equals);
    // Most lists have a member or two: one array of all keys would make reading them 7 % slower.
    if (first === undefined) first = key;
    else if (key === first || others?.includes(key)) repeated = true;
    else if (others === undefined) others = [key];
    else others.push(key);
  }
  if (first === undefined) return '';
  return repeated ? withoutRepeats(text) : trimOws(text);
}

/** Where a member ends whose key has ended, white space behind it included; -1 where it is malformed. */
function endOfMember(text: string, equals: number): number {
  if (equals === text.length || text.charCodeAt(equals) !== EQUALS) return -1;
  const valueEnd = endOfValue(text, equals + 1);
  if (valueEnd === -1) return -1;
  const end = startWithoutOws(text, valueEnd, text.length);
  return isBetweenMembers(text, end) ? end : -1;
}

function isBetweenMembers(text: string, at: number): boolean {
  return at === text.length || text.charCodeAt(at) === COMMA;
}

function withoutRepeats(text: string): string {
  const seen = new Map<string, string>();
  for (const member of membersOf(text)) {
    const key = keyOf(member);
    if (!seen.has(key)) seen.set(key, member);
  }
  return [...seen.values()].join(',');
}

function membersOf(text: string): string[] {
  return text
    .split(',')
    .map((member) => trimOws(member))
    .filter((member) => member !== '');
}

function keyOf(member: string): string {
  return member.slice(0, member.indexOf('='));
}

/** Where the member with this key starts. No value holds `=`, so `key=` after a separator is a key. */
function findMember(text: string, key: string): number {
  const needle = `${key}=`;
  for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + 1)) {
    if (at === 0) return at;
    const before = text.charCodeAt(at - 1);
    if (before === COMMA || isOws(before)) return at;
  }
  return -1;
}

/*
 * What a character may be, as bits, so that one pass over the text checks it.
 * key = (a-z 0-9) 0*255(a-z 0-9 _ - * / @); value = 0*255(0x20-0x7E but , and =), not ending in a space.
 */
const KEY_START = 1;
const KEY = 2;
const VALUE = 4;
const COMMA = 0x2c;
const EQUALS = 0x3d;
const CLASSES = characterClasses();

function characterClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let code = 0x20; code < 0x7f; code++) {
    const char = String.fromCharCode(code);
    if (/[a-z0-9]/.test(char)) classes[code]! |= KEY_START;
    if (/[a-z0-9_\-*/@]/.test(char)) classes[code]! |= KEY;
    if (code !== COMMA && code !== EQUALS) classes[code]! |= VALUE;
  }
  return classes;
}

function isKey(key: unknown): key is string {
  return typeof key === 'string' && endOfKey(key, 0) === key.length;
}

function isValue(value: unknown): value is string {
  return typeof value === 'string' && endOfValue(value, 0) === value.length;
}

/** Where the key ends that begins here; -1 where none does. */
function endOfKey(text: string, from: number): number {
  const end = endOfClass(text, from, KEY);
  if (end === from || end - from > MAX_KEY_LENGTH) return -1;
  return (classOf(text, from) & KEY_START) === 0 ? -1 : end;
}

/** Likewise for a value. */
function endOfValue(text: string, from: number): number {
  const end = endWithoutOws(text, from, endOfClass(text, from, VALUE));
  return end === from || end - from > MAX_VALUE_LENGTH ? -1 : end;
}

/** Where the first character is that is not of the class, or the end of the text. */
function endOfClass(text: string, from: number, bit: number): number {
  let at = from;
  while (at < text.length && (classOf(text, at) & bit) !== 0) at++;
  return at;
}

/** What is beyond the table reads as `undefined`, which `&` takes for 0. */
function classOf(text: string, index: number): number {
  return CLASSES[text.charCodeAt(index)]!;
}
