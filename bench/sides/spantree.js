/** This package, put together as its README says. */
export const side = {
  loadApi: () => import('@opentelemetry/api'),
  async begin({ url, source = false }) {
    const [{ start }, { koaTracing }, { traceAxios }] = await Promise.all(
      source
        ? [
            import('../../lib/index.js'),
            import('../../instrumentation/koa.js'),
            import('../../instrumentation/axios.js'),
          ]
        : [import('spantree'), import('spantree/koa'), import('spantree/axios')],
    );
    const sdk = start({
      serviceName: 'shop',
      exporters: [{ name: 'otlp', options: { url } }],
    });
    return { middleware: koaTracing(), traceAxios, shutdown: () => sdk.shutdown() };
  },
};
