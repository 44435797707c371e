import type { Attributes } from '@opentelemetry/api';
import { AttributeKeys, MOST_ROOM, NO_KEYS } from './attribute-keys.js';
import { report } from './diagnostics.js';
import { defineOwn } from './own-property.js';

/*
 * The one door for attribute values of spans, events and links: what is not an AnyValue is converted or
 * dropped here, arrays and maps are copied so that later changes by the user are not exported, and
 * limits are applied. Nothing else checks, copies, cuts or counts.
 */

/** The limits of one collection of attributes. */
export interface AttributeLimits {
  readonly count: number;
  readonly length: number;
  readonly depth: number;
}

/** For attributes that are exempt from limits, those of resources and scopes; encoders still recurse. */
export const UNLIMITED: AttributeLimits = Object.freeze({
  count: Infinity,
  length: Infinity,
  depth: 64,
});

/**
 * Attributes in the making. What is written lies in a flat array beside the keys, which collections that
 * were filled alike share; an object is made only when somebody reads `attributes`, and from then on the
 * object is the truth, so that a processor that edits it is obeyed.
 */
export class AttributeList {
  /** How many attributes were discarded. */
  dropped = 0;
  private shared: AttributeKeys = NO_KEYS;
  private kept: unknown[] = NO_VALUES;
  private made: Attributes | undefined = undefined;

  /** The keys, in the order in which they were set first. */
  get keys(): readonly string[] {
    return this.shared.list;
  }

  /** The values, in the order of `keys`; there may be room behind them. */
  get values(): readonly unknown[] {
    return this.kept;
  }

  /** How many attributes there are. */
  get size(): number {
    return this.made === undefined ? this.shared.length : Object.keys(this.made).length;
  }

  /** Sets one attribute. Never throws. */
  set(key: string, value: unknown, limits: AttributeLimits): void {
    if (!this.setExpected(key, value, limits)) this.setAny(key, value, limits);
  }

  /** Sets all own enumerable attributes of an object. Never throws, whatever its getters do. */
  setAll(attributes: unknown, limits: AttributeLimits): void {
    if (typeof attributes !== 'object' || attributes === null) return;
    const { dropped } = this;
    try {
      // Whatever else it inherits must not be walked over.
      const isPlainObject = Object.getPrototypeOf(attributes) === Object.prototype;
      this.setOwn(isPlainObject ? attributes : { ...attributes }, limits);
    } catch {
      this.dropped = dropped;
      this.setReadable(attributes, limits);
    }
  }

  /** The attributes as an object. Made at the first call; later writes go to it. */
  toObject(): Attributes {
    if (this.made === undefined) this.replace(this.peek());
    return this.made!;
  }

  /** Has the attributes lie in this object, to which later writes go, instead of what was written so far. */
  replace(attributes: Attributes): void {
    this.made = attributes;
    this.shared = IN_OBJECT;
    this.kept = NO_VALUES;
  }

  /** The attributes as an object of their own, for a look that changes nothing. */
  peek(): Attributes {
    if (this.made !== undefined) return { ...this.made };
    const object: Attributes = {};
    const { keys, values } = this;
    for (let i = 0; i < keys.length; i++) assign(object, keys[i]!, values[i]);
    return object;
  }

  /** The object, if anybody has asked for it; otherwise `keys` and `values` hold the attributes. */
  get object(): Attributes | undefined {
    return this.made;
  }

  /** The usual: a key that was set at this point before, and a value that needs no work. */
  private setExpected(key: string, value: unknown, limits: AttributeLimits): boolean {
    const { shared } = this;
    const longer = shared.expected(key);
    if (longer === undefined) return false;
    if (!isPlain(value, limits) || shared.length >= limits.count) return false;
    this.add(longer, value);
    return true;
  }

  /** Throws what getters throw. */
  private setOwn(attributes: object, limits: AttributeLimits): void {
    for (const key in attributes) {
      const value = (attributes as Record<string, unknown>)[key];
      if (this.setExpected(key, value, limits)) continue;
      if (Object.hasOwn(attributes, key)) this.setAny(key, value, limits);
    }
  }

  private setAny(key: string, value: unknown, limits: AttributeLimits): void {
    if (value === undefined) return;
    if (typeof key !== 'string' || key === '') {
      report(
        'attribute.key',
        'an attribute key is not a non-empty string: the attribute is dropped; give it a name',
      );
      this.dropped++;
      return;
    }
    const accepted = acceptValue(value, limits);
    if (accepted === undefined) this.dropped++;
    else this.put(key, accepted, limits);
  }

