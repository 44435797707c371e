import type { Attributes } from '@opentelemetry/api';
import {
  anyValueKind,
  ARRAY,
  BOOL,
  BYTES,
  countItems,
  DOUBLE,
  INT,
  KVLIST,
  MAX_DEPTH,
  STRING,
} from './any-value.js';
import { BackwardWriter } from './writer.js';

/*
 * Values are written from their end to their beginning (see BackwardWriter): read each function from
 * bottom to top.
 */

/** Bytes of a piece of JSON that is always the same. */
export function literal(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

const COMMA = 0x2c;
const CLOSE_OBJECT = 0x7d;
const STRING_VALUE = literal('{"stringValue":');
const TRUE_VALUE = literal('{"boolValue":true}');
const FALSE_VALUE = literal('{"boolValue":false}');
const INT_VALUE = literal('{"intValue":"');
const INT_VALUE_END = literal('"}');
const DOUBLE_VALUE = literal('{"doubleValue":');
const ARRAY_VALUE = literal('{"arrayValue":{"values":[');
const KVLIST_VALUE = literal('{"kvlistValue":{"values":[');
const VALUES_END = literal(']}}');
const BYTES_VALUE = literal('{"bytesValue":');
const EMPTY_VALUE = literal('{}');

/** Attributes as a list of `KeyValue`, without its brackets. Properties that are `undefined` are left out. */
export function writeJsonAttributes(w: BackwardWriter, attributes: Attributes): void {
  writePairs(w, Object.keys(attributes), Object.values(attributes), 0);
}

function writePairs(
  w: BackwardWriter,
  keys: readonly string[],
  values: readonly unknown[],
  depth: number,
): void {
  const end = w.size;
  for (let i = keys.length - 1; i >= 0; i--) {
    const value = values[i];
    if (value === undefined) continue;
    if (w.size > end) w.byte(COMMA);
    w.byte(CLOSE_OBJECT);
    writeJsonValue(w, value, depth);
    w.raw(keyBeginning(keys[i]!));
  }
}

/** A value as `AnyValue` (E-JSON-02, E-JSON-04, E-JSON-05, E-PB-09). */
function writeJsonValue(w: BackwardWriter, value: unknown, depth: number): void {
  switch (anyValueKind(value)) {
    case STRING:
      w.byte(CLOSE_OBJECT);
      w.jsonString(String(value));
      return w.raw(STRING_VALUE);
    case BOOL:
      return w.raw(value ? TRUE_VALUE : FALSE_VALUE);
    case INT:
      w.raw(INT_VALUE_END);
      writeInt(w, value as number | bigint);
      return w.raw(INT_VALUE);
    case DOUBLE:
      w.byte(CLOSE_OBJECT);
      w.text(doubleText(value as number));
      return w.raw(DOUBLE_VALUE);
    case ARRAY:
      return writeArray(w, value as unknown[], depth);
    case KVLIST:
      return depth < MAX_DEPTH ? writeMap(w, value as Attributes, depth) : w.raw(EMPTY_VALUE);
    case BYTES:
      w.byte(CLOSE_OBJECT);
      w.jsonString(base64(value as Uint8Array));
      return w.raw(BYTES_VALUE);
    default:
      return w.raw(EMPTY_VALUE);
  }
}

function writeArray(w: BackwardWriter, items: unknown[], depth: number): void {
  countItems(items.length, depth);
  w.raw(VALUES_END);
  if (depth < MAX_DEPTH) {
    for (let i = items.length - 1; i >= 0; i--) {
      writeJsonValue(w, items[i], depth + 1);
      if (i > 0) w.byte(COMMA);
    }
  }
  w.raw(ARRAY_VALUE);
}

function writeMap(w: BackwardWriter, map: Attributes, depth: number): void {
  const keys = Object.keys(map);
  countItems(keys.length, depth);
  w.raw(VALUES_END);
  writePairs(w, keys, Object.values(map), depth + 1);
  w.raw(KVLIST_VALUE);
}

function writeInt(w: BackwardWriter, value: number | bigint): void {
  if (typeof value === 'number' && value >= 0 && value <= 0xffffffff) w.digits(value);
  else w.text(String(value));
}

/** Numbers that JSON has none for are strings. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? '-0' : String(value);
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** The beginnings of key-value pairs: programs use few keys, and those again and again. */
const keyBeginnings = new Map<string, Uint8Array>();
const keyWriter = new BackwardWriter();
const MOST_KEYS = 2000;
const LONGEST_KEY = 100;

function keyBeginning(key: string): Uint8Array {
  const known = keyBeginnings.get(key);
  if (known !== undefined) return known;
  keyWriter.text(',"value":');
  keyWriter.jsonString(key);
  keyWriter.text('{"key":');
  const beginning = new Uint8Array(keyWriter.finish());
  if (key.length <= LONGEST_KEY) {
    // Keys made up from data would fill the table: then it starts again.
    if (keyBeginnings.size >= MOST_KEYS) keyBeginnings.clear();
    keyBeginnings.set(key, beginning);
  }
  return beginning;
}
