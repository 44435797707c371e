import { context } from '@opentelemetry/api';
import {
  adapterFinder,
  checkedAxios,
  twinOf,
  type Adapter,
  type AdapterFinder,
  type Axios,
  type AxiosConfig,
  type Config,
  type Response,
  type Thrown,
  type WireRequest,
} from './axios-adapter.js';
import { containment, hook, type Contain } from './contained.js';
import {
  CarriedHeaders,
  cutOff,
  httpClient,
  type BeginClientCall,
  type ClientCall,
  type ClientOutcome,
  type ClientResponse,
  type HttpClientOptions,
  type OutgoingHeaders,
} from './http-client.js';
import type { HeaderReader } from './http.js';

export type { AxiosConfig };

/** Options of {@link traceAxios}. Hooks are given the request's config as axios is about to send it. */
export interface TraceAxiosOptions<C = AxiosConfig> extends HttpClientOptions {
  /** Requests for which this returns true get neither a span nor headers. Default: none. */
  readonly ignore?: (config: C) => boolean;
  /** Names the span; `undefined` leaves the default, which is the method. Not the path: it has no bound. */
  readonly spanName?: (config: C) => string | undefined;
}

/** What is used of an axios: its default export, what `axios.create()` returned, or a `new Axios()`. */
export interface AxiosLike<C> {
  readonly interceptors: {
    readonly request: {
      use(
        fulfilled: (config: C) => C | Promise<C>,
        rejected: null,
        options: { readonly synchronous: boolean },
      ): number;
      eject(id: number): void;
    };
  };
  getUri(config?: never): string;
}

/**
 * Traces what an axios sends: one client span for each attempt, which is the parent of what happens at
 * the other end. Returns a function that takes it off again; requests on their way still end their spans.
 *
 * ```ts
 * import axios from 'axios';
 * import { traceAxios } from 'spantree/axios';
 * traceAxios(axios);
 * ```
 *
 * - The instance has to be given: axios is a different one for `import` and for `require`, so a guess
 *   could trace the one that nobody uses.
 * - `axios.create()` copies no interceptors: every instance has to be traced for itself.
 * - Called twice for one instance, each request still has one span.
 * - The span covers the exchange alone, whatever the instance's interceptors do before and after it. It
 *   ends when axios settles, which is when the body has been read, or with `responseType: 'stream'`
 *   when the head has.
 * - Responses of 400 and above are errors, whatever `validateStatus` says; below, they are none. A
 *   request that is cancelled on purpose is no error, one that runs out of time is.
 * - A redirect stays in the span of the original URL. A config that is sent again, as retry plug-ins do,
 *   gets a span of its own with `http.request.resend_count`.
 * - `propagateTo` is asked again at each redirect that the http adapter follows. The fetch adapter lets
 *   nobody see its redirects: set `maxRedirects: 0` where that matters.
 * - An HTTP instrumentation below axios makes client spans of its own, as children of these.
 *
 * @throws TypeError for something that is no axios, or a bad option
 */
export function traceAxios<C = AxiosConfig>(
  instance: AxiosLike<C>,
  options: TraceAxiosOptions<C> = {},
): () => void {
  const contain = containment('spantree/axios');
  const axios = checkedAxios(instance);
  const twin = twinOf(axios);
  const tracing: Tracing = {
    on: true,
    contain,
    find: adapterFinder(axios, twin),
    twin,
    begin: httpClient('spantree/axios', options, contain),
    ignored: hook<[never], boolean>(contain, 'ignore', options.ignore, false),
    spanName: hook<[never], string | undefined>(contain, 'spanName', options.spanName, undefined),
    guardsRedirects: options.propagateTo !== undefined,
  };
  const id = axios.interceptors.request.use((config) => traced(config, tracing), null, {
    synchronous: true,
  });
  return function untraceAxios() {
    tracing.on = false;
    axios.interceptors.request.eject(id);
  };
}

