import { SpanKind } from '@opentelemetry/api';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { spansOf, type SpanSketch } from './spans.js';

/*
 * Traces in the less happy states: small ones, each made to show one thing.
 */

const ok = { 'http.request.method': 'GET', 'http.response.status_code': 200 };

function queries(count: number, parent: string): SpanSketch[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `a00000000000${String(i).padStart(4, '0')}`,
    parent,
    name: 'SELECT items',
    kind: SpanKind.CLIENT,
    from: 7 + i * 3.4,
    to: 7 + i * 3.4 + (i === 5 ? 9.2 : 3.2),
    attributes: {
      'db.system.name': 'postgresql',
      'db.query.text': 'SELECT * FROM items WHERE id = $1',
    },
  }));
}

/** Repeats, a failure among them, an orphan, a loop of parents, wide characters. */
export const STRANGE: readonly ReadableSpan[] = spansOf(
  { id: '0000000000000001', name: 'GET /orders', kind: SpanKind.SERVER, to: 220, attributes: ok },
  ...queries(42, '0000000000000001'),
  {
    id: '0000000000000002',
    parent: '0000000000000001',
    name: 'SELECT items',
    kind: SpanKind.CLIENT,
    from: 150,
    to: 153,
    error: 'deadlock detected',
    attributes: { 'db.system.name': 'postgresql' },
  },
  {
    id: '0000000000000003',
    parent: '0000000000000001',
    name: '注文を検証する 👍🏽 with a very long name that must be cut before the next column begins',
    from: 190,
    to: 205,
  },
  {
    id: '0000000000000004',
    parent: '77aa01beef77aa01',
    service: 'pricing',
    name: 'orphan step',
    from: 40,
    to: 50,
  },
  {
    id: '0000000000000005',
    parent: '0000000000000006',
    service: 'pricing',
    name: 'loop A',
    from: 60,
    to: 90,
  },
  {
    id: '0000000000000006',
    parent: '0000000000000005',
    service: 'pricing',
    name: 'loop B',
    from: 68,
    to: 80,
  },
);

/** A process that ends, or a tree that does not wait: two spans are still open. */
export const RUNNING: readonly ReadableSpan[] = spansOf(
  { id: '1', name: 'GET /report', kind: SpanKind.SERVER },
  { id: '2', parent: '1', name: 'load rows', from: 3, to: 80 },
  { id: '3', parent: '1', name: 'write file', from: 85 },
  { id: '4', parent: '3', name: 'open file', from: 86, to: 98 },
);

/** A retry that helped. */
export const HANDLED: readonly ReadableSpan[] = spansOf(
  { id: '1', name: 'GET /price', kind: SpanKind.SERVER, to: 100, attributes: ok },
  { id: '2', parent: '1', name: 'ask pricing', from: 3, to: 90 },
  {
    id: '3',
    parent: '2',
    name: 'GET',
    kind: SpanKind.CLIENT,
    from: 5,
    to: 40,
    error: true,
    attributes: {
      'http.request.method': 'GET',
      'url.full': 'http://pricing:8080/price/7?key=secret',
      'server.address': 'pricing',
      'server.port': 8080,
      'error.type': 'ETIMEDOUT',
    },
  },
  {
    id: '4',
    parent: '2',
    name: 'GET',
    kind: SpanKind.CLIENT,
    from: 45,
    to: 85,
    attributes: {
      ...ok,
      'url.full': 'http://pricing:8080/price/7?key=secret',
      'server.address': 'pricing',
      'server.port': 8080,
      'http.request.resend_count': 1,
      tenant: 'blue',
    },
  },
);

/** Children of a span that never came, beside a root; and a stranger's ids as they were sent. */
export const ORPHANS: readonly ReadableSpan[] = spansOf(
  {
    id: '1',
    parent: 'b7ad6b7169203331',
    remote: true,
    name: 'GET /jobs',
    kind: SpanKind.SERVER,
    to: 100,
    attributes: {
      ...ok,
      'spantree.foreign.trace_id': 'trace-456',
      'spantree.foreign.span_id': 'span-x',
    },
  },
  { id: '2', parent: 'dead01beefdead01', name: 'first', from: 3, to: 80 },
  { id: '3', parent: 'dead01beefdead01', name: 'second', from: 85, to: 90 },
  { id: '4', parent: '3', name: 'below second', from: 86, to: 88 },
);

/** Deeper than a terminal is wide. */
export const DEEP: readonly ReadableSpan[] = spansOf(
  ...Array.from({ length: 30 }, (_, i) => ({
    id: `d${i}`,
    ...(i > 0 && { parent: `d${i - 1}` }),
    name: `level ${i}`,
    from: i,
    to: 100 - i,
  })),
  { id: 'x', parent: 'd12', name: 'beside level 13', from: 15, to: 18 },
);

/** Many events, and a handled exception, in time between the children. */
export const EVENTS: readonly ReadableSpan[] = spansOf(
  {
    id: '1',
    name: 'nightly import',
    to: 60_000,
    events: Array.from({ length: 40 }, (_, i) => ({
      at: i * 1000,
      name: 'row.skipped',
      attributes: { row: i, reason: 'no price' },
    })),
  },
  { id: '2', parent: '1', name: 'read', from: 1500, to: 30_000 },
  {
    id: '3',
    parent: '1',
    name: 'write',
    from: 31_000,
    to: 59_000,
    events: [
      {
        at: 40_000,
        name: 'exception',
        attributes: { 'exception.type': 'RangeError', 'exception.message': 'price below zero' },
      },
    ],
  },
);

/** A queue between two services, and a link to another trace. */
export const QUEUED: readonly ReadableSpan[] = spansOf(
  { id: '1', name: 'POST /orders', kind: SpanKind.SERVER, to: 50 },
  {
    id: '2',
    parent: '1',
    name: 'send orders',
    kind: SpanKind.PRODUCER,
    from: 10,
    to: 40,
    attributes: { 'messaging.destination.name': 'orders' },
  },
  {
    id: '3',
    parent: '2',
    remote: true,
    service: 'packing',
    name: 'process orders',
    kind: SpanKind.CONSUMER,
    from: 60,
    to: 95,
    links: [
      {
        context: { traceId: '91ac0d3e91ac0d3e91ac0d3e91ac0d3e', spanId: '9', traceFlags: 1 },
      },
    ],
  },
  { id: '4', parent: '3', service: 'packing', name: 'print label', from: 65, to: 90 },
);
