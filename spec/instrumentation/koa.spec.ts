import Koa from 'koa';
import { Router } from '@koa/router';
import { koaTracing } from '../../instrumentation/koa.js';
import { listener } from '../support/app.js';
import { httpServerContract } from '../contract/http-server.js';

httpServerContract({
  name: 'koaTracing',
  scope: 'spantree/koa',
  listener(handler, options) {
    const app = new Koa();
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
