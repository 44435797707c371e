import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type Link,
  type TextMapGetter,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import { ATTR_HTTP_ROUTE } from '@opentelemetry/semantic-conventions';
import { setSpan, suppressTracing } from '../lib/context.js';
import { VERSION } from '../lib/version.js';
import { containment, hook, mustBeFunction, type Contain } from './contained.js';
import type { Forwarded, HeaderTable } from './forwarded.js';
import { serverRequestAttributes, type IncomingRequest } from './http-server-attributes.js';
import {
  describeFailure,
  describeResponse,
  expectedStatus,
  isComplete,
  isLost,
  recordError,
  type OutgoingResponse,
  type Thrown,
} from './http-server-response.js';
import { httpRecording, requestMethod, type HttpOptions, type HttpRecording } from './http.js';
import { serverMetadata, withServerMetadata, type HttpServerMetadata } from './rpc-metadata.js';

// The server side of the HTTP semantic conventions, for every framework alike. An adapter says where
// its framework keeps request, response and route; what becomes of them is said here.

/** Options that every HTTP server adapter takes; `C` is what its framework hands to its middleware. */
export interface HttpServerOptions<C> extends HttpOptions {
  /** Makes the spans. Default: the one that is registered globally. */
  readonly tracerProvider?: TracerProvider;
  /** Reads the incoming headers. Default: the one that is registered globally. */
  readonly propagator?: TextMapPropagator;
  /**
   * Requests of which nothing is traced: no span, and none inside it either. If it throws, the
   * request is traced. Default: none.
   */
  readonly ignore?: (ctx: C) => boolean;
  /**
   * Whether strangers call this endpoint. Then every request starts a trace of its own that is linked
   * to the caller's, and the caller's baggage is left aside. If it throws, the answer is yes.
   * Default: no; the caller's trace goes on.
   */
  readonly publicEndpoint?: boolean | ((ctx: C) => boolean);
  /**
   * Names the span, once, when the route is known. Gets the name that it would have, `{method}
   * {route}`, which is also taken when it throws or returns no string.
   */
  readonly spanName?: (ctx: C, name: string) => string;
}

/** Where a framework keeps things. */
export interface HttpServerAdapter<C> {
  /** The instrumentation scope's name, such as `spantree/koa`. */
  readonly scope: string;
  request(ctx: C): IncomingRequest;
  /** The request target as it came, whatever middleware has made of it. */
  target(ctx: C): string;
  response(ctx: C): OutgoingResponse;
  /** What the proxies say, where the application trusts its proxy. */
  forwarded(ctx: C): Forwarded | undefined;
  /** The template of the route that took the request, as far as it is known by now. */
  route(ctx: C): string | undefined;
}

/** A request that is being served. None of this throws. */
export interface ServerCall {
  /** What the request is to be handled in. */
  readonly context: Context;
  /** What it has to be told: nothing, what the handlers threw, or also when they are done. */
  readonly wants: 'nothing' | 'errors' | 'end';
  /** The handlers threw this, and the framework will answer for it. */
  failed(error: unknown): void;
  /** The handlers are done; the response may still be on its way. */
  handled(): void;
}

/** Starts the tracing of a request. Never throws. */
export type BeginServerCall<C> = (ctx: C) => ServerCall;

/**
 * Prepares the tracing of an HTTP server. What it returns makes a span of kind server for each
 * request, which ends when the response has been sent or the connection is lost; or, where another
 * instrumentation has made that span already, gives it the name, the route and the error.
 *
 * @throws TypeError for a bad option, with the value in the message
 */
