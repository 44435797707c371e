import { diag } from '@opentelemetry/api';

/** Takes what a hook or an SDK threw, so that it does not reach the application. */
export type Contain = (what: string, error: unknown) => void;

/**
 * Makes the place where an instrumentation's own errors end: the first one of each kind is told to the
 * API's `diag` logger, the others are dropped, because every request could repeat it.
 *
 * @param instrumentation who tells, such as `spantree/koa`
 */
export function containment(instrumentation: string): Contain {
  const told = new Set<string>();
  return function contain(what, error) {
    if (told.has(what)) return;
    told.add(what);
    try {
      diag.warn(`${instrumentation}: ${what} failed; requests go on without it.`, error);
    } catch {
      // A logger that throws has nobody left to tell.
    }
  };
}

/**
 * Wraps a user's hook so that what it throws is contained; it then counts as having returned `otherwise`,
 * and so does a hook that was not given.
 *
 * @throws TypeError for a hook that is no function
 */
export function hook<A extends unknown[], R>(
  contain: Contain,
  name: string,
  given: ((...args: A) => R) | undefined,
  otherwise: R,
): (...args: A) => R {
  if (given === undefined) return () => otherwise;
  mustBeFunction(name, given);
  return function contained(...args) {
    try {
      return given(...args);
    } catch (error) {
      contain(name, error);
      return otherwise;
    }
  };
}

/** @throws TypeError with the value, for an option that is no function */
export function mustBeFunction(option: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw new TypeError(`${option} takes a function, got ${JSON.stringify(value)}`);
}