/** What one call of {@link traceAxios} has set up. */
interface Tracing {
  on: boolean;
  readonly contain: Contain;
  readonly find: AdapterFinder;
  readonly twin: Axios;
  readonly begin: BeginClientCall;
  readonly ignored: (config: never) => unknown;
  readonly spanName: (config: never) => string | undefined;
  readonly guardsRedirects: boolean;
}

/** Marks our adapters; a global symbol, so that several copies of this module know each other's. */
const TRACED = Symbol.for('spantree.axios.traced');

interface TracedAdapter extends Adapter {
  readonly [TRACED]: { readonly adapter: unknown; readonly tracing: { readonly on: boolean } };
}

/** The interceptor: puts a traced adapter in the place of the config's own. */
function traced(config: Config, tracing: Tracing): Config {
  try {
    const earlier = (config.adapter as Partial<TracedAdapter> | undefined)?.[TRACED];
    // A config that is sent again, or an axios that is traced twice.
    if (earlier?.tracing.on === true) return config;
    config.adapter = tracedAdapter(earlier ? earlier.adapter : config.adapter, tracing);
  } catch (error) {
    tracing.contain('wrapping the adapter', error);
  }
  return config;
}

/** An adapter that traces another. It belongs to one request, and counts how often that is sent. */
function tracedAdapter(adapter: unknown, tracing: Tracing): TracedAdapter {
  const carried = new CarriedHeaders();
  let sent = 0;
  function tracedSend(config: Config): Promise<Response> {
    const send = tracing.find(adapter, config);
    const resends = sent++;
    const headers = accessTo(config.headers);
    const url = requestUrl(config, tracing.twin);
    const call = begin(config, url, resends, tracing);
    if (call === undefined) {
      carried.takeBack(headers);
      return send(config);
    }
    call.propagate(url, carried, headers);
    const restore = tracing.guardsRedirects ? watchRedirects(config, call, carried) : nothing;
    return exchange(config, send, call, restore);
  }
  return Object.assign(tracedSend, { [TRACED]: { adapter, tracing } });
}

function begin(
  config: Config,
  url: string,
  resends: number,
  tracing: Tracing,
): ClientCall | undefined {
  if (!tracing.on || tracing.ignored(config as never) === true) return undefined;
  return tracing.begin({
    method: config.method?.toUpperCase(),
    url,
    resends,
    spanName: tracing.spanName(config as never),
  });
}

/** Sends the request with its span active, and ends that however it comes out. */
function exchange(
  config: Config,
  send: Adapter,
  call: ClientCall,
  restore: () => void,
): Promise<Response> {
  function settle(outcome: () => ClientOutcome): void {
    restore();
    call.end(() => ({ requestHeader: reader(config.headers), ...outcome() }));
  }
  let exchanged: Promise<Response>;
  try {
    exchanged = context.with(call.context, send, undefined, config);
  } catch (error) {
    settle(() => failure(error, config));
    throw error;
  }
  if (typeof exchanged?.then !== 'function') {
    settle(() => ({}));
    return exchanged;
  }
  return exchanged.then(
    (response) => {
      settle(() => ({ response: head(response) }));
      return response;
    },
    (error: unknown) => {
      settle(() => failure(error, config));
      throw error;
    },
  );
}

/**
 * Has the propagation headers follow `propagateTo` through redirects. The user's own `beforeRedirect`
 * goes first: the last word on these headers is ours. Returns what puts the config right again.
 */
function watchRedirects(config: Config, call: ClientCall, carried: CarriedHeaders): () => void {
  const own = Object.hasOwn(config, 'beforeRedirect');
  const given = config.beforeRedirect;
  const hop = new CarriedHeaders(carried);
  function beforeRedirect(this: unknown, target: RedirectTarget, ...details: unknown[]): void {
    if (typeof given === 'function') Reflect.apply(given, this, [target, ...details]);
    call.propagate(target.href ?? '', hop, accessTo(target.headers));
  }
  config.beforeRedirect = beforeRedirect;
  return function restore() {
    if (config.beforeRedirect !== beforeRedirect) return;
    if (own) config.beforeRedirect = given;
    else delete config.beforeRedirect;
  };
}

