import { setImmediate as nextTurn } from 'node:timers/promises';
import { endedHttpSpan } from './ended-spans.js';

/** So many are made before they are flushed. */
const SPANS = 10_240;
const REQUESTS = SPANS / 512;
/** Spans in one turn of the event loop, between which requests go out. */
const TURN = 50;
const BURST = 100_000;

/*
 * Everything from the start of a span until a backend in another process has it: start, ten attributes,
 * end, batch, protobuf, HTTP, answer.
 */
export const exportDelivered = delivering(
  'export-delivered',
  'delivered over HTTP, processor time',
);
export const exportDeliveredWall = delivering(
  'export-delivered-wall',
  'delivered over HTTP, by the clock',
  { isWall: true },
);

/** Spans that `make(tracer, parent, i)` ends, delivered to a backend. */
export function delivering(name, title, { isWall = false, make = endedHttpSpan, resource } = {}) {
  return {
    name,
    title,
    setUp(contender, { sink }) {
      const place = sink.place();
      const exporter = contender.exporterTo(place.url, { requests: REQUESTS });
      const { tracer, flush } = contender.batching(exporter, { maxQueueSize: SPANS }, resource);
      let made = 0;
      return {
        isWall,
        chunk: SPANS,
        async run(count) {
          await inTurns(count, (i) => make(tracer, contender.api.ROOT_CONTEXT, i));
          await flush();
          made += count;
        },
        check: () => allArrived(place, made),
      };
    },
  };
}

/** How many spans of a burst arrive, with nothing configured but the address. */
export const exportBurst = {
  name: 'export-burst',
  title: `burst of ${BURST} spans, shutdown: arrived`,
  unit: 'spans',
  isMoreBetter: true,
  rounds: 3,
  setUp: (contender, { sink }) => ({
    async measure({ isBrief }) {
      const place = sink.place();
      const { tracer, shutdown } = contender.batching(contender.exporterTo(place.url));
      const count = isBrief ? 3000 : BURST;
      for (let i = 0; i < count; i++) endedHttpSpan(tracer, contender.api.ROOT_CONTEXT, i);
      await shutdown();
      return place.arrived();
    },
  }),
};

/** Calls a function for so many numbers, and lets others have their turn in between. */
export async function inTurns(count, make) {
  for (let i = 0; i < count; i++) {
    make(i);
    if (i % TURN === TURN - 1) await nextTurn();
  }
}

/** Where spans are lost, a time says nothing. */
export async function allArrived(place, made) {
  const arrived = await place.arrived();
  if (arrived !== made) throw new Error(`of ${made} spans ${arrived} arrived`);
}