  /** The attributes of an object some of which cannot be read. */
  private setReadable(attributes: object, limits: AttributeLimits): void {
    let keys: string[];
    try {
      keys = Object.keys(attributes);
    } catch (error) {
      report('attribute.threw', 'attributes could not be read: they are dropped', error);
      return;
    }
    for (const key of keys) {
      let value: unknown;
      try {
        value = (attributes as Record<string, unknown>)[key];
      } catch (error) {
        this.dropped++;
        report('attribute.threw', 'an attribute could not be read: it is dropped', error);
        continue;
      }
      this.set(key, value, limits);
    }
  }

  private put(key: string, value: unknown, limits: AttributeLimits): void {
    if (this.made !== undefined) return this.putInObject(this.made, key, value, limits);
    const at = this.shared.indexOf(key);
    if (at >= 0) {
      this.kept[at] = value;
      return;
    }
    if (this.shared.length >= limits.count) return this.discard();
    const longer = this.shared.with(key);
    if (longer === undefined) this.putInObject(this.toObject(), key, value, limits);
    else this.add(longer, value);
  }

  /** Adds a value for the key by which `longer` is longer. */
  private add(longer: AttributeKeys, value: unknown): void {
    const at = this.shared.length;
    if (at === this.kept.length && at < MOST_ROOM)
      this.kept = withRoom(this.kept, longer.makeRoom());
    this.kept[at] = value;
    this.shared = longer;
  }

  private putInObject(object: Attributes, key: string, value: unknown, limits: AttributeLimits) {
    if (Object.hasOwn(object, key) || hasRoom(object, limits)) assign(object, key, value);
    else this.discard();
  }

  private discard(): void {
    this.dropped++;
    report(
      'attribute.limit',
      'a span, event or link has more attributes than its limit: the newest are dropped; raise the limit in ' +
        'spanLimits, or set fewer',
    );
  }
}

/** What is never written to. */
const NO_VALUES: unknown[] = [];

/** Arrays of so many values that are yet to come, to be copied. */
const ROOMS = Array.from({ length: MOST_ROOM + 1 }, (_, length) => Array(length).fill(undefined));

/**
 * The values, with room for others. Copies have no site of allocation, as `[]` has one: where many spans are queued,
 * the engine begins to make what comes from that site old at once, and whatever such a list refers to then lives
 * until the next major collection. That cost spans three times their time.
 */
function withRoom(values: unknown[], room: number): unknown[] {
  const larger = ROOMS[room]!.slice();
  for (let i = 0; i < values.length; i++) larger[i] = values[i];
  return larger;
}

/** Stands for the keys of a list whose attributes lie in an object: nothing is expected to follow. */
const IN_OBJECT = new AttributeKeys(undefined, '');

function hasRoom(object: Attributes, { count }: AttributeLimits): boolean {
  return count === Infinity || Object.keys(object).length < count;
}

/** Whether a value is kept as it is. Not a `switch`: the engine would make the name of the type, and compare names. */
function isPlain(value: unknown, limits: AttributeLimits): boolean {
  if (typeof value === 'string') return value.length <= limits.length;
  return typeof value === 'number' || typeof value === 'boolean';
}

/**
 * Attributes of an event or a link. Never throws.
 *
 * @param more win over the first ones
 */
export function acceptList(
  attributes: unknown,
  limits: AttributeLimits,
  more?: unknown,
): AttributeList {
  const list = new AttributeList();
  const both = more === undefined ? undefined : mergedAttributes(attributes, more);
  list.setAll(both ?? attributes, limits);
  if (both === undefined) list.setAll(more, limits);
  return list;
}

/** The same as an object, and how many were discarded. */
export function acceptAttributes(
  attributes: unknown,
  limits: AttributeLimits,
  more?: unknown,
): { attributes: Attributes; dropped: number } {
  const list = acceptList(attributes, limits, more);
  return { attributes: list.toObject(), dropped: list.dropped };
}

/**
 * Two collections as one, of which the second wins, so that limits count each key once. `undefined` where they are no
 * objects, or cannot be read.
 */
export function mergedAttributes(first: unknown, second: unknown): Attributes | undefined {
  if (typeof first !== 'object' || typeof second !== 'object') return undefined;
  try {
    return { ...first, ...second };
  } catch {
    return undefined;
  }
}

/** `object[key] = value`, also for the one key that would set the prototype instead. */
function assign(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') defineOwn(object, key, value);
  else object[key] = value;
}

