import type { Findings } from './findings.js';

/** From here on a queue is about to be full. */
const FULL_AT = 0.8;

const FILLING =
  'the queue of a processor fills: spans end faster than they are exported, and the next burst will be dropped; see ' +
  'why the exporter is slow, raise maxQueueSize (OTEL_BSP_MAX_QUEUE_SIZE), or sample';

interface Queue {
  readonly type?: unknown;
  readonly queueSize?: unknown;
  readonly queueCapacity?: unknown;
  readonly inner?: unknown;
}

/** Looks at the queues that processors tell of. To be called now and then. */
export function checkQueues(stats: readonly object[], findings: Findings): void {
  for (const queue of stats as readonly Queue[]) {
    const { type, queueSize: size, queueCapacity: capacity, inner } = queue;
    if (typeof inner === 'object' && inner !== null) checkQueues([inner], findings);
    if (typeof size !== 'number' || typeof capacity !== 'number') continue;
    if (size < FULL_AT * capacity) continue;
    findings.add('queue.filling', FILLING, `${String(type)}, which holds ${capacity} spans`);
  }
}
