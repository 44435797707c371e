import { flat } from './values.js';

const SERVER = 1;
const CLIENT = 2;
const OK = { code: 1 };
const ERROR = { code: 2, message: 'card declined' };

/** As many different values as a run has spans. */
const numbered = (make) => Array.from({ length: 1024 }, (_, i) => flat(make(i)));
const PATHS = numbered((i) => `/orders/${i * 7919}/items`);
const QUERIES = numbered((i) => `page=${i % 90}&sort=price&session=${(i * 48271).toString(36)}`);
const ADDRESSES = numbered((i) => `10.${i >> 6}.${i % 64}.${(i * 31) % 251}`);
const AGENTS = numbered(
  (i) => `Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/${100 + i}.0`,
);
const ORDERS = numbered((i) => `order-${(i * 2654435761).toString(16).padStart(12, '0')}`);

/** Ended spans of a server: ten attributes, seven of which are different in each span. */
export function endedHttpSpans({ tracer, api }, count) {
  return Array.from({ length: count }, (_, i) => endedHttpSpan(tracer, api.ROOT_CONTEXT, i));
}

/** One such span. */
export function endedHttpSpan(tracer, parent, i) {
  const n = i % 1024;
  const attributes = {
    'http.request.method': 'GET',
    'url.path': PATHS[n],
    'url.query': QUERIES[n],
    'client.address': ADDRESSES[n],
    'network.peer.port': 1024 + n * 61,
    'user_agent.original': AGENTS[n],
  };
  const span = tracer.startSpan('GET /orders/:id/items', { kind: SERVER, attributes }, parent);
  span.setAttribute('http.route', '/orders/:id/items');
  span.setAttribute('app.order.id', ORDERS[n]);
  span.setAttribute('http.response.status_code', 200);
  span.setAttribute('http.response.body.size', 1000 + n * 17);
  span.setStatus(OK);
  span.end();
  return span;
}

/** Ended child spans with two attributes, an event, an error status and a link. */
export function endedEventfulSpans({ tracer, api }, count) {
  const parent = api.trace.setSpan(api.ROOT_CONTEXT, tracer.startSpan('request'));
  return Array.from({ length: count }, (_, i) => endedEventfulSpan(tracer, parent, i % 1024));
}

function endedEventfulSpan(tracer, parent, n) {
  const span = tracer.startSpan('charge', { kind: CLIENT }, parent);
  span.setAttribute('app.order.id', ORDERS[n]);
  span.setAttribute('app.amount', n + 0.99);
  span.addEvent('cache miss', { 'cache.key': PATHS[n], 'cache.size': n });
  span.addLink({ context: span.spanContext(), attributes: { 'link.reason': QUERIES[n] } });
  span.setStatus(ERROR);
  span.end();
  return span;
}
