// A Koa service in a process of its own: node serve.js SIDE OPTIONS. Everything but what a side adds is the same.
import { createRequire } from 'node:module';
import { Agent } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const [name, options] = process.argv.slice(2);
const { url, source, callee } = JSON.parse(options);
const { side } = await import(`../sides/${name}.js`);
const { middleware, traceAxios, shutdown } = await side.begin({ url, source });

// The official instrumentation hears of packages as they are required.
const require = createRequire(import.meta.url);
const Koa = require('koa');
const Router = require('@koa/router');
const axios = require('axios').create({ httpAgent: new Agent({ keepAlive: true }), proxy: false });
traceAxios?.(axios);

const router = new Router();
router.get('/orders/:id', async (ctx) => {
  const { id } = ctx.params;
  ctx.body = { id, customer: `customer-${id}`, items: await itemsOf(id) };
});
router.get('/orders/:id/stock', async (ctx) => {
  const { data } = await axios.get(`${callee}/stock/${ctx.params.id}`);
  ctx.body = { id: ctx.params.id, stock: data };
});

const app = new Koa();
if (middleware !== undefined) app.use(middleware);
app.use(router.routes());

const delay = monitorEventLoopDelay({ resolution: 1 });
process.on('message', (question) => void answer(question));
process.on('disconnect', () => process.exit());
const server = app.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

async function answer({ watch, micros, end }) {
  if (watch === true) {
    delay.reset();
    delay.enable();
    process.send({});
  } else if (watch === false) {
    delay.disable();
    process.send({ delay: delay.percentile(99) / 1000 });
  } else if (micros) {
    const { user, system } = process.cpuUsage();
    process.send({ micros: user + system });
  } else if (end) {
    await shutdown?.();
    process.send({});
  }
}

/** What a service waits for between two turns of the event loop. */
async function itemsOf(id) {
  await new Promise((resolve) => setImmediate(resolve));
  return [{ sku: `sku-${id}`, amount: 2 }];
}
