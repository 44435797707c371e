/*
 * Three Koa services in one process, each with a tracer provider of its own, talk to each other by axios
 * over loopback HTTP. One console tree joins their spans. See README.md for what is printed.
 *
 *     npm run demo
 *     npm run demo -- --propagator=b3        (or b3multi, jaeger, x-trace, tracecontext)
 *     npm run demo -- --processes            (each service a process: see processes.ts)
 */
import { parseArgs } from 'node:util';
import { context } from '@opentelemetry/api';
import axios from 'axios';
import { consoleTree } from '../exporters/index.js';
import { AsyncLocalStorageContextManager, propagatorRegistry } from '../lib/index.js';
import { CompositePropagator } from '../propagators/index.js';
import { runProcesses } from './processes.js';
import { startProvider } from './provider.js';
import { makeService, type Service } from './service.js';
import { inventory } from './services/inventory.js';
import { payment } from './services/payment.js';
import { shop } from './services/shop.js';
import { upstreams } from './upstream.js';

const { values } = parseArgs({
  options: {
    propagator: { type: 'string', default: 'tracecontext,baggage,x-trace' },
    processes: { type: 'boolean' },
  },
});
const names = values.propagator.split(',');
if (values.processes) process.exit(await runProcesses(names));

const propagator = new CompositePropagator({
  propagators: names.map((name) => propagatorRegistry.create(name)),
});

context.setGlobalContextManager(new AsyncLocalStorageContextManager());
const tree = consoleTree();
const services = Object.fromEntries(
  ['shop', 'inventory', 'payment'].map((name) => [
    name,
    makeService(name, { processor: tree, propagator }),
  ]),
) as Record<'shop' | 'inventory' | 'payment', Service>;

const provider = await startProvider();
inventory(services.inventory);
payment(services.payment, provider.url);
shop(services.shop, {
  inventory: await services.inventory.listen(),
  payment: await services.payment.listen(),
});
const url = await services.shop.listen();

say(`Three services, propagators: ${names.join(', ')}.`);
let parts = 0;

part('A request that succeeds. Look for: ╘═ where the call crosses into the other service.');
await request('GET', '/products/42');

part('The payment provider hangs up. Look for: the first line names where it began.');
await request('POST', '/orders');

for (const { title, headers } of upstreams(names)) {
  part(title);
  await request('GET', '/products/42', headers);
}

part('Calls in parallel, one of them slow. Look for: which bar the request waited for.');
await request('GET', '/catalog');

await Promise.all(Object.values(services).map((service) => service.close()));
await tree.shutdown();
provider.server.close();

/** Sends one request to the shop and has its tree printed before the next. */
async function request(method: string, path: string, headers = {}): Promise<void> {
  await axios.request({ url: url + path, method, headers, validateStatus: () => true });
  // The answer is here a moment before the services have ended their spans.
  await new Promise((resolve) => setTimeout(resolve, 20));
  await tree.forceFlush();
}

/** Says what comes next, with its number. */
function part(text: string): void {
  say(`${++parts}. ${text}`);
}

function say(text: string): void {
  console.log(`\n${text}\n`);
}
