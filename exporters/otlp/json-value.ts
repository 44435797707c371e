import type { Attributes } from '@opentelemetry/api';
import type { AttributeList } from '../../lib/attributes.js';
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
import { doubleText, escaped } from './json-text.js';

/**
 * A span's attributes as a list of `KeyValue`, without its brackets. Their keys come as a list that spans
 * share which were filled alike, and so are made into text once.
 */
export function listedPairs({ keys, values }: AttributeList): string {
  const beginnings = beginningsOf(keys);
  let pairs = '';
  for (let i = 0; i < beginnings.length; i++) pairs += pair(beginnings[i]!, values[i], 0);
  return pairs;
}

/** The same for attributes in an object. Properties that are `undefined` are left out. */
export function pairsOf(attributes: Attributes, depth = 0): string {
  let pairs = '';
  const keys = Object.keys(attributes);
  const values: unknown[] = Object.values(attributes);
  for (let i = 0; i < keys.length; i++) {
    const value = values[i];
    if (value === undefined) continue;
    if (pairs !== '') pairs += ',';
    pairs += pair(beginningOf(keys[i]!), value, depth);
  }
  return pairs;
}

/** A pair up to its value: for the usual kinds of values up to their first character. */
interface Beginning {
  readonly string: string;
  readonly int: string;
  readonly other: string;
}

function pair(beginning: Beginning, value: unknown, depth: number): string {
  if (typeof value === 'string') return beginning.string + escaped(value) + '"}}';
  if (anyValueKind(value) === INT) return `${beginning.int}${value as number | bigint}"}}`;
  return beginning.other + valueText(value, depth) + '}';
}

/** A value as `AnyValue` (E-JSON-02, E-JSON-04, E-JSON-05, E-PB-09). */
function valueText(value: unknown, depth: number): string {
  switch (anyValueKind(value)) {
    case STRING:
      return `{"stringValue":"${escaped(String(value))}"}`;
    case BOOL:
      return `{"boolValue":${value as boolean}}`;
    case INT:
      return `{"intValue":"${value as number | bigint}"}`;
    case DOUBLE:
      return `{"doubleValue":${doubleText(value as number)}}`;
    case ARRAY:
      return `{"arrayValue":{"values":[${itemsText(value as unknown[], depth)}]}}`;
    case KVLIST:
      return depth < MAX_DEPTH ? mapText(value as Attributes, depth) : '{}';
    case BYTES:
      return `{"bytesValue":"${base64(value as Uint8Array)}"}`;
    default:
      return '{}';
  }
}

function itemsText(items: unknown[], depth: number): string {
  countItems(items.length, depth);
  if (depth >= MAX_DEPTH) return '';
  let text = '';
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += ',';
    text += valueText(items[i], depth + 1);
  }
  return text;
}

function mapText(map: Attributes, depth: number): string {
  countItems(Object.keys(map).length, depth);
  return `{"kvlistValue":{"values":[${pairsOf(map, depth + 1)}]}}`;
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

/** Programs use few keys, and those again and again. */
const beginnings = new Map<string, Beginning>();
const MOST_KEYS = 2000;
const LONGEST_KEY = 100;

function beginningOf(key: string): Beginning {
  const known = beginnings.get(key);
  if (known !== undefined) return known;
  const made = makeBeginning(key, '');
  if (key.length <= LONGEST_KEY) {
    // Keys made up from data would fill the table: then it starts again.
    if (beginnings.size >= MOST_KEYS) beginnings.clear();
    beginnings.set(key, made);
  }
  return made;
}

const beginningsOfLists = new WeakMap<readonly string[], readonly Beginning[]>();

/** Beginnings for a whole list, with commas between the pairs. */
function beginningsOf(keys: readonly string[]): readonly Beginning[] {
  let known = beginningsOfLists.get(keys);
  if (known === undefined) {
    known = keys.map((key, i) => makeBeginning(key, i > 0 ? ',' : ''));
    beginningsOfLists.set(keys, known);
  }
  return known;
}

function makeBeginning(key: string, comma: string): Beginning {
  const beginning = `${comma}{"key":"${escaped(key)}","value":`;
  return {
    string: flat(`${beginning}{"stringValue":"`),
    int: flat(`${beginning}{"intValue":"`),
    other: flat(beginning),
  };
}

/** The text in one piece, where the engine has joined several. */
function flat(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
