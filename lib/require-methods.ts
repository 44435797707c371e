/**
 * For what a user hands over at set-up: says at once what is wrong with it.
 *
 * @throws TypeError when a value lacks one of the methods
 */
export function requireMethods(option: string, value: unknown, methods: readonly string[]): void {
  for (const method of methods) {
    if (typeof (value as Record<string, unknown> | null | undefined)?.[method] === 'function') {
      continue;
    }
    throw new TypeError(`${option}: ${describe(value)} has no method ${method}()`);
  }
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return `a ${value.constructor?.name ?? 'nameless object'}`;
}
