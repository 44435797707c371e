import { report } from '../lib/diagnostics.js';

/**
 * Contains what a getter, a setter, a carrier or a foreign span threw, so that it never reaches user
 * code: the request goes on without its trace. Reported once as `propagator.threw`.
 */
export function contained(
  direction: 'inject' | 'extract',
  propagator: string,
  error: unknown,
): void {
  report(
    'propagator.threw',
    `${propagator} could not ${direction}: the getter, the setter or the carrier threw; the request goes on without its trace`,
    error,
  );
}
