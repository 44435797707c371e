import { ROOT_CONTEXT, type Context, type Span } from '@opentelemetry/api';

/*
 * Context keys that other packages share are found by their `Symbol.for` names, which is what the
 * API's `createContextKey` makes of them: several copies of the API, and official instrumentations,
 * read what we write.
 */

/** Where the API keeps the active span. */
export const SPAN_KEY: symbol = Symbol.for('OpenTelemetry Context Key SPAN');
/** Set to `true` where nothing may be traced, such as around an exporter's own requests. */
export const SUPPRESS_TRACING_KEY: symbol = Symbol.for(
  'OpenTelemetry SDK Context Key SUPPRESS_TRACING',
);
/** Where the instrumentation that made the HTTP server span leaves it for frameworks to enrich. */
export const RPC_METADATA_KEY: symbol = Symbol.for('OpenTelemetry SDK Context Key RPC_METADATA');
/** Attributes for the span whose parent a propagator has just extracted; see the X-header propagator. */
export const REMOTE_PARENT_ATTRIBUTES_KEY: symbol = Symbol.for('spantree.remote-parent-attributes');

/**
 * A context that adds one value to another. Setting a value copies no map: chains are as long as the
 * number of different keys, which is a handful. It wraps any foreign context.
 */
class LinkedContext implements Context {
  readonly #base: Context;
  readonly #key: symbol;
  readonly #value: unknown;

  constructor(base: Context, key: symbol, value: unknown) {
    this.#base = base;
    this.#key = key;
    this.#value = value;
  }

  getValue(key: symbol): unknown {
    let link: LinkedContext = this;
    for (;;) {
      if (link.#key === key) return link.#value;
      const base = link.#base;
      if (!(base instanceof LinkedContext)) return valueIn(base, key);
      link = base;
    }
  }

  setValue(key: symbol, value: unknown): Context {
    return new LinkedContext(this.deleteValue(key), key, value);
  }

  /** A chain without the key; the part behind it is shared, the part before it copied. */
  deleteValue(key: symbol): Context {
    let link: Context = this;
    while (link instanceof LinkedContext && link.#key !== key) link = link.#base;
    if (link === ROOT_CONTEXT) return this; // Nobody has set it, which is the usual case.
    const behind = link instanceof LinkedContext ? link.#base : without(link, key);
    return behind === link ? this : this.#copied(link, behind);
  }

  /** The links from this one to `end`, which is not among them, in front of another base. */
  #copied(end: Context, base: Context): Context {
    const links: LinkedContext[] = [];
    let link: Context = this;
    while (link !== end && link instanceof LinkedContext) {
      links.push(link);
      link = link.#base;
    }
    return links.reduceRight<Context>(
      (copy, original) => new LinkedContext(copy, original.#key, original.#value),
      base,
    );
  }
}

/**
 * Like `context.setValue(key, value)`, without copying a map. A value that it replaces is let go, so a
 * long line of contexts made from one another holds one value a key.
 */
export function setValue(context: Context, key: symbol, value: unknown): Context {
  return new LinkedContext(without(context, key), key, value);
}

/** Like the API's `trace.setSpan`, without copying a map. */
export function setSpan(context: Context, span: Span): Context {
  return setValue(context, SPAN_KEY, span);
}

function without(context: Context, key: symbol): Context {
  if (context instanceof LinkedContext) return context.deleteValue(key);
  return valueIn(context, key) === undefined ? context : context.deleteValue(key);
}

/** A context's value of a key. The root context has none, which most look-ups end at: 7 ns less for each. */
export function valueIn(context: Context, key: symbol): unknown {
  return context === ROOT_CONTEXT ? undefined : context.getValue(key);
}

/** A context in which no span is started and nothing is injected. */
export function suppressTracing(context: Context): Context {
  return setValue(context, SUPPRESS_TRACING_KEY, true);
}

/** A context in which tracing is no longer suppressed. */
export function unsuppressTracing(context: Context): Context {
  return context.deleteValue(SUPPRESS_TRACING_KEY);
}

/** Whether tracing is suppressed in the context. */
export function isTracingSuppressed(context: Context): boolean {
  return valueIn(context, SUPPRESS_TRACING_KEY) === true;
}

/** The kinds of {@link RPCMetadata}: one so far. */
export const RPCType = { HTTP: 'http' } as const;
export type RPCType = (typeof RPCType)[keyof typeof RPCType];

/** What an HTTP server instrumentation shares with the framework above it. */
export interface RPCMetadata {
  type: RPCType;
  /** The server span. */
  span: Span;
  /** The route, once the framework knows it. */
  route?: string;
}

/** A context that carries the metadata, under the key that official instrumentations read. */
export function setRPCMetadata(context: Context, metadata: RPCMetadata): Context {
  return setValue(context, RPC_METADATA_KEY, metadata);
}

/** The metadata that a server instrumentation left in the context. */
export function getRPCMetadata(context: Context): RPCMetadata | undefined {
  return context.getValue(RPC_METADATA_KEY) as RPCMetadata | undefined;
}

/** A context without the metadata. */
export function deleteRPCMetadata(context: Context): Context {
  return context.deleteValue(RPC_METADATA_KEY);
}
