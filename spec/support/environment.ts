/** Runs with these environment variables only, of those whose names begin with `OTEL_`. */
export function withEnvironment<T>(variables: Record<string, string>, run: () => T): T {
  const before = process.env;
  const others = Object.entries(before).filter(([name]) => !name.startsWith('OTEL_'));
  process.env = { ...Object.fromEntries(others), ...variables };
  try {
    return run();
  } finally {
    process.env = before;
  }
}
