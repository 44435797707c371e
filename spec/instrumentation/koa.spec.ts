import Koa from 'koa';
import { Router } from '@koa/router';
import { koaTracing } from '../../instrumentation/koa.js';
import { listener } from '../support/app.js';
import { httpServerContract } from '../contract/http-server.js';

// Only before all other middleware it hears of errors from Koa itself; elsewhere it follows a promise.
for (const [place, before] of [
  ['before all other middleware', []],
  ['behind another middleware', [(_ctx, next) => next()]],
] as [string, Koa.Middleware[]][]) {
  httpServerContract({
    name: `koaTracing ${place}`,
    scope: 'spantree/koa',
    listener(handler, options) {
      const app = new Koa();
      for (const other of before) app.use(other);
      app.use(koaTracing(options));
      const router = new Router();
      router.all('/users/:id', async (ctx) => {
        const { status, headers, body } = await handler();
        ctx.body = body ?? '';
        if (status !== undefined) ctx.status = status;
        ctx.set(headers ?? {});
      });
      app.use(router.routes());
      return listener(app);
    },
  });
}
