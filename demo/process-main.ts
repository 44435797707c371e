/*
 * One service of the demo as a process of its own, as it would be in production: `start()` once, and
 * nothing else knows of tracing. It ends by SIGTERM, at which `start()` writes what is still waiting.
 *
 *     process-main.ts NAME FILE PROPAGATORS URLS
 *
 * NAME is the service's, FILE gets its spans, URLS are those of the services it calls, as JSON.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { trace } from '@opentelemetry/api';
import axios from 'axios';
import Koa from 'koa';
import { OTLPFileExporter } from '../exporters/otlp-file.js';
import { traceAxios } from '../instrumentation/axios.js';
import { koaTracing } from '../instrumentation/koa.js';
import { start } from '../lib/index.js';
import type { Service } from './service.js';
import { inventory } from './services/inventory.js';
import { payment } from './services/payment.js';
import { shop } from './services/shop.js';

type Urls = Readonly<Record<'inventory' | 'payment' | 'provider', string>>;

const SERVICES: Readonly<Record<string, (service: Service, urls: Urls) => void>> = {
  shop,
  inventory,
  payment: (service, { provider }) => payment(service, provider),
};

const [name = '', path = '', propagators = '', urls = '{}'] = process.argv.slice(2);
start({
  serviceName: name,
  propagators: propagators.split(','),
  exporters: [new OTLPFileExporter({ path })],
});

const app = new Koa();
app.silent = true;
app.use(koaTracing());
const http = axios.create({ timeout: 2000 });
traceAxios(http);

const service: Service = {
  app,
  http,
  tracer: trace.getTracer(name),
  async listen() {
    const handle = app.callback();
    const server = createServer((req, res) => void handle(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
  // By a signal; there is nothing to do.
  close: () => Promise.resolve(),
};
SERVICES[name]!(service, JSON.parse(urls) as Urls);
// Nobody is left to end it when whoever started it was killed.
process.on('disconnect', () => process.exit());
process.send!(await service.listen());
