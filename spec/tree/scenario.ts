import { SpanKind } from '@opentelemetry/api';
import { spanOf, type SpanSketch } from './spans.js';
import type { ReadableSpan } from '../../lib/readable-span.js';

/**
 * An unseen upstream calls shop-api; it calls inventory beside a parallel `quote prices`; then
 * payments, which inserts a row and calls a provider that nobody traces and that drops the connection
 * after a retry; an audit write outlives the request.
 */
const SKETCHES: readonly SpanSketch[] = [
  {
    id: 'c0aa5e0e0a0b0c01',
    parent: '00f067aa0ba902b7',
    remote: true,
    name: 'POST /orders',
    kind: SpanKind.SERVER,
    from: 0,
    to: 412,
    error: true,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/orders',
      'http.response.status_code': 502,
    },
  },
  {
    id: 'c0aa5e0e0a0b0c02',
    parent: 'c0aa5e0e0a0b0c01',
    name: 'validate cart',
    from: 4,
    to: 12,
    attributes: { 'cart.items': 3 },
  },
  {
    id: 'c0aa5e0e0a0b0c03',
    parent: 'c0aa5e0e0a0b0c01',
    name: 'GET inventory',
    kind: SpanKind.CLIENT,
    from: 14,
    to: 75,
    attributes: {
      'http.request.method': 'GET',
      'server.address': 'inventory',
      'http.response.status_code': 200,
    },
  },
  {
    id: '1a7e0e0e0a0b0c04',
    parent: 'c0aa5e0e0a0b0c03',
    remote: true,
    service: 'inventory',
    name: 'GET /stock/:sku',
    kind: SpanKind.SERVER,
    from: 18,
    to: 72,
    attributes: {
      'http.request.method': 'GET',
      'http.route': '/stock/:sku',
      'http.response.status_code': 200,
    },
    events: [{ at: 20, name: 'cache.miss', attributes: { key: 'stock:42' } }],
  },
  {
    id: '1a7e0e0e0a0b0c05',
    parent: '1a7e0e0e0a0b0c04',
    service: 'inventory',
    name: 'SELECT stock',
    kind: SpanKind.CLIENT,
    from: 24,
    to: 68,
    attributes: {
      'db.system.name': 'postgresql',
      'db.query.text': 'SELECT qty\n  FROM stock\n WHERE sku = $1',
      'server.address': 'db.internal',
    },
  },
  {
    id: 'c0aa5e0e0a0b0c06',
    parent: 'c0aa5e0e0a0b0c01',
    name: 'quote prices',
    from: 15,
    to: 41,
  },
  {
    id: '9d3e51c20a0b0c07',
    parent: 'c0aa5e0e0a0b0c01',
    name: 'POST payments',
    kind: SpanKind.CLIENT,
    from: 80,
    to: 390,
    error: true,
    attributes: {
      'http.request.method': 'POST',
      'server.address': 'payments',
      'http.response.status_code': 502,
      'error.type': '502',
    },
    events: [
      {
        at: 389,
        name: 'exception',
        attributes: {
          'exception.type': 'AxiosError',
          'exception.message': 'Request failed with status code 502',
        },
      },
    ],
  },
  {
    id: 'bb000e0e0a0b0c08',
    parent: '9d3e51c20a0b0c07',
    remote: true,
    service: 'payments',
    name: 'POST /charges',
    kind: SpanKind.SERVER,
    from: 84,
    to: 386,
    error: true,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/charges',
      'http.response.status_code': 502,
      'error.type': '502',
    },
  },
  {
    id: 'bb000e0e0a0b0c09',
    parent: 'bb000e0e0a0b0c08',
    service: 'payments',
    name: 'INSERT charges',
    kind: SpanKind.CLIENT,
    from: 90,
    to: 103,
    attributes: {
      'db.system.name': 'postgresql',
      'db.query.text': 'INSERT INTO charges (order_id, amount, currency) VALUES ($1, $2, $3)',
    },
  },
  {
    id: 'bb000e0e0a0b0c10',
    parent: 'bb000e0e0a0b0c08',
    service: 'payments',
    name: 'POST api.acme-pay.test',
    kind: SpanKind.CLIENT,
    from: 106,
    to: 380,
    error: 'socket hang up',
    attributes: {
      'http.request.method': 'POST',
      'server.address': 'api.acme-pay.test',
      'error.type': 'ECONNRESET',
    },
    events: [
      { at: 231, name: 'retry', attributes: { attempt: 2, delay_ms: 50 } },
      {
        at: 379,
        name: 'exception',
        attributes: {
          'exception.type': 'AxiosError',
          'exception.message': 'socket hang up',
          'exception.stacktrace':
            'AxiosError: socket hang up\n' +
            '    at AxiosError.from (file:///srv/payments/node_modules/axios/lib/core/AxiosError.js:92:14)\n' +
            '    at ClientRequest.<anonymous> (node:internal/streams/end:100:5)\n' +
            '    at charge (/srv/payments/src/charge.ts:41:18)\n' +
            '    at async /srv/payments/src/server.ts:20:5',
        },
      },
    ],
  },
  {
    id: 'c0aa5e0e0a0b0c11',
    parent: 'c0aa5e0e0a0b0c01',
    name: 'write audit log',
    from: 395,
    to: 640,
  },
];

/** All eleven spans, as a viewer joins them. */
export const ORDER: readonly ReadableSpan[] = SKETCHES.map(spanOf);

/** What one service's own terminal has of them. */
export function onlyOf(service: string, spans: readonly ReadableSpan[] = ORDER): ReadableSpan[] {
  return spans.filter((span) => span.resource.attributes['service.name'] === service);
}

/** The sketches, for specs that change one. */
export function orderSketches(): SpanSketch[] {
  return [...SKETCHES];
}
