import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync } from 'node:crypto';
import { Agent, request } from 'node:http';
import { keepLast } from './keep.js';

/**
 * What no SDK can go below: random ids, a clock read at each end, a bare object that keeps what it is
 * given unchecked, strings put together and cut apart unchecked, AsyncLocalStorage itself. It is no
 * tracer: it makes no promise but this one.
 */
export function contender() {
  return {
    api: { ROOT_CONTEXT: root, createContextKey: Symbol, context, trace, propagation },
    tracer: { startSpan, startActiveSpan },
    droppingTracer: { startSpan: (name, options, parent) => dropped(parent) },
    traceContext: { inject: injectTraceparent, extract: extractTraceparent },
    baggage: { inject: injectBaggage, extract: extractBaggage },
    encodings: { protobuf: joinTexts, json: stringify },
    exporterTo,
    batching,
    exportingEach: (exporter) => batching(exporter, {}),
  };
}

class BareContext {
  constructor(parent, key, value) {
    this.parent = parent;
    this.key = key;
    this.value = value;
  }

  setValue(key, value) {
    return new BareContext(this, key, value);
  }

  getValue(key) {
    for (let link = this; link !== undefined; link = link.parent) {
      if (link.key === key) return link.value;
    }
    return undefined;
  }
}

const root = new BareContext(undefined, undefined, undefined);
const storage = new AsyncLocalStorage();
const SPAN = Symbol('span');
const BAGGAGE = Symbol('baggage');

const context = {
  active: () => storage.getStore() ?? root,
  with: (active, callback) => storage.run(active, callback),
};
const trace = {
  setSpan: (parent, span) => parent.setValue(SPAN, span),
  getSpan: (from) => from.getValue(SPAN),
  setSpanContext: (parent, spanContext) =>
    parent.setValue(SPAN, { spanContext: () => spanContext }),
};
const propagation = {
  createBaggage: (entries) => ({ getAllEntries: () => Object.entries(entries) }),
  setBaggage: (parent, baggage) => parent.setValue(BAGGAGE, baggage),
  getBaggage: (from) => from.getValue(BAGGAGE),
};

class BareSpan {
  constructor(name, kind, traceId, parentSpanId) {
    this.name = name;
    this.kind = kind;
    this.traceId = traceId;
    this.spanId = randomHex(16);
    this.parentSpanId = parentSpanId;
    this.attributes = [];
    this.events = undefined;
    this.links = undefined;
    this.status = undefined;
    this.started = performance.now();
    this.ended = 0;
  }

  spanContext() {
    return this;
  }

  setAttribute(key, value) {
    this.attributes.push(key, value);
    return this;
  }

  setAttributes(attributes) {
    for (const key in attributes) this.attributes.push(key, attributes[key]);
    return this;
  }

  addEvent(name, attributes) {
    (this.events ??= []).push({ name, attributes, time: performance.now() });
    return this;
  }

  recordException(error) {
    return this.addEvent('exception', error);
  }

  addLink({ context: { traceId, spanId }, attributes }) {
    (this.links ??= []).push({ traceId, spanId, attributes });
    return this;
  }

  setStatus(status) {
    this.status = status;
    return this;
  }

  end() {
    this.ended = performance.now();
    keepLast.onEnd(this);
  }
}

function startSpan(name, options, parent = context.active()) {
  const parentContext = trace.getSpan(parent)?.spanContext();
  const span = new BareSpan(
    name,
    options?.kind ?? 0,
    parentContext === undefined ? randomHex(32) : parentContext.traceId,
    parentContext?.spanId,
  );
  if (options?.attributes !== undefined) span.setAttributes(options.attributes);
  return span;
}

function startActiveSpan(name, callback) {
  const parent = context.active();
  const span = startSpan(name, undefined, parent);
  return storage.run(trace.setSpan(parent, span), () => callback(span));
}

function dropped(parent = context.active()) {
  const parentContext = trace.getSpan(parent)?.spanContext();
  const spanContext = {
    traceId: parentContext === undefined ? randomHex(32) : parentContext.traceId,
    spanId: randomHex(16),
    traceFlags: 0,
  };
  return { spanContext: () => spanContext, end() {} };
}

