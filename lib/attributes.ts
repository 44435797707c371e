import type { Attributes } from '@opentelemetry/api';
import { report } from './diagnostics.js';

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

/** From how many attributes on a key is looked up in a map instead of by walking the list. */
const INDEX_FROM = 16;

/**
 * Attributes in the making. Keys and values lie in two flat arrays, which is all that writing and
 * encoding need; an object is made only when somebody reads `attributes`, and from then on the object
 * is the truth, so that a processor that edits it is obeyed.
 */
export class AttributeList {
  readonly keys: string[] = [];
  readonly values: unknown[] = [];
  /** How many attributes were discarded. */
  dropped = 0;
  #index: Map<string, number> | undefined;
  #object: Attributes | undefined;

  /** Sets one attribute. Never throws. */
  set(key: string, value: unknown, limits: AttributeLimits): void {
    if (value === undefined) return;
    if (typeof key !== 'string' || key === '') {
      report(
        'attribute.key',
        'an attribute key is not a non-empty string: the attribute is dropped',
      );
      this.dropped++;
      return;
    }
    const accepted = acceptValue(value, limits);
    if (accepted === undefined) {
      this.dropped++;
      return;
    }
    this.#put(key, accepted, limits);
  }

  /** Sets all own enumerable attributes of an object. Never throws, whatever its getters do. */
  setAll(attributes: unknown, limits: AttributeLimits): void {
    if (typeof attributes !== 'object' || attributes === null) return;
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

  /** The attributes as an object. Made at the first call; later writes go to it. */
  toObject(): Attributes {
    if (this.#object === undefined) {
      this.#object = this.peek();
      this.#index = undefined;
      this.keys.length = 0;
      this.values.length = 0;
    }
    return this.#object;
  }

  /** The attributes as an object of their own, for a look that changes nothing. */
  peek(): Attributes {
    if (this.#object !== undefined) return { ...this.#object };
    const object: Record<string, unknown> = {};
    for (let i = 0; i < this.keys.length; i++) assign(object, this.keys[i]!, this.values[i]);
    return object;
  }

  /** The object, if anybody has asked for it; otherwise `keys` and `values` hold the attributes. */
  get object(): Attributes | undefined {
    return this.#object;
  }

  #put(key: string, value: unknown, limits: AttributeLimits): void {
    if (this.#object !== undefined) return this.#putInObject(this.#object, key, value, limits);
    const at = this.#find(key);
    if (at >= 0) {
      this.values[at] = value;
    } else if (this.keys.length >= limits.count) {
      this.#discard();
    } else {
      this.#index?.set(key, this.keys.length);
      this.keys.push(key);
      this.values.push(value);
    }
  }

  #putInObject(object: Attributes, key: string, value: unknown, limits: AttributeLimits) {
    if (!Object.hasOwn(object, key) && Object.keys(object).length >= limits.count) this.#discard();
    else assign(object, key, value);
  }

  #find(key: string): number {
    const { keys } = this;
    if (keys.length < INDEX_FROM) return keys.indexOf(key);
    if (this.#index === undefined) {
      this.#index = new Map();
      for (let i = 0; i < keys.length; i++) this.#index.set(keys[i]!, i);
    }
    return this.#index.get(key) ?? -1;
  }

  #discard(): void {
    this.dropped++;
    report(
      'attribute.limit',
      'a span, event or link has more attributes than its limit: the newest are dropped',
    );
  }
}

/** Attributes of an event or a link: an object, and how many were discarded. */
export function acceptAttributes(
  attributes: unknown,
  limits: AttributeLimits,
): { attributes: Attributes; dropped: number } {
  const list = new AttributeList();
  list.setAll(attributes, limits);
  return { attributes: list.toObject(), dropped: list.dropped };
}

/** `object[key] = value`, also for the one key that would set the prototype instead. */
function assign(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    object[key] = value;
  }
}

/** The value as it is kept, or `undefined` for what cannot be: it has been reported. */
function acceptValue(value: unknown, limits: AttributeLimits): unknown {
  switch (typeof value) {
    case 'string':
      return value.length <= limits.length ? value : cut(value, limits.length);
    case 'number':
    case 'boolean':
      return value;
    default:
      try {
        return acceptOther(value, { limits, path: [], items: 0 }, 1);
      } catch (error) {
        report('attribute.threw', 'an attribute value could not be read: it is dropped', error);
        return undefined;
      }
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
