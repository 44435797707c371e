// The workloads of the specification's page on performance benchmarks (performance-benchmark.md): spans without a
// parent, of a resource with three attributes of ten characters, with ten attributes whose keys and values have
// twenty characters each, delivered over OTLP.
import { setTimeout as sleep } from 'node:timers/promises';
import { delivering } from './delivery.js';
import { flat } from './values.js';

const PER_SECOND = 10_000;
/** How often the paced ones are made up to what is due, in milliseconds. */
const TICK = 5;
/** How long processor time is gathered for the peak. */
const WINDOW = 500;

const RESOURCE = Object.fromEntries(
  ['service.name', 'service.version', 'name'].map((key, i) => [key, `value-000${i}`]),
);
const KEYS = Object.keys(
  Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`attribute-of-span-0${i}`, true])),
);
const VALUES = Array.from({ length: 1000 }, (_, i) =>
  flat(`value-of-20-chars-${String(i % 100).padStart(2, '0')}`),
);

/** Throughput: created and exported. In nanoseconds a span; a second has so many of them. */
export const specificationThroughput = delivering(
  'specification-throughput',
  '10 attributes of 20 characters, delivered (specification)',
  { make: endedSpan, resource: RESOURCE },
);

/** What 10,000 spans a second take of the processor and of memory; each span exported by itself, or in batches. */
export const specificationSimple = paced(
  'specification-simple',
  'simple processor',
  ({ exportingEach }, exporter) => exportingEach(exporter, RESOURCE),
);
export const specificationBatch = paced(
  'specification-batch',
  'batch processor',
  ({ batching }, exporter) => batching(exporter, {}, RESOURCE),
);

function paced(name, processor, open) {
  const row = (suffix, what, unit, figure, more) => ({
    name: `${name}-${suffix}`,
    title: `${PER_SECOND} spans/s, ${processor}: ${what}`,
    unit,
    figure,
    ...more,
  });
  return {
    name,
    rounds: 10, // as the page suggests
    rows: [
      row('cpu', 'processor', '%', 'average'),
      row('peak', 'processor, peak', '%', 'peak'),
      row('memory', 'memory, mean', 'MB', 'megabytes'),
      row('arrived', 'arrived', '%', 'arrived', { isMoreBetter: true }),
    ],
    setUp: (contender, { sink }) => ({
      async measure({ isBrief, seconds }) {
        const place = sink.place();
        const { tracer, shutdown } = open(contender, contender.exporterTo(place.url));
        const make = (i) => endedSpan(tracer, contender.api.ROOT_CONTEXT, i);
        const { made, ...figures } = await pace(make, isBrief ? 60 : seconds * 1000);
        await shutdown();
        return { ...figures, arrived: (100 * (await place.arrived())) / made };
      },
    }),
  };
}

/** Makes what is due, again and again, and looks at what the process takes meanwhile. */
async function pace(make, millis) {
  const begun = performance.now();
  const windows = [];
  const memory = [];
  let window = newWindow();
  let made = 0;
  for (let elapsed = 0; elapsed < millis;) {
    await sleep(TICK);
    elapsed = performance.now() - begun;
    const due = Math.floor((Math.min(elapsed, millis) * PER_SECOND) / 1000);
    while (made < due) make(made++);
    if (window.millis() < WINDOW && elapsed < millis) continue;
    windows.push(window.end());
    window = newWindow();
    const { heapUsed, external } = process.memoryUsage();
    memory.push((heapUsed + external) / 1e6);
  }
  const sum = (key) => windows.reduce((total, each) => total + each[key], 0);
  return {
    made,
    average: (100 * sum('busy')) / sum('millis'),
    peak: Math.max(...windows.map(({ busy, millis: length }) => (100 * busy) / length)),
    megabytes: memory.reduce((total, each) => total + each, 0) / memory.length,
  };
}

function newWindow() {
  const begun = performance.now();
  const before = process.cpuUsage();
  const millis = () => performance.now() - begun;
  return {
    millis,
    end() {
      const { user, system } = process.cpuUsage(before);
      return { millis: millis(), busy: (user + system) / 1000 };
    },
  };
}

function endedSpan(tracer, parent, i) {
  const span = tracer.startSpan('operation', undefined, parent);
  for (let k = 0; k < KEYS.length; k++) span.setAttribute(KEYS[k], VALUES[(i + k) % VALUES.length]);
  span.end();
}
