import Router from '@koa/router';
import { withSpan } from '../../lib/index.js';
import { work, type Service } from '../service.js';

/** How many pieces are left; `slow-1` takes its time. */
export function inventory({ app, tracer }: Service): void {
  const router = new Router();
  router.get('/stock/:sku', async (ctx) => {
    const { sku } = ctx.params;
    await withSpan(tracer, 'read stock', { attributes: { 'stock.sku': sku! } }, async (span) => {
      span.addEvent('cache.miss', { key: `stock:${sku}` });
      await work(sku === 'slow-1' ? 90 : 12);
    });
    ctx.body = { sku, left: 7 };
  });
  app.use(router.routes());
}