function injectTraceparent(from, carrier, setter) {
  const { traceId, spanId } = trace.getSpan(from).spanContext();
  setter.set(carrier, 'traceparent', `00-${traceId}-${spanId}-01`);
}

function extractTraceparent(onto, carrier, getter) {
  const header = getter.get(carrier, 'traceparent');
  const state = getter.get(carrier, 'tracestate');
  return trace.setSpanContext(onto, {
    traceId: header.slice(3, 35),
    spanId: header.slice(36, 52),
    traceFlags: header.charCodeAt(54) - 48,
    isRemote: true,
    traceState: state === undefined ? undefined : { serialize: () => state },
  });
}

function injectBaggage(from, carrier, setter) {
  let header = '';
  for (const [key, { value }] of propagation.getBaggage(from).getAllEntries()) {
    header += `${header === '' ? '' : ','}${key}=${encodeURIComponent(value)}`;
  }
  setter.set(carrier, 'baggage', header);
}

function extractBaggage(onto, carrier, getter) {
  const entries = {};
  for (const member of getter.get(carrier, 'baggage').split(',')) {
    const equals = member.indexOf('=');
    entries[member.slice(0, equals)] = { value: decodeURIComponent(member.slice(equals + 1)) };
  }
  return propagation.setBaggage(onto, propagation.createBaggage(entries));
}

/** Every text and number of the spans, one after the other, in no format at all. */
function joinTexts(spans) {
  let text = '';
  for (const span of spans) text += textOf(span);
  return Buffer.from(text, 'latin1');
}

function textOf({ name, traceId, spanId, attributes, events, started, ended }) {
  let text = name + traceId + spanId + started + ended;
  for (const item of attributes) text += item;
  if (events !== undefined) for (const event of events) text += event.name + event.time;
  return text;
}

function stringify(spans) {
  return Buffer.from(JSON.stringify(spans), 'utf8');
}

/** Posts spans, their texts framed as a request's resource, scope and spans are. */
function exporterTo(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  return {
    export(spans, done) {
      const body = framed(spans);
      const headers = { 'content-length': body.length };
      request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume().once('end', () => done({ code: 0 }));
      })
        .once('error', (error) => done({ code: 1, error }))
        .end(body);
    },
  };
}

function framed(spans) {
  const texts = spans.map(textOf);
  const size = texts.reduce((sum, text) => sum + HEAD + text.length, 0);
  const body = Buffer.allocUnsafe(HEAD + HEAD + size);
  let at = writeHead(body, 0, 0x0a, HEAD + size);
  at = writeHead(body, at, 0x12, size);
  for (const text of texts) {
    at = writeHead(body, at, 0x12, text.length);
    at += body.latin1Write(text, at);
  }
  return body;
}

/** A tag, and a length in four bytes, whether or not it needs them. */
const HEAD = 5;

function writeHead(body, at, tag, length) {
  body[at] = tag;
  for (let i = 0; i < 4; i++) body[at + 1 + i] = ((length >>> (7 * i)) & 0x7f) | (i < 3 ? 0x80 : 0);
  return at + HEAD;
}

/** A list that is handed over when it is long, and when it is flushed. */
function batching(exporter) {
  let spans = [];
  let exports = [];
  const handOver = () => {
    const batch = spans;
    spans = [];
    exports.push(new Promise((resolve) => exporter.export(batch, resolve)));
  };
  const flush = async () => {
    if (spans.length > 0) handOver();
    await Promise.all(exports);
    exports = [];
  };
  return {
    tracer: {
      startSpan(...args) {
        if (spans.length === 512) handOver();
        const span = startSpan(...args);
        spans.push(span);
        return span;
      },
    },
    flush,
    shutdown: flush,
  };
}

const pool = Buffer.alloc(8192);
let digits = '';
let next = 0;

/** Cuts an id from a pool of random digits: some 10 ns, where each id for itself would cost 100. */
function randomHex(length) {
  if (next + length > digits.length) {
    digits = randomFillSync(pool).toString('hex');
    next = 0;
  }
  return digits.slice(next, (next += length));
}
