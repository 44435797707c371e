// What the doctor costs: `node --import tsx bench/doctor.js [rounds]`, some half a minute.
//
// A service of Koa with our instrumentation answers requests over loopback; each has four spans, which go to an OTLP
// backend in another process. Two services stand side by side, with the doctor on and off; in each round both
// answer the same number of requests, in turns, and the next round goes the other way round. A round's ratio is the
// figure: processor time of the service's process. It ends with code 1 when the median is above 5 %.
import { fork } from 'node:child_process';
import { Agent, createServer, request } from 'node:http';
import { fileURLToPath } from 'node:url';

const LIMIT = 1.05;
const REQUESTS = 1500;
const [role] = process.argv.slice(2);

if (role === 'service') await serve(false, process.argv[4]);
else if (role === 'backend') backend();
else await compare(Number(role ?? 31));

async function compare(rounds) {
  const sink = await child('backend');
  const services = {};
  for (const doctor of ['off', 'on']) services[doctor] = await child('service', doctor, sink.url);
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const order = ['off', 'on'];
  // The engine optimises for what it has seen.
  for (let round = 0; round < 4; round++) {
    for (const doctor of order) await measured(services[doctor], agent);
  }
  const ratios = [];
  for (let round = 0; round < rounds; round++) {
    const cost = {};
    for (const doctor of order) cost[doctor] = await measured(services[doctor], agent);
    order.reverse();
    ratios.push(cost.on / cost.off);
  }
  agent.destroy();
  for (const { process: one } of Object.values(services)) {
    one.kill();
    await new Promise((resolve) => one.once('exit', resolve));
  }
  sink.process.kill();
  ratios.sort((a, b) => a - b);
  const median = ratios[rounds >> 1];
  const percent = (ratio) => `${((ratio - 1) * 100).toFixed(1)} %`;
  console.log(`a request of four spans, ${rounds} rounds of ${REQUESTS} requests`);
  console.log(`the doctor adds ${percent(median)} of processor time (median)`);
  console.log(`quartiles ${percent(ratios[rounds >> 2])} to ${percent(ratios[(rounds * 3) >> 2])}`);
  process.exitCode = median > LIMIT ? 1 : 0;
}

/** Microseconds of processor time that so many requests take. */
async function measured(service, agent) {
  const before = await ask(service);
  let left = REQUESTS;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (left-- > 0) await get(`${service.url}/orders/17`, agent);
    }),
  );
  return (await ask(service)) - before;
}

function ask({ process: one }) {
  return new Promise((resolve) => {
    one.once('message', ({ micros }) => resolve(micros));
    one.send('cost');
  });
}

function child(...args) {
  const one = fork(fileURLToPath(import.meta.url), args, { stdio: 'inherit' });
  return new Promise((resolve) => {
    one.once('message', ({ url }) => resolve({ process: one, url }));
  });
}

function get(url, agent) {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => response.resume().on('end', resolve))
      .on('error', reject)
      .end();
  });
}

function listening(server) {
  server.listen(0, '127.0.0.1', () => {
    process.send({ url: `http://127.0.0.1:${server.address().port}` });
  });
}

function backend() {
  listening(createServer((req, res) => req.resume().on('end', () => res.end())));
}

async function serve(hasDoctor, sink) {
  const { start, withSpan } = await import('../lib/index.ts');
  const { koaTracing } = await import('../instrumentation/koa.ts');
  const { default: Koa } = await import('koa');
  const sdk = start({
    exporters: [{ name: 'otlp', options: { url: `${sink}/v1/traces` } }],
    doctor: hasDoctor && { write: (text) => process.stderr.write(text) },
  });
  const app = new Koa().use(koaTracing()).use(async (ctx) => {
    await withSpan('load order', async () => {
      await withSpan('SELECT orders', { attributes: { 'db.system.name': 'postgresql' } }, later);
    });
    withSpan('render', () => (ctx.body = { id: 17 }));
  });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send({ micros: user + system });
  });
  process.on('SIGTERM', () => void sdk.shutdown().finally(() => process.exit()));
  const callback = app.callback();
  listening(createServer((req, res) => void callback(req, res)));
}

function later() {
  return new Promise((resolve) => setImmediate(resolve));
}
