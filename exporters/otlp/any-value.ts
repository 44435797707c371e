/*
 * Which member of OTLP's `AnyValue` a JavaScript value becomes: decided here for both encodings. The
 * numbers are the field numbers of the protobuf message.
 */

/** No member: `null`, and what cannot be a value. */
export const EMPTY = 0;
/** `string_value`; also for bigints outside int64, in decimal. */
export const STRING = 1;
/** `bool_value`. */
export const BOOL = 2;
/** `int_value`, from a number or a bigint. */
export const INT = 3;
/** `double_value`. */
export const DOUBLE = 4;
/** `array_value`. */
export const ARRAY = 5;
/** `kvlist_value`. */
export const KVLIST = 6;
/** `bytes_value`. */
export const BYTES = 7;

/** A member of `AnyValue`, or {@link EMPTY}. */
export type AnyValueKind = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/**
 * How deep values are followed, and how many items one may hold on all levels. Attributes come through a
 * door with limits of its own; these keep spans of other making, whose values may contain themselves,
 * from growing without end.
 */
export const MAX_DEPTH = 100;
const MOST_ITEMS = 1_000_000;

let itemsLeft = MOST_ITEMS;

/**
 * To be called for each array and map, with the number of its items.
 *
 * @throws RangeError when the value around it holds too many
 */
export function countItems(items: number, depth: number): void {
  itemsLeft = (depth === 0 ? MOST_ITEMS : itemsLeft) - items;
  if (itemsLeft < 0) throw new RangeError(`a value holds more than ${MOST_ITEMS} items`);
}

/**
 * The kind of a value (specification: attribute type mapping). A number is an int only where no digit
 * and no sign is lost: beyond 2^53, and for -0, it stays a double.
 */
export function anyValueKind(value: unknown): AnyValueKind {
  // Not a `switch`: the engine would make the name of the type, and compare names.
  if (typeof value === 'string') return STRING;
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && (value !== 0 || 1 / value > 0) ? INT : DOUBLE;
  }
  if (typeof value === 'boolean') return BOOL;
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? INT : STRING;
  if (typeof value !== 'object' || value === null) return EMPTY;
  if (Array.isArray(value)) return ARRAY;
  return value instanceof Uint8Array ? BYTES : KVLIST;
}
