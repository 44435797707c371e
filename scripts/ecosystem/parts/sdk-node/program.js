// Users of NodeSDK: with components of either side in it; or with a provider of either side registered before
// it, where NodeSDK does instrumentations and metrics alone.
import { close, fetchText, listen } from '../../loopback.js';
import { namesFrom, setUp as setUpProvider } from '../../set-up.js';

export function setUp({ load, exporter, line, side, style, beside }) {
  const { NodeSDK } = load('@opentelemetry/sdk-node');
  const { HttpInstrumentation } = load('@opentelemetry/instrumentation-http');
  const instrumentations = [new HttpInstrumentation()];
  const from = namesFrom(load, side);
  if (beside) {
    const own = setUpProvider(load, { side, line, style, exporter });
    const node = new NodeSDK({ instrumentations });
    node.start();
    return { shutdown: () => Promise.all([own.shutdown(), node.shutdown()]) };
  }
  const { BatchSpanProcessor, ParentBasedSampler, AlwaysOnSampler, RandomIdGenerator } = from(
    line === 2 ? '@opentelemetry/sdk-trace-node' : '@opentelemetry/sdk-trace',
  );
  const { resourceFromAttributes } = from('@opentelemetry/resources');
  const core = from('@opentelemetry/core');
  const node = new NodeSDK({
    instrumentations,
    resource: resourceFromAttributes({ 'service.name': 'ecosystem', team: 'a' }),
    spanProcessors: [new BatchSpanProcessor(line === 2 ? exporter : { exporter })],
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    idGenerator: new RandomIdGenerator(),
    textMapPropagator: new core.CompositePropagator({
      propagators: [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()],
    }),
    contextManager: new (from(
      '@opentelemetry/context-async-hooks',
    ).AsyncLocalStorageContextManager)(),
  });
  node.start();
  return node;
}

export async function run({ load, tracer, api }) {
  const server = load('node:http').createServer((req, res) => {
    api.trace.getActiveSpan()?.setAttribute('path', req.url);
    res.end(String(api.propagation.getBaggage(api.context.active())?.getEntry('user')?.value));
  });
  const port = await listen(server);
  const answers = [];
  const bag = api.propagation.createBaggage({ user: { value: 'you' } });
  const context = api.propagation.setBaggage(api.context.active(), bag);
  await tracer.startActiveSpan('visitor', {}, context, async (span) => {
    for (const path of ['/one', '/two']) answers.push((await fetchText(port, path)).text);
    span.end();
  });
  await close(server);
  return { answers };
}
