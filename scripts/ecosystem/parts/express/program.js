// Express with a router, an error handler and parameters.
import { once } from 'node:events';
import { close, fetchText } from '../../loopback.js';

export function instrumentations({ load }) {
  const { HttpInstrumentation } = load('@opentelemetry/instrumentation-http');
  const { ExpressInstrumentation } = load('@opentelemetry/instrumentation-express');
  return [new HttpInstrumentation(), new ExpressInstrumentation()];
}

export async function run({ tracer, load }) {
  const express = load('express');
  const app = express();
  app.use(express.json());
  const router = express.Router();
  router.get('/users/:id', (req, res) => {
    tracer.startActiveSpan('look up', (span) => {
      res.json({ id: req.params.id, in: span.spanContext().traceId });
      span.end();
    });
  });
  router.get('/broken', async () => {
    throw new RangeError('too far');
  });
  app.use('/api', router);
  app.use((error, req, res, _next) => res.status(500).send(error.message));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();

  const answers = [];
  await tracer.startActiveSpan('visitor', async (span) => {
    for (const path of ['/api/users/7', '/api/broken', '/nowhere']) {
      const { status, text } = await fetchText(port, path);
      answers.push({ status, text });
    }
    span.end();
  });
  await close(server);
  return { answers };
}
