/** Where an entry stands, and how it was written. */
export interface Place {
  readonly line: number;
  /** The text of a scalar after substitution: `1.10` for the number 1.1. */
  readonly text?: string;
}

interface Places {
  readonly file: string;
  /** The line where the mapping or list itself begins, or the key that it belongs to. */
  readonly line: number;
  readonly entries: Map<string | number, Place>;
}

/**
 * The places of mappings and lists that were read from a file, kept beside them: the model itself is plain
 * data, as if it had been made in code, and errors can still say the line.
 */
const known = new WeakMap<object, Places>();

/** Notes where a mapping or list stands, before its entries are noted. */
export function notePlace(container: object, file: string, line: number): void {
  known.set(container, { file, line, entries: new Map() });
}

/** Notes where an entry of it stands. */
export function noteEntry(container: object, key: string | number, place: Place): void {
  known.get(container)?.entries.set(key, place);
}

/** Where an entry stands, or would stand: else the place of what it is in. */
export function placeOf(
  container: object | undefined,
  key?: string | number,
): { file?: string; line?: number } {
  const places = container && known.get(container);
  if (places === undefined) return {};
  const entry = key === undefined ? undefined : places.entries.get(key);
  return { file: places.file, line: entry?.line ?? places.line };
}

/** How a scalar was written, where it was read from a file. */
export function textOf(container: object, key: string | number): string | undefined {
  return known.get(container)?.entries.get(key)?.text;
}