function failure(error: unknown, config: Config): ClientOutcome {
  const thrown = (error ?? {}) as Thrown;
  const response = thrown.response ? head(thrown.response) : headOnTheWire(thrown.request);
  if (isCancellation(thrown, config)) return { response, ...cutOff(config.signal?.reason) };
  if (thrown.response && isRefused(thrown.response.status, config)) return { response };
  return { response, error };
}

/** Whether the caller's signal or token is behind an error: axios also calls a broken upload cancelled. */
function isCancellation(thrown: Thrown, { signal, cancelToken }: Config): boolean {
  const cancelled = thrown.__CANCEL__ === true || thrown.name === 'AbortError';
  if (signal?.aborted) return cancelled || thrown === signal.reason;
  return cancelled && cancelToken?.reason !== undefined;
}

/** Whether axios made an error of a whole response, because of its status alone. */
function isRefused(status: number, { validateStatus }: Config): boolean {
  return status >= 400 || (typeof validateStatus === 'function' && !validateStatus(status));
}

function head(response: Response): ClientResponse {
  const { status, headers, request } = response;
  return {
    status,
    header: reader(headers),
    protocolVersion: request?.res?.httpVersion,
    peer: { address: request?.socket?.remoteAddress, port: request?.socket?.remotePort },
  };
}

/** The head that had arrived when the body failed. axios's error has the Node.js request alone. */
function headOnTheWire(request: WireRequest | undefined): ClientResponse | undefined {
  const last = request?._currentRequest ?? request;
  const incoming = last?.res;
  if (incoming?.statusCode === undefined) return undefined;
  return head({ status: incoming.statusCode, headers: incoming.headers, request: last });
}

/** The URL as axios puts it together. */
function requestUrl(config: Config, twin: Axios): string {
  const { url, baseURL, params, paramsSerializer, allowAbsoluteUrls, socketPath } = config;
  // axios takes such a one as it is, but would merge whole configs first.
  if (!baseURL && !params && !socketPath) return url ?? '';
  try {
    const uri = twin.getUri({ url, baseURL, params, paramsSerializer, allowAbsoluteUrls });
    return socketPath && uri.startsWith('/') ? `http://localhost${uri}` : uri;
  } catch {
    // axios will not like it either, and say so.
    return url ?? '';
  }
}

/** Headers as axios has them, an AxiosHeaders, or as Node.js takes them, a plain object. */
function accessTo(headers: unknown): OutgoingHeaders {
  const axios = headers as Partial<AxiosHeaders> | undefined;
  if (typeof axios?.set === 'function') {
    return {
      get: (name) => axios.get?.(name),
      // A header that the request has set to false stays away.
      set: (name, value) => axios.set?.(name, value),
      delete: (name) => axios.delete?.(name),
    };
  }
  const plain = (headers ?? {}) as Record<string, unknown>;
  const keyOf = (name: string) =>
    Object.keys(plain).find((key) => key.toLowerCase() === name.toLowerCase()) ?? name;
  return {
    get: (name) => plain[keyOf(name)],
    set: (name, value) => void (plain[keyOf(name)] = value),
    delete: (name) => void delete plain[keyOf(name)],
  };
}

function reader(headers: unknown): HeaderReader {
  let access: OutgoingHeaders | undefined;
  return (name) => {
    const value = (access ??= accessTo(headers)).get(name);
    // axios has false and null for headers that must not be sent.
    if (typeof value === 'string' || typeof value === 'number') return value;
    return Array.isArray(value) ? value.map(String) : undefined;
  };
}

function nothing(): void {}

interface RedirectTarget {
  readonly href?: string;
  readonly headers?: unknown;
}

interface AxiosHeaders {
  get(name: string): unknown;
  set(name: string, value: string): void;
  delete(name: string): void;
}
