/** What no tracing goes below: a store of its own for each request, in which nobody writes. */
export const side = {
  loadApi: () => import('@opentelemetry/api'),
  async begin() {
    const [{ AsyncLocalStorage }] = await Promise.all([
      import('node:async_hooks'),
      import('node:http'), // Whoever sends spans needs it.
    ]);
    const storage = new AsyncLocalStorage();
    return { middleware: (ctx, next) => storage.run({ ctx }, next) };
  },
};
