import { decodeTraces } from '../../spec/support/wire.ts';

/**
 * What a program exported, in a form that is the same in every run: a tree of spans without ids, times and
 * ports, where ids in other values are replaced by the name of what they identify.
 *
 * @returns `{ count, scopes, document }`
 */
export function normalise({ spans, extras = {} }) {
  const ids = new Map();
  for (const { spanId, traceId, name, parent } of spans) {
    ids.set(spanId, `<span ${name}>`);
    if (!spans.some((other) => other.spanId === parent?.spanId)) {
      ids.set(traceId, ids.has(traceId) ? '<a trace with several roots>' : `<trace of ${name}>`);
    }
  }
  const nodes = new Map(spans.map((span) => [span.spanId, plain(span, ids)]));
  const roots = [];
  for (const span of spans) {
    const node = nodes.get(span.spanId);
    const parent = nodes.get(span.parent?.spanId);
    if (parent === undefined) roots.push(node);
    else parent.children.push(node);
  }
  const resources = [...new Set(spans.map(({ resource }) => JSON.stringify(resource)))];
  return {
    count: spans.length,
    scopes: [...new Set(spans.map(({ scope }) => scope.name))],
    document: {
      spans: sort(roots),
      resources: resources.map((resource) => withoutIds(JSON.parse(resource), ids)),
      extras: withoutIds(extras, ids),
    },
  };
}

function plain(span, ids) {
  const { name, kind, scope, status, parent, traceFlags, traceState, ended, dropped } = span;
  return {
    name: text(name, ids),
    kind,
    scope: withoutIds(scope, ids),
    attributes: withoutIds(span.attributes, ids),
    events: span.events.map((event) => withoutIds({ ...event, time: undefined }, ids)),
    links: span.links.map((link) => withoutIds(link, ids)),
    status: withoutIds(status, ids),
    trace: ids.get(span.traceId) ?? 'a trace without a root',
    parent: parent === undefined ? 'none' : (ids.get(parent.spanId) ?? 'elsewhere'),
    remoteParent: parent?.isRemote ?? false,
    traceFlags,
    traceState,
    ended,
    times: times(span),
    dropped,
    children: [],
  };
}

/** Times differ between runs; what must hold in each is that they go forward and agree with each other. */
/** What is another in each run: times in OTLP and Zipkin, and what tells of the process. */
const RUNS =
  /UnixNano$|^(timestamp|duration)$|^(process\.(pid|command_args)|service\.instance\.id)$/;

function times({ startTime, endTime, duration, events }) {
  const [start, end, lasted] = [startTime, endTime, duration].map(([s, ns]) => s * 1e9 + ns);
  const problems = [];
  if (end < start) problems.push('ends before it starts');
  // Seconds of today in nanoseconds have more digits than a double holds.
  if (Math.abs(end - start - lasted) > 1000) problems.push('its duration is not its length');
  // The official SDK lets events outlive their span, such as errors of a closed socket.
  if (events.some(({ time }) => time[0] * 1e9 + time[1] < start - 1e6)) {
    problems.push('an event happened before it');
  }
  return problems.join(', ') || 'fine';
}

/** Siblings may run at the same time, so their order is that of what they say. */
function sort(nodes) {
  for (const { children } of nodes) sort(children);
  return nodes.sort((a, b) => {
    const [left, right] = [orderOf(a), orderOf(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  });
}

function orderOf({ name, kind, scope, attributes, children }) {
  const inside = children.map(orderOf);
  return JSON.stringify([
    name,
    kind,
    scope.name,
    Object.entries(attributes).map(String).toSorted(),
    inside,
  ]);
}

function withoutIds(value, ids, key = '') {
  if (RUNS.test(key)) return '<of this run>';
  if (typeof value === 'string') return text(value, ids);
  if (typeof value === 'number') return /port$/i.test(key) ? '<port>' : value;
  if (Array.isArray(value) && value.length > 0 && value.every(isKeyValue)) {
    return withoutIds(Object.fromEntries(value.map((pair) => [pair.key, pair.value])), ids);
  }
  if (Array.isArray(value)) return value.map((item) => withoutIds(item, ids));
  if (value === null || typeof value !== 'object') return value;
  if ('otlp' in value) return withoutIds(withoutDefaults(decoded(value.otlp)), ids);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withoutIds(item, ids, name)]),
  );
}

/** An attribute of OTLP. */
function isKeyValue(item) {
  return typeof item?.key === 'string' && Object.keys(item).length <= 2;
}

/** OTLP leaves it to the sender whether to write what is nothing anyway. */
function withoutDefaults(value) {
  const text = JSON.stringify(value, (key, item) => {
    const isNothing = item === '' || (item === 0 && /Count$|^code$/.test(key));
    return isNothing || (Array.isArray(item) && item.length === 0) ? undefined : item;
  });
  return JSON.parse(text);
}

/** A message of OTLP: JSON as it is, or protobuf, with whole numbers as text as in OTLP's JSON. */
function decoded(base64) {
  if (typeof base64 !== 'string') return base64;
  const whole = (_, value) => (typeof value === 'bigint' ? String(value) : value);
  return JSON.parse(JSON.stringify(decodeTraces(Buffer.from(base64, 'base64')), whole));
}

function text(value, ids) {
  return (
    value
      .replace(/\b(127\.0\.0\.1|localhost|\[?::1\]?):\d+/g, '$1:<port>')
      // AWS X-Ray writes a trace id in two parts.
      .replace(
        /\b1-([0-9a-f]{8})-([0-9a-f]{24})\b/g,
        (_, time, rest) => ids.get(time + rest) ?? '<id>',
      )
      // The frames of a stack lead through either SDK.
      .replace(/(\n|\\n) {4}at [^"]*/g, '')
      .replace(/(Deadline exceeded after) .*/, '$1 <time>')
      .replace(/\b[0-9a-f]{32}\b|\b[0-9a-f]{16}\b/g, (id) => ids.get(id) ?? '<id>')
  );
}
