import { NOTHING_SAID, type Settings } from './config.js';

/**
 * Makes a component from the options that stand beside its name, if there are any, and from what the
 * environment says, over which the options win.
 */
export type Factory<T> = (options: unknown, environment: Settings) => T;

/**
 * Components by name, so that configuration can choose them: one registry each for propagators,
 * samplers, exporters, span processors and so on. Users add their own by the same door.
 */
export class Registry<T> {
  /** What it holds, in the singular. */
  readonly kind: string;
  readonly #factories = new Map<string, Factory<T>>();

  /** @param kind what it holds, in the singular, for messages */
  constructor(kind: string) {
    this.kind = kind;
  }

  /**
   * Adds a component. Names are compared without regard to case.
   *
   * @throws Error when the name is taken, so that nobody replaces a component unseen, or is `none`
   */
  add(name: string, factory: Factory<T>): this {
    const key = name.toLowerCase();
    if (key === 'none' || this.#factories.has(key)) {
      throw new Error(`a ${this.kind} named "${name}" is registered already`);
    }
    this.#factories.set(key, factory);
    return this;
  }

  /** Whether a component of that name can be made. */
  has(name: string): boolean {
    return this.#factories.has(name.toLowerCase());
  }

  /** All names, in the order in which they were added. */
  names(): string[] {
    return [...this.#factories.keys()];
  }

  /**
   * Makes the component of that name.
   *
   * @throws RangeError when there is none, saying which there are
   */
  create(name: string, options?: unknown, environment: Settings = NOTHING_SAID): T {
    const factory = this.#factories.get(name.toLowerCase());
    if (factory === undefined) throw new RangeError(this.unknown(name));
    return factory(options, environment);
  }

  /** What to say about a name that nobody has added. */
  unknown(name: string): string {
    return `there is no ${this.kind} named "${name}"; there are: ${this.names().join(', ')}, none`;
  }
}
