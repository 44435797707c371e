import { VALUES } from './ended-spans.js';
import { lastEnded } from '../contenders/keep.js';

/*
 * From ended spans to the lines of their tree; beside it, as nobody else draws one, the other contenders turn
 * theirs into text by JSON.stringify: plain objects, made beforehand.
 */
export const tree11 = drawing(11);
export const tree10000 = drawing(10_000);

/** Children of a span. */
const BRANCHES = 3;

function drawing(size) {
  return {
    name: `tree-${size}`,
    title: `tree of ${size} spans, beside JSON.stringify`,
    setUp(contender) {
      const spans = trace(contender, size);
      const { renderTree } = contender;
      const plain = spans.map(plainOf);
      const draw = renderTree === undefined ? () => JSON.stringify(plain) : () => renderTree(spans);
      return {
        chunk: Math.ceil(1000 / size),
        run(count) {
          let text;
          for (let i = 0; i < count; i++) text = draw();
          return text;
        },
      };
    },
  };
}

/** The ended spans of one trace. */
function trace({ api, tracer }, size) {
  const open = [];
  for (let i = 0; i < size; i++) {
    const parent = i === 0 ? api.ROOT_CONTEXT : open[Math.floor((i - 1) / BRANCHES)].inside;
    const { path, order } = VALUES[i % VALUES.length];
    const span = tracer.startSpan(`step ${i % 50}`, { kind: i % 3 }, parent);
    span.setAttribute('url.path', path);
    span.setAttribute('app.order.id', order);
    span.setAttribute('http.response.status_code', 200);
    if (i % 10 === 9) span.addEvent('cache miss', { 'cache.key': path });
    open.push({ span, inside: api.trace.setSpan(parent, span) });
  }
  return open.toReversed().map(({ span }) => {
    span.end();
    return lastEnded();
  });
}

/** What there is to say of a span, as plain data. */
function plainOf(span) {
  const { name, kind, startTime, endTime, duration, attributes, events, links, status } = span;
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    name,
    kind,
    spanContext: { traceId, spanId, traceFlags },
    parentSpanId: span.parentSpanContext?.spanId ?? span.parentSpanId,
    startTime,
    endTime,
    duration,
    attributes: { ...attributes },
    events,
    links,
    status,
    resource: { ...span.resource?.attributes },
    scope: { ...span.instrumentationScope },
  };
}