/** The value as it is kept, or `undefined` for what cannot be: it has been reported. */
function acceptValue(value: unknown, limits: AttributeLimits): unknown {
  if (isPlain(value, limits)) return value;
  try {
    return acceptOther(value, { limits, path: [], items: 0 }, 1);
  } catch (error) {
    report('attribute.threw', 'an attribute value could not be read: it is dropped', error);
    return undefined;
  }
}

/** The way through one value that is not plain. */
interface Walk {
  readonly limits: AttributeLimits;
  /** The objects around the current one, to recognise cycles. */
  readonly path: object[];
  /** How many items have been met on all levels. */
  items: number;
}

/**
 * How many items one value may hold on all levels: one that holds the same part twice on each level is
 * small in memory and endless when it is written out.
 */
const MOST_ITEMS = 100_000;

/**
 * Values that are not plain (specification: attribute type mapping). `depth` is the value's own, 1 at
 * the top. Throws what the value's own code throws.
 */
function acceptOther(value: unknown, walk: Walk, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return cut(value, walk.limits.length);
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? value : cut(value.toString(), walk.limits.length);
    case 'object':
      return value === null ? null : acceptObject(value, walk, depth);
    default:
      return refuse(`a value of type ${typeof value} is no attribute value: it is dropped`);
  }
}

function acceptObject(value: object, walk: Walk, depth: number): unknown {
  const { length } = walk.limits;
  if (value instanceof Uint8Array) return new Uint8Array(value.subarray(0, length));
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0, length));
  if (value instanceof DataView) return bytesOf(value, length);
  if (value instanceof Date) return cut(dateText(value), length);
  if (value instanceof Error || value instanceof RegExp) return cut(String(value), length);
  const plain = plainForm(value);
  if (typeof plain !== 'object' || plain === null) return acceptOther(plain, walk, depth);
  return acceptCollection(plain, walk, depth);
}

/**
 * What stands for an object: what its `toJSON` makes of it (URLs, decimals, dates of libraries), the
 * primitive in a boxed one, else itself.
 */
function plainForm(value: object): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === 'function') return Reflect.apply(toJSON, value, ['']);
  const { valueOf } = value as { valueOf?: unknown };
  return typeof valueOf === 'function' ? Reflect.apply(valueOf, value, []) : value;
}

function acceptCollection(value: object, walk: Walk, depth: number): unknown {
  if (walk.path.includes(value)) return refuse('an attribute value contains itself: it is dropped');
  if (depth > walk.limits.depth) return null;
  walk.path.push(value);
  const accepted =
    Array.isArray(value) || value instanceof Set || ArrayBuffer.isView(value)
      ? acceptItems(value as Iterable<unknown>, walk, depth)
      : acceptEntries(entriesOf(value), walk, depth);
  walk.path.pop();
  return accepted;
}

/** The items of an array; those that are not there stay in their place as empty ones. */
function acceptItems(items: Iterable<unknown>, walk: Walk, depth: number): unknown[] | undefined {
  const accepted: unknown[] = [];
  for (const item of items) {
    if (++walk.items > MOST_ITEMS) return refuseEndless();
    const value = item === undefined ? null : acceptOther(item, walk, depth + 1);
    if (value === undefined) return undefined;
    accepted.push(value);
  }
  return accepted;
}

function acceptEntries(
  entries: Iterable<[unknown, unknown]>,
  walk: Walk,
  depth: number,
): Record<string, unknown> | undefined {
  const accepted: Record<string, unknown> = {};
  for (const [key, item] of entries) {
    if (item === undefined) continue;
    if (++walk.items > MOST_ITEMS) return refuseEndless();
    const value = acceptOther(item, walk, depth + 1);
    if (value === undefined) return undefined;
    assign(accepted, String(key), value);
  }
  return accepted;
}

function entriesOf(value: object): Iterable<[unknown, unknown]> {
  return value instanceof Map ? (value as Map<unknown, unknown>) : Object.entries(value);
}

function bytesOf(view: DataView, length: number): Uint8Array {
  const { buffer, byteOffset, byteLength } = view;
  return new Uint8Array(buffer, byteOffset, Math.min(byteLength, length)).slice();
}

function dateText(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString();
}

function refuse(message: string): undefined {
  report('attribute.value', message);
  return undefined;
}

function refuseEndless(): undefined {
  return refuse(`an attribute value holds more than ${MOST_ITEMS} items: it is dropped`);
}

/**
 * At most `length` characters of a text. A character is a code point: a surrogate pair counts once and
 * is never split.
 */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  let at = 0;
  for (let characters = 0; characters < length && at < text.length; characters++) {
    at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  }
  return at >= text.length ? text : text.slice(0, at);
}
