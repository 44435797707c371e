import Router from '@koa/router';
import { withSpan } from '../../lib/index.js';
import { work, type Service } from '../service.js';

/** What customers talk to. It asks the inventory and has the payment service charge. */
export function shop(
  { app, http, tracer }: Service,
  urls: { readonly inventory: string; readonly payment: string },
): void {
  const router = new Router();

  router.get('/products/:sku', async (ctx) => {
    const { data } = await http.get<{ left: number }>(
      `${urls.inventory}/stock/${ctx.params['sku']}`,
    );
    ctx.body = await withSpan(tracer, 'render product', async () => {
      await work(4);
      return { sku: ctx.params['sku'], left: data.left };
    });
  });

  router.post('/orders', async (ctx) => {
    await withSpan(tracer, 'validate cart', { attributes: { 'cart.items': 3 } }, () => work(5));
    await http.get(`${urls.inventory}/stock/42`);
    try {
      await http.post(`${urls.payment}/charges`, { order: 1 });
      ctx.body = { ordered: true };
    } catch {
      ctx.status = 502;
      ctx.body = { ordered: false };
    }
  });

  router.get('/catalog', async (ctx) => {
    const skus = ['a-1', 'b-2', 'slow-1', 'c-3'];
    const [prices, ...stock] = await Promise.all([
      withSpan(tracer, 'quote prices', () => work(25)),
      ...skus.map((sku) => http.get<unknown>(`${urls.inventory}/stock/${sku}`)),
    ]);
    ctx.body = { prices: prices ?? null, stock: stock.map(({ data }) => data) };
  });

  app.use(router.routes());
}
