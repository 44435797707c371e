import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_REQUEST_RESEND_COUNT,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_NETWORK_PEER_ADDRESS,
  ATTR_NETWORK_PEER_PORT,
  ATTR_NETWORK_PROTOCOL_VERSION,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
} from '@opentelemetry/semantic-conventions';
import { hook, type Contain } from './contained.js';
import {
  errorType,
  httpRecording,
  redactUrl,
  requestMethod,
  type HeaderReader,
  type HttpOptions,
  type HttpRecording,
} from './http.js';
import { serverOf, type UrlServer } from './url-server.js';
import { isTracingSuppressed, setSpan } from '../lib/context.js';
import { VERSION } from '../lib/version.js';

// The client side of the HTTP semantic conventions, for every client library alike. An adapter says
// where its library keeps method, URL, headers, status and error; what becomes of them is said here.

/** Options that every HTTP client adapter takes. */
export interface HttpClientOptions extends HttpOptions {
  /** Makes the spans. Default: the one that is registered globally. */
  readonly tracerProvider?: TracerProvider;
  /** Writes the headers. Default: the one that is registered globally. */
  readonly propagator?: TextMapPropagator;
  /**
   * Whether propagation headers may be sent to a URL; asked again for the target of each redirect that
   * the library lets us see. The span is made either way. If it throws, no headers are sent. Default:
   * they are sent everywhere.
   */
  readonly propagateTo?: (url: string) => boolean;
}

/** A request as it is about to be sent. */
export interface ClientRequest {
  /** The method as it goes over the wire, usually in capitals. */
  readonly method: string | undefined;
  /** The whole URL with its query; credentials in it are not recorded. */
  readonly url: string;
  /** How often this request was sent before. Default: 0. */
  readonly resends?: number;
  /** Default: the method. */
  readonly spanName?: string | undefined;
}

/** What came of a request. Nothing in it at all: it was taken back on purpose, or more is not known. */
export interface ClientOutcome {
  /** The request's headers as they were sent. */
  readonly requestHeader?: HeaderReader;
  readonly response?: ClientResponse | undefined;
  /**
   * Why there is no (whole) response. A response of any status is no such failure. Present with any
   * value, `undefined` too, it is one: anything can be thrown.
   */
  readonly error?: unknown;
}

/** The head of a response. */
export interface ClientResponse {
  readonly status: number;
  readonly header?: HeaderReader;
  /** `1.1`, `2`. */
  readonly protocolVersion?: string | undefined;
  /** Whom the connection was with, which may be a proxy. */
  readonly peer?: { readonly address?: string | undefined; readonly port?: number | undefined };
}

/** Starts the span of a request; `undefined` where there is nothing to trace. Never throws. */
export type BeginClientCall = (request: ClientRequest) => ClientCall | undefined;

/**
 * Prepares the tracing of one HTTP client. What it returns starts a span for each attempt to send a
 * request: of kind client, a child of the active span. There is none where tracing is suppressed, and
 * none for what is not HTTP (`data:` URLs would be recorded body and all).
 *
 * @param scope the instrumentation scope's name, such as `spantree/axios`
 * @param contain takes what hooks, propagators and SDKs throw
 * @throws TypeError for a bad option, with the value in the message
 */
export function httpClient(
  scope: string,
  options: HttpClientOptions,
  contain: Contain,
): BeginClientCall {
  const { propagateTo } = options;
  const setup: Setup = Object.freeze({
    contain,
    tracer: (options.tracerProvider ?? trace).getTracer(scope, VERSION),
    propagator: options.propagator ?? propagation,
    mayCarry: hook(contain, 'propagateTo', propagateTo, propagateTo === undefined),
    ...httpRecording('client', options),
  });
  return function beginClientCall(request) {
    try {
      const parent = context.active();
      if (isTracingSuppressed(parent)) return undefined;
      const server = serverOf(request.url);
      if (server?.isHttp === false) return undefined;
      return new ClientCall(setup, parent, request, server);
    } catch (error) {
      contain('starting a client span', error);
      return undefined;
    }
  };
}

/** One attempt to send a request: its span, from before it is sent until {@link ClientCall.end}. */
export class ClientCall {
  /** Where the request must be sent in: the span is active there. */
  readonly context: Context;
  readonly #setup: Setup;
  readonly #span: Span;

  /** @internal */
  constructor(
    setup: Setup,
    parent: Context,
    request: ClientRequest,
    server: UrlServer | undefined,
  ) {
    const { method, original, spanName } = requestMethod(request.method, setup.known);
    // What samplers look at must be there from the start.
    const attributes: Attributes = { [ATTR_HTTP_REQUEST_METHOD]: method };
    if (original !== undefined) attributes[ATTR_HTTP_REQUEST_METHOD_ORIGINAL] = original;
    attributes[ATTR_URL_FULL] = redactUrl(request.url, setup.sensitive);
    if (server !== undefined) {
      attributes[ATTR_SERVER_ADDRESS] = server.address;
      attributes[ATTR_SERVER_PORT] = server.port;
    }
    if (request.resends) attributes[ATTR_HTTP_REQUEST_RESEND_COUNT] = request.resends;
    this.#setup = setup;
    this.#span = setup.tracer.startSpan(
      request.spanName ?? spanName,
      { kind: SpanKind.CLIENT, attributes },
      parent,
    );
    this.context = setSpan(parent, this.#span);
  }

