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
  for (const { name, traceId, spanId, attributes, events, started, ended } of spans) {
    text += name + traceId + spanId + started + ended;
    for (const item of attributes) text += item;
    if (events !== undefined) for (const event of events) text += event.name + event.time;
  }
  return Buffer.from(text, 'latin1');
}

function stringify(spans) {
  return Buffer.from(JSON.stringify(spans), 'utf8');
}

/** Posts all spans at once, their texts framed as a request's resource, scope and spans are. */
function exporterTo(url) {
  const agent = new Agent({ keepAlive: true });
  return {
    export(spans, done) {
      const framed = spans.map((span) => frame(0x12, joinTexts([span])));
      const body = frame(0x0a, frame(0x12, Buffer.concat(framed)));
      const headers = { 'content-length': body.length };
      request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume().once('end', () => done({ code: 0 }));
      })
        .once('error', (error) => done({ code: 1, error }))
        .end(body);
    },
  };
}

function frame(tag, contents) {
  const head = [tag];
  let rest = contents.length;
  for (; rest > 0x7f; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
  head.push(rest);
  return Buffer.concat([Buffer.from(head), contents]);
}

/** A list that is handed over when it is flushed. */
function batching(exporter) {
  let spans = [];
  const flush = () => {
    const batch = spans;
    spans = [];
    return new Promise((resolve) => exporter.export(batch, resolve));
  };
  return {
    tracer: {
      startSpan(...args) {
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
