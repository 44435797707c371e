// Puts load on the memory and fails where it does not stay what it is. Run by `npm run memory -- [seconds] [spans]`,
// two minutes and a million spans by default (an hour: `npm run memory -- 3600`); needs tsx for the sources.
//
// - Traffic with a dead backend, which first refuses connections and then takes them and never answers: once the
//   exporter's queue is full, the heap stays flat.
// - Garbage: what so many spans ask for, how long the collector stops the process for it, and that nothing is left.
// - Spans that are never ended: a second lot of them takes no more memory than the first.
import { createServer } from 'node:net';
import { PerformanceObserver } from 'node:perf_hooks';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '../exporters/index.ts';
import { setErrorHandler, start, TracerProvider, withSpan } from '../lib/index.ts';

/** Requests in a second of traffic, each of which has four spans. */
const REQUESTS = 1000;
/** What waits for the backend at most. */
const QUEUE_BYTES = 8 * 2 ** 20;
/** What the heap may grow by and still be flat: caches, code, and how exact a measurement is. */
const FLAT_BYTES = 2 * 2 ** 20;

const [seconds, spans] = readArguments();
setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');
setErrorHandler(() => {}); // That the backend is dead is no news.

const problems = [];
await withDeadBackends();
await garbage();
for (const [name, options] of Object.entries(pipelines())) await neverEnded(name, options);
for (const problem of problems) console.error(`memory: ${problem}`);
process.exit(problems.length > 0 ? 1 : 0);

// ── A dead backend ───────────────────────────────────────────────────────────────────────────────

async function withDeadBackends() {
  const silent = await listening();
  const refusing = await listening();
  refusing.close(); // Nobody else gets its port so soon.
  await traffic('a backend that refuses connections', refusing.port, (seconds * 1000) / 2);
  await traffic('a backend that never answers', silent.port, (seconds * 1000) / 2);
  silent.close();
}

/** A server that reads and says nothing. */
function listening() {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket
      .on('error', () => {})
      .on('close', () => sockets.delete(socket))
      .resume();
  });
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({ port: server.address().port, close }));
  });
}

