import type { Registry } from '../registry.js';
import { ConfigurationError } from './configuration-error.js';
import type { ConfiguredComponent } from './model.js';
import { placeOf } from './places.js';

/** The one entry of a component: its name, its options, and where they stand. */
export interface Entry {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether the name stands alone. */
  readonly isBare: boolean;
  readonly path: string;
  readonly container: object;
}

/** Makes a component of a known name from its options. */
export type Make<T> = (entry: Entry) => T;

/**
 * Makes a component: one that the model knows, or one that somebody has added to a registry (D-07). A name in
 * development is also looked up without saying so: `x/development` as `x`.
 *
 * @throws ConfigurationError with its place, for a name that nobody knows, and for what a factory throws
 */
export function makeComponent<T>(
  component: ConfiguredComponent,
  path: string,
  known: Readonly<Record<string, Make<T>>>,
  registry: Registry<T>,
): T {
  const entry = entryOf(component, path);
  return made(entry, () => {
    const make = Object.hasOwn(known, entry.name) ? known[entry.name] : undefined;
    if (make !== undefined) return make(entry);
    const name = [entry.name, entry.name.replace(/\/[a-z]+$/, '')].find((one) => registry.has(one));
    if (name === undefined) throw new RangeError(unknown(entry.name, known, registry));
    return registry.create(name, entry.isBare ? undefined : entry.options);
  });
}

function unknown<T>(name: string, known: object, registry: Registry<T>): string {
  const names = [...new Set([...Object.keys(known), ...registry.names()])].join(', ');
  return `expected one of ${names}, or a name that was added to the registry before: there is no ${registry.kind} named "${name}"`;
}

function entryOf(component: ConfiguredComponent, path: string): Entry {
  const [[name, options] = ['', null]] = Object.entries(component);
  const isBare = options === null || options === undefined;
  return {
    name,
    options: (isBare ? {} : options) as Record<string, unknown>,
    isBare,
    path: `${path}.${name}`,
    container: component,
  };
}

/** Says where a part stands that cannot be made. @throws ConfigurationError */
export function made<T>(entry: Pick<Entry, 'path' | 'container'>, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const key = entry.path.slice(entry.path.lastIndexOf('.') + 1);
    const place = placeOf(entry.container, key);
    throw new ConfigurationError([{ ...place, path: entry.path, message }], { cause: error });
  }
}

/** Options without those that have no value: their defaults hold (D-05). */
export function given<T extends Record<string, unknown>>(
  options: T,
): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  const there = Object.entries(options).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return Object.fromEntries(there) as { [K in keyof T]?: Exclude<T[K], null | undefined> };
}
