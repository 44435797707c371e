// What users of the official SDK write to set it up, in its 2.x and its 3.x form. Over spantree it is the same
// code with another name to import from; or `start()`. Options are a provider's, and `propagator`. Spans go to
// the given processors, then to the exporter.

/** Sets up tracing and gives `{ provider, shutdown }`. */
export function setUp(load, { side, line, style, exporter, options = {} }) {
  if (side === 'spantree' && style === 'start') return started(load('spantree'), exporter, options);
  const from = namesFrom(load, side);
  return line === 2 ? line2(from, exporter, options) : line3(load, from, exporter, options);
}

/** Gives the package of that name, or spantree in its place. */
export function namesFrom(load, side) {
  return (name) => load(side === 'spantree' ? 'spantree' : name);
}

function line2(from, exporter, { propagator, contextManager, spanProcessors = [], ...options }) {
  const { NodeTracerProvider, SimpleSpanProcessor } = from('@opentelemetry/sdk-trace-node');
  const provider = new NodeTracerProvider({
    resource: resource(from),
    spanProcessors: [...spanProcessors, new SimpleSpanProcessor(exporter)],
    ...options,
  });
  provider.register({ propagator, contextManager });
  return { provider, shutdown: () => provider.shutdown() };
}

function line3(
  load,
  from,
  exporter,
  { propagator, contextManager, spanProcessors = [], ...options },
) {
  const { trace, context, propagation } = load('@opentelemetry/api');
  const { TracerProvider, SimpleSpanProcessor } = from('@opentelemetry/sdk-trace');
  const { AsyncLocalStorageContextManager } = from('@opentelemetry/context-async-hooks');
  const provider = new TracerProvider({
    resource: resource(from),
    spanProcessors: [...spanProcessors, new SimpleSpanProcessor({ exporter })],
    ...options,
  });
  trace.setGlobalTracerProvider(provider);
  const manager = contextManager ?? new AsyncLocalStorageContextManager();
  context.setGlobalContextManager(manager.enable());
  propagation.setGlobalPropagator(propagator ?? w3c(from));
  return { provider, shutdown: () => provider.shutdown() };
}

function resource(from) {
  const { defaultResource, resourceFromAttributes } = from('@opentelemetry/resources');
  return defaultResource().merge(resourceFromAttributes({ 'service.name': 'ecosystem' }));
}

function w3c(from) {
  const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } =
    from('@opentelemetry/core');
  return new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  });
}

function started({ start, SimpleSpanProcessor }, exporter, options) {
  const { propagator, spanProcessors = [], ...rest } = options;
  return start({
    serviceName: 'ecosystem',
    exporters: [],
    // The official set-ups detect nothing.
    resourceDetectors: [],
    spanProcessors: [...spanProcessors, new SimpleSpanProcessor(exporter)],
    ...(propagator && { propagators: [propagator] }),
    ...rest,
  });
}