export function httpServer<C>(
  adapter: HttpServerAdapter<C>,
  options: HttpServerOptions<C> = {},
): BeginServerCall<C> {
  const contain = containment(adapter.scope);
  const setup: Setup<C> = Object.freeze({
    adapter,
    contain,
    tracer: (options.tracerProvider ?? trace).getTracer(adapter.scope, VERSION),
    propagator: options.propagator ?? propagation,
    ignores: answer(contain, 'ignore', options.ignore ?? false, false),
    isPublic: answer(contain, 'publicEndpoint', options.publicEndpoint ?? false, true),
    spanName: nameHook(options.spanName, contain),
    ...httpRecording('server', options),
  });
  return function beginServerCall(ctx) {
    const active = context.active();
    try {
      const made = serverMetadata(active);
      if (setup.ignores(ctx))
        return untraced(made === undefined ? suppressTracing(active) : active);
      return made === undefined ? startCall(setup, ctx) : new JoinedCall(setup, ctx, active, made);
    } catch (error) {
      contain('starting the span', error);
      return untraced(active);
    }
  };
}

/** What all calls of one server share. */
interface Setup<C> extends HttpRecording {
  readonly adapter: HttpServerAdapter<C>;
  readonly contain: Contain;
  readonly tracer: Tracer;
  readonly propagator: Pick<TextMapPropagator, 'extract'>;
  readonly ignores: (ctx: C) => boolean;
  readonly isPublic: (ctx: C) => boolean;
  readonly spanName: (ctx: C, name: string) => string;
}

const HEADERS: TextMapGetter<HeaderTable> = {
  get: (headers, name) => headers[name.toLowerCase()],
  keys: (headers) => Object.keys(headers),
};

/**
 * Starts from the root context, not from the active one: a server that was started inside a span
 * would make every request a child of that.
 */
function startCall<C>(setup: Setup<C>, ctx: C): ServerCall {
  const { adapter } = setup;
  const request = adapter.request(ctx);
  const caller = setup.propagator.extract(ROOT_CONTEXT, request.headers, HEADERS);
  const stranger = caller !== ROOT_CONTEXT && setup.isPublic(ctx);
  const parent = stranger ? ROOT_CONTEXT : caller;
  const method = requestMethod(request.method, setup.known);
  const attributes = serverRequestAttributes(
    request,
    adapter.target(ctx),
    method,
    adapter.forwarded(ctx),
    setup.sensitive,
  );
  setup.captureRequest((name) => request.headers[name], attributes);
  const span = setup.tracer.startSpan(
    method.spanName,
    { kind: SpanKind.SERVER, attributes, links: stranger ? linksTo(caller) : [] },
    parent,
  );
  const metadata: HttpServerMetadata = { type: 'http', span, recordsErrors: true };
  const inside = withServerMetadata(setSpan(parent, span), metadata);
  if (!span.isRecording()) return untraced(inside);
  return new OwnCall(setup, ctx, inside, metadata, method.spanName);
}

function linksTo(caller: Context): Link[] {
  const span = trace.getSpanContext(caller);
  return span !== undefined && isSpanContextValid(span) ? [{ context: span }] : [];
}

/** A call whose span is our own. */
class OwnCall<C> implements ServerCall {
  readonly context: Context;
  readonly wants: 'errors' | 'end';
  readonly #setup: Setup<C>;
  readonly #ctx: C;
  readonly #metadata: HttpServerMetadata;
  readonly #request: IncomingRequest;
  readonly #response: OutgoingResponse;
  readonly #methodName: string;
  #thrown: Thrown | undefined;
  #named = false;
  #ended = false;

