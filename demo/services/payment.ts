import Router from '@koa/router';
import { withSpan } from '../../lib/index.js';
import { work, type Service } from '../service.js';

/** Charges a card through a provider that nobody traces, and that may hang up. */
export function payment({ app, http, tracer }: Service, providerUrl: string): void {
  const router = new Router();
  router.post('/charges', async (ctx) => {
    await withSpan(tracer, 'write charge', () => work(6));
    await http.post(`${providerUrl}/authorize`, { amount: 42 });
    ctx.body = { paid: true };
  });
  app.use(router.routes());
}
