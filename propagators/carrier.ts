import type { TextMapGetter, TextMapSetter } from '@opentelemetry/api';
import { spellingOf } from './header.js';
import type { HeaderValue } from './header.js';

/**
 * Reads headers, whatever their case, from anything that commonly holds them: plain objects, `Headers`,
 * `Map`, objects with a `get` like those of axios and gRPC, pairs (`[['name', 'value']]`) and Node's
 * `rawHeaders` (`['name', 'value']`), which alone shows that a header came twice. A header with several
 * values is returned as an array.
 */
export const headerGetter: TextMapGetter<unknown> = {
  keys: (carrier) => keysOf(carrier),
  get(carrier, name) {
    const exact = valueOf(carrier, name);
    if (exact !== undefined || Array.isArray(carrier)) return exact;
    const lower = name.toLowerCase();
    const value = lower === name ? undefined : valueOf(carrier, lower);
    // With a lower-case host, an HTTP parser has lower-cased all names.
    if (value !== undefined || valueOf(carrier, 'host') !== undefined) return value;
    const spelling = spellingOf(keysOf(carrier), lower);
    return spelling === undefined ? undefined : valueOf(carrier, spelling);
  },
};

/**
 * Writes headers to the same carriers, and to Node's outgoing messages (`setHeader`). A header that is
 * there already is replaced, in whatever case it was written: two `traceparent` would be none.
 */
export const headerSetter: TextMapSetter<unknown> = {
  set(carrier, name, value) {
    if (Array.isArray(carrier)) return setInList(carrier, name, value);
    const target = asObject(carrier);
    if (target === undefined) return;
    const { set, setHeader } = target;
    if (typeof setHeader === 'function') setHeader.call(target, name, value);
    else if (typeof set !== 'function') setInObject(target, name, value);
    else {
      if (target instanceof Map) deleteSpelling(target, name);
      set.call(target, name, value);
    }
  },
};

/** Anything with properties: which of them there are decides how it is used. */
type AnyObject = Record<string, unknown>;

function asObject(carrier: unknown): AnyObject | undefined {
  return typeof carrier === 'object' && carrier !== null ? (carrier as AnyObject) : undefined;
}

function keysOf(carrier: unknown): string[] {
  if (Array.isArray(carrier)) return [...new Set(pairsOf(carrier).map(([name]) => name))];
  const source = asObject(carrier);
  if (source === undefined) return [];
  const { keys } = source;
  return typeof keys === 'function'
    ? [...(keys.call(source) as Iterable<string>)]
    : Object.keys(source);
}

function valueOf(carrier: unknown, name: string): HeaderValue {
  if (Array.isArray(carrier)) return oneOrAll(valuesInList(carrier, name));
  const source = asObject(carrier);
  if (source === undefined) return undefined;
  const { get } = source;
  const value: unknown = typeof get === 'function' ? get.call(source, name) : source[name];
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return oneOrAll(value.filter((item) => typeof item === 'string'));
  return typeof value === 'number' ? String(value) : undefined;
}

function oneOrAll(values: string[]): HeaderValue {
  return values.length > 1 ? values : values[0];
}

/** Lists are flat, as Node's `rawHeaders`, or made of pairs, as `Object.entries` makes them. */
function pairsOf(list: unknown[]): [string, string][] {
  if (Array.isArray(list[0])) return list as [string, string][];
  const pairs: [string, string][] = [];
  for (let i = 0; i + 1 < list.length; i += 2) pairs.push([String(list[i]), String(list[i + 1])]);
  return pairs;
}

function valuesInList(list: unknown[], name: string): string[] {
  const lower = name.toLowerCase();
  return pairsOf(list)
    .filter(([key]) => key.toLowerCase() === lower)
    .map(([, value]) => value);
}

function setInList(list: unknown[], name: string, value: string): void {
  const lower = name.toLowerCase();
  const flat = !Array.isArray(list[0]);
  const kept = pairsOf(list).filter(([key]) => key.toLowerCase() !== lower);
  kept.push([name, value]);
  list.splice(0, list.length, ...(flat ? kept.flat() : kept));
}

function setInObject(target: AnyObject, name: string, value: string): void {
  const spelling = name in target ? name : spellingOf(Object.keys(target), name.toLowerCase());
  if (spelling !== undefined && spelling !== name) delete target[spelling];
  target[name] = value;
}

function deleteSpelling(target: Map<string, unknown>, name: string): void {
  const spelling = spellingOf(target.keys(), name.toLowerCase());
  if (spelling !== undefined && spelling !== name) target.delete(spelling);
}