  constructor(
    setup: Setup<C>,
    ctx: C,
    inside: Context,
    metadata: HttpServerMetadata,
    methodName: string,
  ) {
    this.context = inside;
    this.#setup = setup;
    this.#ctx = ctx;
    this.#metadata = metadata;
    this.#methodName = methodName;
    this.#request = setup.adapter.request(ctx);
    this.#response = setup.adapter.response(ctx);
    const settle = () => this.#settle();
    this.#response.on('finish', settle);
    this.#response.on('close', settle);
    // Where the client has gone already, nothing else will tell.
    this.wants = isLost(this.#response) ? 'end' : 'errors';
  }

  failed(error: unknown): void {
    this.#thrown = { error };
  }

  handled(): void {
    this.#name();
    // The connection was lost before we came to listen.
    if (isLost(this.#response)) this.#settle();
  }

  #name(): void {
    if (this.#named) return;
    this.#named = true;
    nameSpan(this.#setup, this.#ctx, this.#metadata, this.#methodName);
  }

  /** The response has been sent, or the connection is lost, whichever is first. */
  #settle(): void {
    if (this.#ended) return;
    this.#ended = true;
    const { span } = this.#metadata;
    try {
      this.#name();
      describeResponse(span, this.#response, this.#setup.captureResponse);
      const complete = isComplete(this.#request, this.#response);
      describeFailure(span, this.#response, complete, this.#thrown);
    } catch (error) {
      this.#setup.contain('describing the response', error);
    } finally {
      span.end();
    }
  }
}

/**
 * A call whose span another instrumentation has made: it sets the status and ends it. It knows
 * nothing of the framework, so that route, name and error come from here.
 */
class JoinedCall<C> implements ServerCall {
  readonly context: Context;
  readonly wants = 'end';
  readonly #setup: Setup<C>;
  readonly #ctx: C;
  readonly #metadata: HttpServerMetadata;
  #failed = false;

  constructor(setup: Setup<C>, ctx: C, active: Context, metadata: HttpServerMetadata) {
    this.context = active;
    this.#setup = setup;
    this.#ctx = ctx;
    this.#metadata = metadata;
    const request = setup.adapter.request(ctx);
    setup.captureRequest((name) => request.headers[name], metadata.span);
  }

  failed(error: unknown): void {
    this.#failed = true;
    try {
      const { span, recordsErrors } = this.#metadata;
      if (recordsErrors !== true && expectedStatus(error) >= 500) recordError(span, error);
    } catch (failure) {
      this.#setup.contain('recording an error', failure);
    }
  }

  handled(): void {
    const { adapter, contain, known, captureResponse } = this.#setup;
    try {
      const { spanName } = requestMethod(adapter.request(this.#ctx).method, known);
      nameSpan(this.#setup, this.#ctx, this.#metadata, spanName);
      // Frameworks answer for an error with headers of their own, which are yet to come.
      if (this.#failed) return;
      const response = adapter.response(this.#ctx);
      captureResponse((name) => response.getHeader(name), this.#metadata.span);
    } catch (error) {
      contain('describing the response', error);
    }
  }
}

function untraced(inside: Context): ServerCall {
  return { context: inside, wants: 'nothing', failed() {}, handled() {} };
}

/** Sets `http.route` and the span's name from it. */
function nameSpan<C>(
  setup: Setup<C>,
  ctx: C,
  metadata: HttpServerMetadata,
  methodName: string,
): void {
  try {
    const route = setup.adapter.route(ctx) ?? metadata.route;
    if (route !== undefined) {
      metadata.route = route;
      metadata.span.setAttribute(ATTR_HTTP_ROUTE, route);
    }
    const name = route === undefined ? methodName : `${methodName} ${route}`;
    const chosen = setup.spanName(ctx, name);
    if (chosen !== methodName) metadata.span.updateName(chosen);
  } catch (error) {
    setup.contain('naming the span', error);
  }
}

/** An answer, or a function that gives one; what the function throws counts as `otherwise`. */
function answer<C>(
  contain: Contain,
  name: string,
  given: boolean | ((ctx: C) => boolean),
  otherwise: boolean,
): (ctx: C) => boolean {
  return typeof given === 'boolean' ? () => given : hook(contain, name, given, otherwise);
}

function nameHook<C>(
  spanName: HttpServerOptions<C>['spanName'],
  contain: Contain,
): (ctx: C, name: string) => string {
  if (spanName === undefined) return (_ctx, name) => name;
  mustBeFunction('spanName', spanName);
  return function named(ctx, name) {
    try {
      const chosen: unknown = spanName(ctx, name);
      if (typeof chosen === 'string' && chosen !== '') return chosen;
      contain('spanName', new TypeError(`expected a name, got ${String(chosen)}`));
    } catch (error) {
      contain('spanName', error);
    }
    return name;
  };
}
