import { cores, pin, processorMicros, startProcess } from '../service/processes.js';
import { startSink } from '../sink.js';

/** Requests under way at a time, where as many are made as the service takes. */
const CONNECTIONS = 16;
/** Connections for the paced ones, which should never wait for one. */
const PACED_CONNECTIONS = 64;
/** Each side's load is taken in so many parts, by turns: shared machines have fast and slow seconds. */
const PARTS = 4;
/** No tracing is cheaper than another by less; in microseconds. */
const RESOLUTION = 10;

/** Koa answers by itself: the request's span, and those of the official instrumentations. */
export const koa = service({
  name: 'koa',
  title: 'Koa request',
  path: '/orders/ID?page=3',
  spans: 1,
  perSecond: 1000,
});

/** Koa calls another service by axios, which is a process that nobody traces. */
export const koaAxios = service({
  name: 'koa-axios',
  title: 'Koa request with axios',
  path: '/orders/ID/stock',
  spans: 2,
  perSecond: 300,
});

/*
 * Each side is a process of its own, all on the same core by turns; load, backend and the service that is
 * called are on others. In a round a side takes as much load as it can, for the processor time of a request, several
 * times a little; and then a part of it, the same for all, for latencies and the delay of the event loop.
 */
function service({ name, title, path, spans, perSecond }) {
  return {
    name,
    rounds: 11,
    sessions: 6,
    rows: [
      row('cpu', 'processor time', 'cpu'),
      row('of-storage', 'share of one with AsyncLocalStorage alone', 'cpu', { against: 'floor' }),
      row('of-bare', 'share of the bare one', 'cpu', { against: 'bare' }),
      row('p50', 'median latency', 'p50'),
      row('p99', 'p99 latency', 'p99'),
      row('p99-added', 'p99 latency added', 'p99', { beyond: 'bare' }),
      row('delay-added', 'p99 event loop delay added', 'delay', { beyond: 'bare' }),
    ],
    async open({ rival, options }) {
      const opened = await openProcesses({ rival, options, load: { path, perSecond } });
      return {
        sides: opened.sides,
        close: async () => notes(name, rival, spans, await opened.close()),
      };
    },
  };

  function row(suffix, what, figure, more = {}) {
    const resolution = RESOLUTION;
    return {
      name: `${name}-${suffix}`,
      title: `${title}: ${what}`,
      unit: 'µs',
      figure,
      resolution,
      ...more,
    };
  }
}

async function openProcesses({ rival, options, load }) {
  const processes = [];
  const start = async (...args) => {
    const started = await startProcess(...args);
    processes.push(started);
    return started;
  };
  const stop = () => {
    for (const each of processes) each.stop();
  };
  try {
    const sink = await startSink();
    processes.push(sink);
    pin(sink.pid, cores?.others);
    const generator = await start('load.js', [], { core: cores?.others });
    const callee = await start('callee.js', [], { core: cores?.others });
    const calleeUrl = `http://127.0.0.1:${callee.ready.port}`;
    const services = {};
    for (const [role, side] of Object.entries({
      bare: 'bare',
      floor: 'floor',
      rival,
      ours: 'spantree',
    })) {
      const place = sink.place();
      const { source } = options;
      const args = [side, JSON.stringify({ url: place.url, source, callee: calleeUrl })];
      const process = await start('serve.js', args, {
        core: cores?.service,
        env: { NODE_ENV: 'production' },
        execArgv: source && side === 'spantree' ? ['--import', 'tsx'] : [],
      });
      services[role] = { process, place, requests: 0 };
      await saturated(generator, services[role], load.path, options.quick ? 20 : 3000);
    }
    const measure = (each) => byTurns(() => figuresOf(generator, each, load, options.quick));
    return {
      sides: Object.fromEntries(
        Object.entries(services).map(([role, each]) => [role, measure(each)]),
      ),
      async close() {
        try {
          return await arrivedPerRequest(services);
        } finally {
          stop();
        }
      },
    };
  } catch (error) {
    stop();
    throw error;
  }
}

/** A part of it each time it is called; figures when it is through. */
function byTurns(begin) {
  let measuring;
  return async () => {
    measuring ??= begin();
    const { done, value } = await measuring.next();
    if (done) measuring = undefined;
    return value;
  };
}

async function* figuresOf(generator, service, { path, perSecond }, isQuick) {
  let micros = 0;
  let count = 0;
  for (let part = 0; part < PARTS; part++) {
    const taken = await saturated(generator, service, path, isQuick ? 20 : 200);
    micros += taken.micros;
    count += taken.requests;
    yield;
  }
  await service.process.ask({ watch: true });
  const { port } = service.process.ready;
  const question = { port, path, connections: PACED_CONNECTIONS, perSecond };
  const { requests, p50, p99 } = await generator.ask({ ...question, millis: isQuick ? 50 : 1500 });
  const { delay } = await service.process.ask({ watch: false });
  service.requests += requests;
  return { cpu: micros / count, p50, p99, delay };
}

/** As many requests as the service takes, and its processor time for them. */
async function saturated(generator, service, path, millis) {
  const { port } = service.process.ready;
  const before = await processorMicros(service.process);
  const { requests } = await generator.ask({ port, path, connections: CONNECTIONS, millis });
  const after = await processorMicros(service.process);
  service.requests += requests;
  return { micros: after - before, requests };
}

async function arrivedPerRequest(services) {
  const arrived = {};
  for (const [role, { process, place, requests }] of Object.entries(services)) {
    await process.ask({ end: true });
    arrived[role] = (await place.arrived()) / requests;
  }
  return arrived;
}

/** A time for less work says nothing: not one of our spans may be lost. What the rival lost is told. */
function notes(name, rival, spans, arrived) {
  if (arrived.ours !== spans) {
    throw new Error(`${name}: ${arrived.ours} spans a request arrived, not ${spans}`);
  }
  const cored =
    cores === undefined
      ? 'on no core of its own: there is no taskset, or one core'
      : `on core ${cores.service}, everything else on ${cores.others}`;
  const said = `spans a request that arrived: ${arrived.ours}, of ${rival} ${arrived.rival.toFixed(2)}`;
  return [`${name}: the service ${cored}; ${said}`];
}