  /**
   * Writes the propagation headers of this call's span for a URL, over those that an earlier attempt
   * or hop has left; takes these back if the URL may have none. Never throws.
   */
  propagate(url: string, carried: CarriedHeaders, headers: OutgoingHeaders): void {
    try {
      carried.takeBack(headers);
      if (this.#setup.mayCarry(url) !== true) return;
      this.#setup.propagator.inject(this.context, headers, carried);
    } catch (error) {
      this.#setup.contain('writing propagation headers', error);
    }
  }

  /**
   * Records what came of it and ends the span. The outcome is a function so that an adapter can read a
   * library's objects, which may be anything, without care. Never throws.
   */
  end(outcome: () => ClientOutcome): void {
    try {
      this.#record(outcome());
    } catch (error) {
      this.#setup.contain('recording the outcome', error);
    }
    try {
      this.#span.end();
    } catch (error) {
      this.#setup.contain('ending a client span', error);
    }
  }

  #record(outcome: ClientOutcome): void {
    const span = this.#span;
    const { requestHeader, response, error } = outcome;
    if (requestHeader !== undefined) this.#setup.captureRequest(requestHeader, span);
    if (response !== undefined) this.#recordResponse(response);
    if ('error' in outcome) {
      span.setAttribute(ATTR_ERROR_TYPE, errorType(specific(error)));
      if (error) span.recordException(error as Error);
      span.setStatus({ code: SpanStatusCode.ERROR, ...description(error) });
    } else if (response !== undefined && isError(response.status)) {
      span.setAttribute(ATTR_ERROR_TYPE, String(response.status));
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
  }

  #recordResponse({ status, header, protocolVersion, peer }: ClientResponse): void {
    const span = this.#span;
    span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
    if (protocolVersion !== undefined) {
      span.setAttribute(ATTR_NETWORK_PROTOCOL_VERSION, protocolVersion);
    }
    if (peer?.address !== undefined) {
      span.setAttribute(ATTR_NETWORK_PEER_ADDRESS, peer.address);
      if (peer.port !== undefined) span.setAttribute(ATTR_NETWORK_PEER_PORT, peer.port);
    }
    if (header !== undefined) this.#setup.captureResponse(header, span);
  }
}

/**
 * The outcome of a request that its caller's `AbortSignal` has cut off, by the signal's reason: running
 * out of time (`AbortSignal.timeout`) is an error, everything else was done on purpose and is none.
 */
export function cutOff(reason: unknown): ClientOutcome {
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError';
  return timedOut ? { error: reason } : {};
}

/** A library's request headers; names are compared without regard to case. */
export interface OutgoingHeaders {
  get(name: string): unknown;
  set(name: string, value: string): void;
  delete(name: string): void;
}

/**
 * The propagation headers that one request carries now. It is the setter they are injected with, and
 * it remembers them, so that a second attempt or a redirect to elsewhere can take them back.
 */
export class CarriedHeaders {
  #written: Map<string, string> | undefined;

  /** @param origin what another set of headers carries that these were copied from */
  constructor(origin?: CarriedHeaders) {
    const written = origin === undefined ? undefined : origin.#written;
    if (written !== undefined) this.#written = new Map(written);
  }

  set(headers: OutgoingHeaders, name: string, value: string): void {
    headers.set(name, value);
    (this.#written ??= new Map()).set(name, value);
  }

  /** Removes what was written, unless somebody has put another value in its place. */
  takeBack(headers: OutgoingHeaders): void {
    if (this.#written === undefined) return;
    for (const [name, value] of this.#written) {
      if (headers.get(name) === value) headers.delete(name);
    }
    this.#written.clear();
  }
}

interface Setup extends HttpRecording {
  readonly contain: Contain;
  readonly tracer: Tracer;
  readonly propagator: Pick<TextMapPropagator, 'inject'>;
  /** Only `true` counts: a promise, say, is no permission. */
  readonly mayCarry: (url: string) => unknown;
}

/** 4xx and 5xx, and what is no status at all. */
function isError(status: number): boolean {
  return !(status >= 100 && status < 400);
}

/**
 * The error that tells the most: `fetch` hides `ECONNREFUSED` as the cause of a TypeError, and axios puts
 * an `ERR_NETWORK` around that.
 */
function specific(error: unknown): unknown {
  let candidate = error;
  for (let depth = 0; depth < 4; depth++) {
    if (typeof candidate !== 'object' || candidate === null) break;
    const { code, cause } = candidate as { code?: unknown; cause?: unknown };
    if (typeof code === 'string' && code !== 'ERR_NETWORK') return candidate;
    candidate = cause;
  }
  return error;
}

function description(error: unknown): { message?: string } {
  const message = error instanceof Error ? error.message : undefined;
  return message ? { message } : {};
}