/** Requests come and spans go nowhere. What counts begins when the queue is full. */
async function traffic(title, port, millis) {
  const url = `http://127.0.0.1:${port}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, maxQueueBytes: QUEUE_BYTES, timeoutMillis: 1000 });
  const sdk = start({ serviceName: 'memory', exporters: [exporter] });
  const isFull = () => Object.values(exporter.stats().dropped).some((count) => count > 0);
  const until = performance.now() + millis;
  const every = Math.min(2000, millis / 40);
  const samples = [];
  let made = 0;
  let measured = performance.now();
  while (performance.now() < until || !isFull()) {
    // As fast as it goes at first, then at the pace of a service.
    const due = isFull() ? REQUESTS / 100 : REQUESTS;
    await Promise.all(Array.from({ length: due }, (_, i) => request(made + i)));
    made += due;
    await sleep(isFull() ? 10 : 1);
    if (!isFull() || performance.now() - measured < every) continue;
    samples.push(await liveBytes());
    measured = performance.now();
  }
  while (samples.length < 4) samples.push(await liveBytes());
  judgeTraffic(title, made, samples);
  await sdk.shutdown().catch(() => {});
}

function judgeTraffic(title, made, samples) {
  const half = samples.length >> 1;
  const [early, late] = [median(samples.slice(0, half)), median(samples.slice(half))];
  console.log(
    `${title}: ${made} requests, ${samples.length} looks at the heap, ` +
      `${megabytes(early)} MB in the first half, ${megabytes(late)} MB in the second`,
  );
  if (late - early > FLAT_BYTES) problems.push(`${title}: the heap grows`);
}

async function request(i) {
  await withSpan(`GET /orders/${i % 7}`, async (span) => {
    span.setAttribute('url.path', `/orders/${i}`);
    span.setAttribute('client.address', `10.0.${i % 256}.1`);
    for (const name of ['read order', 'read stock']) {
      await withSpan(name, async (inner) => {
        inner.setAttribute('order', `order-${i}`);
        await Promise.resolve();
      });
    }
    withSpan('charge', (inner) => {
      inner.addEvent('declined', { 'order.id': `order-${i}` });
      inner.recordException(new Error(`card of order-${i} declined`));
    });
  });
}

// ── Garbage ──────────────────────────────────────────────────────────────────────────────────────

async function garbage() {
  const tracer = new TracerProvider().getTracer('memory');
  const make = (from, to) => {
    for (let i = from; i < to; i++) {
      const span = tracer.startSpan('operation', { attributes: { 'url.path': `/orders/${i}` } });
      span.setAttribute('http.response.status_code', 200).end();
    }
  };
  make(0, 20_000);
  const before = await liveBytes();
  const pauses = observePauses();
  let allocated = 0;
  let used = heapBytes();
  const step = 100;
  for (let i = 0; i < spans; i += step) {
    make(i, Math.min(spans, i + step));
    const now = heapBytes();
    // Where the collector came in between, these count for nothing.
    if (now > used) allocated += now - used;
    used = now;
    if (i % 10_000 === 0) await sleep(0);
  }
  const { count, total, longest } = await pauses.end();
  const left = (await liveBytes()) - before;
  console.log(
    `${spans} spans: some ${Math.round(allocated / spans)} bytes each, ${count} collections that took ` +
      `${total.toFixed(0)} ms, the longest ${longest.toFixed(1)} ms; ${megabytes(left)} MB are left`,
  );
  if (left > FLAT_BYTES) problems.push(`${spans} ended spans leave ${megabytes(left)} MB behind`);
}

function observePauses() {
  const durations = [];
  const take = (entries) => durations.push(...entries.map(({ duration }) => duration));
  const observer = new PerformanceObserver((list) => take(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  return {
    async end() {
      await sleep(10);
      take(observer.takeRecords());
      observer.disconnect();
      const total = durations.reduce((sum, each) => sum + each, 0);
      return { count: durations.length, total, longest: Math.max(0, ...durations) };
    },
  };
}

// ── Spans that are never ended ───────────────────────────────────────────────────────────────────

function pipelines() {
  const stream = new Writable({ write: (chunk, encoding, done) => done() });
  // What waits for a backend is no leak; little of it may.
  const options = { url: 'http://127.0.0.1:9/v1/traces', maxQueueBytes: 64 * 1024 };
  const otlp = { name: 'otlp', options };
  return {
    'to a backend': { exporters: [otlp] },
    'to a terminal': { exporters: [{ name: 'console', options: { stream } }] },
    'with the doctor': { exporters: [otlp], doctor: { write() {} } },
  };
}

/** Roots and children that begin and are forgotten; each second one's child does end. */
async function neverEnded(name, options) {
  const sdk = start({ serviceName: 'memory', ...options });
  const tracer = trace.getTracer('memory');
  const lot = async () => {
    for (let i = 0; i < spans / 10; i++) {
      tracer.startActiveSpan('forgotten', (span) => {
        span.setAttribute('order', `order-${i}`);
        const child = tracer.startSpan('child');
        if (i % 2 === 0) child.end();
      });
      if (i % 1000 === 0) await sleep(0);
    }
    return liveBytes();
  };
  const before = await liveBytes();
  const first = await lot();
  const second = await lot();
  console.log(
    `never ended, ${name}: ${megabytes(first - before)} MB after ${spans / 10} traces, ` +
      `${megabytes(second - first)} MB after as many more`,
  );
  if (second - first > FLAT_BYTES) problems.push(`spans that never end leak ${name}`);
  await sdk.shutdown().catch(() => {});
}

// ── Measuring ────────────────────────────────────────────────────────────────────────────────────

function readArguments() {
  const given = process.argv.slice(2).map(Number);
  for (const [i, number] of given.entries()) {
    if (!(number > 0))
      throw new RangeError(`${process.argv[i + 2]} is no number of seconds, or of spans`);
  }
  return [given[0] ?? 120, given[1] ?? 1_000_000];
}

async function liveBytes() {
  for (let i = 0; i < 3; i++) {
    gc();
    await sleep(5); // What the engine holds outside of its heap is freed a little later.
  }
  return heapBytes();
}

function heapBytes() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}

function megabytes(bytes) {
  return (bytes / 2 ** 20).toFixed(1);
}
