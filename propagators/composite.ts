import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api';
import { contained } from './shield.js';

/** What a `CompositePropagator` is made of. */
export interface CompositePropagatorOptions {
  /** Its members, in the order in which they write and read. Default: none. */
  propagators?: readonly TextMapPropagator[];
}

/**
 * Several propagators as one (specification: composite propagator). Each writes its headers; when
 * reading, each sees what those before it found, so of two that find a parent the later one wins. A
 * member that throws is skipped and reported; the others do their work.
 *
 * Throws a `TypeError` when a member is no propagator.
 */
export class CompositePropagator implements TextMapPropagator {
  readonly #members: readonly TextMapPropagator[];
  readonly #fields: readonly string[];

  constructor({ propagators = [] }: CompositePropagatorOptions = {}) {
    for (const member of propagators) {
      if (!isPropagator(member)) {
        throw new TypeError(
          `propagators: a propagator has inject, extract and fields, but got ${describe(member)}`,
        );
      }
    }
    this.#members = [...propagators];
    this.#fields = [...new Set(propagators.flatMap((member) => member.fields()))];
  }

  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    for (const member of this.#members) {
      try {
        member.inject(context, carrier, setter);
      } catch (error) {
        contained('inject', describe(member), error);
      }
    }
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    let found = context;
    for (const member of this.#members) {
      try {
        found = member.extract(found, carrier, getter) ?? found; // a careless one returns nothing
      } catch (error) {
        contained('extract', describe(member), error);
      }
    }
    return found;
  }

  /** Every header that a member may write, each once. */
  fields(): string[] {
    return [...this.#fields];
  }
}

function isPropagator(value: unknown): value is TextMapPropagator {
  const candidate = value as Partial<TextMapPropagator> | null | undefined;
  return (
    typeof candidate?.inject === 'function' &&
    typeof candidate.extract === 'function' &&
    typeof candidate.fields === 'function'
  );
}

function describe(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? (value.constructor?.name ?? 'an object')
    : String(value);
}
