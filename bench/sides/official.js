/**
 * The official SDK, with what traces a Koa application and what it calls. Its parts are put together by
 * hand, which is the least that it takes.
 */
export function officialSide({ loadApi, loadPackages, loadInstrumentations, providerOf }) {
  return {
    loadApi,
    async begin({ url }) {
      const { api, asyncHooks, core, protoExporter, resources, sdk } = await loadPackages();
      const instrumentations = await loadInstrumentations();
      const { HttpInstrumentation, KoaInstrumentation, registerInstrumentations } =
        instrumentations;
      const exporter = new protoExporter.OTLPTraceExporter({ url });
      const resource = resources.resourceFromAttributes({ 'service.name': 'shop' });
      const provider = providerOf(sdk, exporter, resources.defaultResource().merge(resource));
      api.context.setGlobalContextManager(
        new asyncHooks.AsyncLocalStorageContextManager().enable(),
      );
      api.propagation.setGlobalPropagator(
        new core.CompositePropagator({
          propagators: [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()],
        }),
      );
      api.trace.setGlobalTracerProvider(provider);
      registerInstrumentations({
        instrumentations: [new HttpInstrumentation(), new KoaInstrumentation()],
      });
      return { shutdown: () => provider.shutdown() };
    },
  };
}
