import type { Attributes } from '@opentelemetry/api';
import {
  anyValueKind,
  ARRAY,
  BYTES,
  countItems,
  DOUBLE,
  EMPTY,
  KVLIST,
  MAX_DEPTH,
  STRING,
} from './otlp/any-value.js';

/**
 * An attribute value as text, for formats whose values are text (specification: common, AnyValue
 * representation for non-OTLP; T-ATTR-11): strings and numbers bare, bytes in base64, an empty value as
 * empty text, arrays and maps as JSON.
 *
 * @throws RangeError when the value holds too many items
 */
export function attributeText(value: unknown): string {
  switch (anyValueKind(value)) {
    case EMPTY:
      return '';
    case BYTES:
      return base64(value as Uint8Array);
    case ARRAY:
    case KVLIST:
      return attributeJson(value, 0);
    case DOUBLE:
      return numberText(value as number);
    default:
      return String(value);
  }
}

/** Attributes as a JSON object. @throws RangeError when a value holds too many items */
export function attributesJson(attributes: Attributes): string {
  return mapJson(attributes, 0);
}

/**
 * A value as JSON. Half of a surrogate pair becomes U+FFFD, as in UTF-8: JSON could escape it, and each
 * reader would make something else of it.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (!text.includes('\\ud')) return text;
  return text.replace(ESCAPES, (escape) => (escape.startsWith('\\ud') ? '\ufffd' : escape));
}

/** The escapes in a JSON text, one after the other, so that a backslash is not taken for the begin of one. */
const ESCAPES = /\\(?:ud[89a-f][0-9a-f]{2}|.)/g;

/** Within JSON numbers that it has none for are quoted, and an empty value is `null`. */
function attributeJson(value: unknown, depth: number): string {
  switch (anyValueKind(value)) {
    case EMPTY:
      return 'null';
    case BYTES:
      return `"${base64(value as Uint8Array)}"`;
    case ARRAY:
      return depth < MAX_DEPTH ? arrayJson(value as unknown[], depth) : 'null';
    case KVLIST:
      return depth < MAX_DEPTH ? mapJson(value as Attributes, depth) : 'null';
    case STRING:
      return jsonText(String(value));
    case DOUBLE:
      return Number.isFinite(value) ? numberText(value as number) : `"${String(value)}"`;
    default:
      return String(value);
  }
}

function arrayJson(items: readonly unknown[], depth: number): string {
  countItems(items.length, depth);
  return `[${items.map((item) => attributeJson(item, depth + 1)).join(',')}]`;
}

function mapJson(map: Attributes, depth: number): string {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  countItems(entries.length, depth);
  const members = entries.map(
    ([key, value]) => `${jsonText(key)}:${attributeJson(value, depth + 1)}`,
  );
  return `{${members.join(',')}}`;
}

/** The minus of -0 is kept. */
function numberText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function base64({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
