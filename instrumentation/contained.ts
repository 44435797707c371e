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
