/** dd-trace with all its instrumentations, of which those for HTTP and Koa have something to do. */
export const side = {
  loadApi: () => import('../dd-trace/api.js'),
  async begin({ url }) {
    const { flush, sendTo, start } = await import('../dd-trace/tracer.js');
    const dd = start({ plugins: true, propagation: 'tracecontext,baggage' });
    const exporter = dd._tracer._exporter;
    sendTo(exporter, url);
    return { shutdown: () => flush(exporter) };
  },
};
