import { flat } from './values.js';

const SERVER = 1;
const CLIENT = 2;
const OK = { code: 1 };
const ERROR = { code: 2, message: 'card declined' };

/** As many different values as a run has spans, mostly. */
export const VALUES = Array.from({ length: 1024 }, (_, i) => valuesOf(i));

/** What a request has that others have not, in texts of its own. */
export function valuesOf(i) {
  return {
    path: flat(`/orders/${i * 7919}/items`),
    query: flat(`page=${i % 90}&sort=price&session=${(i * 48271).toString(36)}`),
    address: flat(`10.${i >> 6}.${i % 64}.${(i * 31) % 251}`),
    agent: flat(`Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/${100 + i}.0`),
    order: flat(`order-${(i * 2654435761).toString(16).padStart(12, '0')}`),
  };
}

/** Ended spans of a server: ten attributes, seven of which are different in each span. */
export function endedHttpSpans({ tracer, api }, count) {
  return Array.from({ length: count }, (_, i) => endedHttpSpan(tracer, api.ROOT_CONTEXT, i));
}

/** One such span. */
export function endedHttpSpan(tracer, parent, i, values = VALUES[i % VALUES.length]) {
  const n = i % VALUES.length;
  const attributes = {
    'http.request.method': 'GET',
    'url.path': values.path,
    'url.query': values.query,
    'client.address': values.address,
    'network.peer.port': 1024 + n * 61,
    'user_agent.original': values.agent,
  };
  const span = tracer.startSpan('GET /orders/:id/items', { kind: SERVER, attributes }, parent);
  span.setAttribute('http.route', '/orders/:id/items');
  span.setAttribute('app.order.id', values.order);
  span.setAttribute('http.response.status_code', 200);
  span.setAttribute('http.response.body.size', 1000 + n * 17);
  span.setStatus(OK);
  span.end();
  return span;
}

/** Ended child spans with two attributes, an event, an error status and a link. */
export function endedEventfulSpans({ tracer, api }, count) {
  const parent = api.trace.setSpan(api.ROOT_CONTEXT, tracer.startSpan('request'));
  return Array.from({ length: count }, (_, i) =>
    endedEventfulSpan(tracer, parent, i % VALUES.length),
  );
}

function endedEventfulSpan(tracer, parent, n) {
  const { path, query, order } = VALUES[n];
  const span = tracer.startSpan('charge', { kind: CLIENT }, parent);
  span.setAttribute('app.order.id', order);
  span.setAttribute('app.amount', n + 0.99);
  span.addEvent('cache miss', { 'cache.key': path, 'cache.size': n });
  span.addLink({ context: span.spanContext(), attributes: { 'link.reason': query } });
  span.setStatus(ERROR);
  span.end();
  return span;
}
