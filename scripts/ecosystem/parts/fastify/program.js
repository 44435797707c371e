// Fastify with hooks, parameters, an error and a 404, by its own instrumentation.
import { fetchText } from '../../loopback.js';

export function instrumentations({ load }) {
  const { HttpInstrumentation } = load('@opentelemetry/instrumentation-http');
  const { FastifyOtelInstrumentation } = load('@fastify/otel');
  return [
    new HttpInstrumentation(),
    new FastifyOtelInstrumentation({ registerOnInitialization: true }),
  ];
}

export async function run({ tracer, load }) {
  const app = load('fastify')();
  app.addHook('onRequest', async function look() {});
  app.get('/users/:id', async (request) => {
    const { span } = request.opentelemetry();
    span.setAttribute('seen', true);
    return tracer.startActiveSpan('look up', (inner) => {
      inner.end();
      return { id: request.params.id, in: inner.spanContext().traceId };
    });
  });
  app.get('/broken', async () => {
    throw new RangeError('too far');
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address();

  const answers = [];
  await tracer.startActiveSpan('visitor', async (span) => {
    for (const path of ['/users/7', '/broken', '/nowhere']) {
      const { status, text } = await fetchText(port, path);
      answers.push({ status, text });
    }
    span.end();
  });
  await app.close();
  return { answers };
}
