import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median } from '../statistics.js';
import { allArrived, inTurns } from './delivery.js';
import { endedHttpSpan, valuesOf, VALUES } from './ended-spans.js';

/** Spans that are queued and counted; so many that what there is once beside them is not much. */
const QUEUED = 32_768;
/** Those before, with which connections are made, and pieces of memory begun that serve several requests. */
const FIRST = 2048;
/** What the official processor asks for at once in the end. */
const REQUESTS = (FIRST + QUEUED) / 512;
/** Spans in a sample: so few that the collector seldom has something to do meanwhile. */
const ALLOCATING = 50;

/*
 * Memory that a span takes which has ended and is not delivered, because the backend does not answer. The
 * processor's queue is made large enough. Afterwards the backend answers, and all have to arrive: what was
 * measured was really there.
 */
export const exportQueued = queued('export-queued', 'queued span', valuesOf);
export const exportQueuedShared = queued(
  'export-queued-shared',
  'queued span, texts not its own',
  (i) => VALUES[i % VALUES.length],
);

function queued(name, title, values) {
  return {
    name,
    title,
    unit: 'bytes',
    setUp: (contender, { sink }) => ({
      async measure({ isBrief }) {
        const counted = isBrief ? QUEUED / 4 : QUEUED;
        const place = sink.place({ isHeld: true });
        const exporter = contender.exporterTo(place.url, { requests: REQUESTS });
        const queue = contender.batching(exporter, { maxQueueSize: FIRST + QUEUED });
        const fill = (count) =>
          inTurns(count, (i) =>
            endedHttpSpan(queue.tracer, contender.api.ROOT_CONTEXT, i, values(i)),
          );
        await fill(FIRST);
        const before = await liveBytes();
        await fill(counted);
        const bytes = (await liveBytes()) - before;
        await place.release();
        await queue.shutdown();
        await allArrived(place, FIRST + counted);
        return bytes / counted;
      },
    }),
  };
}

/** Memory that is asked for from the start of a span to its end, whether or not it is kept. */
export const allocated = {
  name: 'export-allocated',
  title: 'allocated: start, 10 attributes, end',
  unit: 'bytes',
  setUp: ({ tracer, api }) => ({
    measure({ isBrief }) {
      const samples = [];
      for (let i = 0; i < (isBrief ? 21 : 401); i++) {
        const before = bytesInUse();
        for (let j = 0; j < ALLOCATING; j++) endedHttpSpan(tracer, api.ROOT_CONTEXT, j);
        samples.push((bytesInUse() - before) / ALLOCATING);
      }
      // Where the collector came in between after all, the sample is far off, and others stand.
      return median(samples);
    },
  }),
};

async function liveBytes() {
  await sleep(50); // Until all are where they wait.
  await collect();
  return bytesInUse();
}

function bytesInUse() {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let gc;

/** Several times: what the engine holds outside of its heap is freed a little later. */
async function collect() {
  if (gc === undefined) {
    setFlagsFromString('--expose-gc');
    gc = runInNewContext('gc');
  }
  for (let i = 0; i < 3; i++) {
    gc();
    await sleep(5);
  }
}
