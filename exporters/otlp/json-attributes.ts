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
import { doubleText, escaped, writeJsonText, writeStagedJson } from './json-text.js';
import { KeyTable, piece, type Piece } from './piece.js';
import type { BackwardWriter } from './writer.js';

/*
 * Texts are laid down from the last to the first (see BackwardWriter): read each function from bottom to
 * top.
 */

/** A `KeyValue` up to its value: for the usual kinds of values up to their first character. */
interface Beginning {
  readonly string: Piece;
  readonly int: Piece;
  readonly other: Piece;
}

const beginnings = new KeyTable<Beginning>((key) => {
  const start = `{"key":"${escaped(key)}","value":`;
  return {
    string: piece(`${start}{"stringValue":"`),
    int: piece(`${start}{"intValue":"`),
    other: piece(start),
  };
});

const COMMA = piece(',');
/** Where the value was a text, the member, the value and the pair end. */
const TEXT_PAIR_END = piece('"}}');
const PAIR_END = piece('}');

/** Attributes as they were written, whose texts are staged, as a list of `KeyValue`, without its brackets. */
export function writeListedPairs(w: BackwardWriter, { keys, values }: AttributeList): void {
  const known = beginnings.ofList(keys);
  for (let i = known.length - 1; i >= 0; i--) {
    const value = values[i];
    if (typeof value === 'string') writeTextPair(w, known[i]!, value, writeStagedJson);
    else writePair(w, known[i]!, value, 0);
    if (i > 0) w.piece(COMMA);
  }
}

/** The same for attributes in an object. Properties that are `undefined` are left out. */
export function writePairs(w: BackwardWriter, attributes: Attributes, depth = 0): void {
  const keys = Object.keys(attributes);
  let isLast = true;
  for (let i = keys.length - 1; i >= 0; i--) {
    const key = keys[i]!;
    const value = attributes[key];
    if (value === undefined) continue;
    if (!isLast) w.piece(COMMA);
    isLast = false;
    writePair(w, beginnings.of(key), value, depth);
  }
}

function writePair(w: BackwardWriter, beginning: Beginning, value: unknown, depth: number): void {
  if (typeof value === 'string') {
    writeTextPair(w, beginning, value, writeJsonText);
  } else if (anyValueKind(value) === INT) {
    w.piece(TEXT_PAIR_END);
    writeInt(w, value as number | bigint);
    w.piece(beginning.int);
  } else {
    w.piece(PAIR_END);
    writeValue(w, value, depth);
    w.piece(beginning.other);
  }
}

function writeTextPair(
  w: BackwardWriter,
  beginning: Beginning,
  value: string,
  writeText: typeof writeJsonText,
): void {
  w.piece(TEXT_PAIR_END);
  writeText(w, value);
  w.piece(beginning.string);
}

function writeInt(w: BackwardWriter, value: number | bigint): void {
  if (typeof value === 'number' && value >= 0) w.digits(value);
  else w.text(String(value));
}

/** A value as `AnyValue` (E-JSON-02, E-JSON-04, E-JSON-05, E-PB-09). */
function writeValue(w: BackwardWriter, value: unknown, depth: number): void {
  switch (anyValueKind(value)) {
    case STRING:
      return w.text(`{"stringValue":"${escaped(String(value))}"}`);
    case BOOL:
      return w.piece(value ? TRUE : FALSE);
    case INT:
      return w.text(`{"intValue":"${value as number | bigint}"}`);
    case DOUBLE:
      w.piece(PAIR_END);
      w.text(doubleText(value as number));
      return w.piece(DOUBLE_VALUE);
    case ARRAY:
      return writeArray(w, value as unknown[], depth);
    case KVLIST:
      return writeMap(w, value as Attributes, depth);
    case BYTES:
      return w.text(`{"bytesValue":"${base64(value as Uint8Array)}"}`);
    default:
      return w.piece(NO_VALUE);
  }
}

const TRUE = piece('{"boolValue":true}');
const FALSE = piece('{"boolValue":false}');
const DOUBLE_VALUE = piece('{"doubleValue":');
const NO_VALUE = piece('{}');

function writeArray(w: BackwardWriter, items: unknown[], depth: number): void {
  countItems(items.length, depth);
  w.text(']}}');
  for (let i = depth < MAX_DEPTH ? items.length - 1 : -1; i >= 0; i--) {
    writeValue(w, items[i], depth + 1);
    if (i > 0) w.piece(COMMA);
  }
  w.text('{"arrayValue":{"values":[');
}

function writeMap(w: BackwardWriter, map: Attributes, depth: number): void {
  if (depth >= MAX_DEPTH) return w.text('{}');
  countItems(Object.keys(map).length, depth);
  w.text(']}}');
  writePairs(w, map, depth + 1);
  w.text('{"kvlistValue":{"values":[');
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
