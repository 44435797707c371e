// Koa with middlewares, a router with nested prefixes, an error and a 404.
import { once } from 'node:events';
import { close, fetchText } from '../../loopback.js';

export function instrumentations({ load }) {
  const { HttpInstrumentation } = load('@opentelemetry/instrumentation-http');
  const { KoaInstrumentation } = load('@opentelemetry/instrumentation-koa');
  return [new HttpInstrumentation(), new KoaInstrumentation()];
}

export async function run({ api, tracer, load, importPackage, esm }) {
  const { default: Koa } = esm ? await importPackage('koa') : { default: load('koa') };
  const Router = load('@koa/router');
  const app = new Koa();
  app.silent = true;
  app.use(async function times(ctx, next) {
    await next();
    api.trace.getActiveSpan()?.setAttribute('answered', ctx.status);
  });
  const router = new Router({ prefix: '/shop' });
  router.get('/items/:id', async (ctx) => {
    await tracer.startActiveSpan('look up', async (span) => {
      await new Promise(setImmediate);
      span.addEvent('found', { id: ctx.params.id });
      span.end();
    });
    ctx.body = { id: ctx.params.id, in: api.trace.getActiveSpan()?.spanContext().spanId };
  });
  router.get('/broken', () => {
    throw new TypeError('no such thing');
  });
  app.use(router.routes()).use(router.allowedMethods());
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();

  const answers = [];
  await tracer.startActiveSpan('visitor', async (span) => {
    answers.push(await fetchText(port, '/shop/items/7'));
    answers.push(await fetchText(port, '/shop/broken'));
    answers.push(await fetchText(port, '/nowhere'));
    span.end();
  });
  await Promise.all([1, 2, 3].map((id) => fetchText(port, `/shop/items/${id}`)));
  await close(server);
  return { answers: answers.map(({ status, text }) => ({ status, text })) };
}
