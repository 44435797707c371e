import { makerOf } from './axios-maker.js';

// What axios is made of, as far as it is used here, and how it finds the adapter that sends a request.
// Types are structural.

/**
 * An axios as its caller gave it, with the parts that are used.
 *
 * @throws TypeError for something that is no axios
 */
export function checkedAxios(instance: unknown): Axios {
  const axios = instance as Partial<Axios> | null | undefined;
  const twin = typeof axios === 'function' ? axios['create'] : axios?.request;
  const intercepts = typeof axios?.interceptors?.request?.use === 'function';
  if (intercepts && typeof twin === 'function') return axios as Axios;
  const got = instance === null ? 'null' : typeof instance;
  throw new TypeError(`traceAxios takes the axios to trace, as in traceAxios(axios); got ${got}`);
}

/**
 * An axios like the given one, but without its interceptors and defaults. It is there for a config that
 * has been through both: they must not have another turn.
 */
export function twinOf(axios: Axios): Axios {
  if (typeof (axios as unknown) !== 'function') {
    const none = { forEach() {} };
    return Object.create(axios, {
      interceptors: { value: { request: none, response: none } },
      defaults: { value: {} },
    }) as Axios;
  }
  const twin = axios.create!();
  twin.interceptors.request.clear?.();
  twin.interceptors.response?.clear?.();
  for (const key of Object.keys(twin.defaults)) delete twin.defaults[key];
  return twin;
}

/**
 * How to find the adapter that a config names. axios resolves names in `getAdapter`, which its default
 * export has from 1.5 on, but what `axios.create()` returns has not: for those it is looked for in the axios
 * that made them. Where that cannot be found, the twin sends the request as it is, and resolves the name on
 * its way, at the price of a second run through axios: 0.15 ms.
 */
export function adapterFinder(axios: Axios, twin: Axios): AdapterFinder {
  const maker = makerOf(axios);
  const byTwin = viaTwin(twin);
  const byName: AdapterFinder = (adapter, config) =>
    maker.found?.getAdapter?.(adapter ?? DEFAULT_ADAPTERS, config) ?? byTwin(adapter, config);
  return (adapter, config) =>
    typeof adapter === 'function' ? (adapter as Adapter) : byName(adapter, config);
}

const DEFAULT_ADAPTERS = ['xhr', 'http', 'fetch'];

function viaTwin(twin: Axios): AdapterFinder {
  return (adapter) => (config) => {
    const copy = { ...config, adapter, transformRequest: undefined, transformResponse: undefined };
    // axios merges the copy into yet another config; users must meet their own again.
    const owned = <T extends Partial<Response>>(result: T | undefined): T | undefined => {
      if (result?.config === undefined) return result;
      config.headers = result.config.headers;
      result.config = config;
      return result;
    };
    return twin.request(copy).then(
      (response) => owned(response)!,
      (error: unknown) => {
        const thrown = owned(error as Thrown | undefined);
        owned(thrown?.response);
        throw error;
      },
    );
  };
}

/** What is read of an axios request config. Axios's own types fit. */
export interface AxiosConfig {
  url?: string;
  method?: string;
  baseURL?: string;
  params?: unknown;
  headers?: unknown;
  adapter?: unknown;
  signal?: { readonly aborted: boolean; readonly reason?: unknown } | undefined;
  beforeRedirect?: unknown;
}

/** @internal An axios, with the parts that are used. */
export interface Axios {
  readonly interceptors: {
    readonly request: {
      use(
        fulfilled: (config: Config) => Config,
        rejected: null,
        options: { readonly synchronous: boolean },
      ): number;
      eject(id: number): void;
      clear?(): void;
    };
    readonly response?: { clear?(): void };
  };
  readonly defaults: Record<string, unknown>;
  getUri(config: object): string;
  request(config: object): Promise<Response>;
  readonly getAdapter?: (adapters: unknown, config: Config) => Adapter;
  readonly create?: () => Axios;
}

/** @internal A request config, with what is read of it beyond what hooks may see. */
export interface Config extends AxiosConfig {
  readonly paramsSerializer?: unknown;
  readonly validateStatus?: ((status: number) => boolean) | null;
  readonly allowAbsoluteUrls?: boolean;
  readonly socketPath?: string | null;
  readonly cancelToken?: { readonly reason?: unknown };
}

/** @internal Sends one request. */
export type Adapter = (config: Config) => Promise<Response>;
/** @internal Turns what `config.adapter` holds, a function, a name or a list, into an adapter. */
export type AdapterFinder = (adapter: unknown, config: Config) => Adapter;

/** @internal */
export interface Response {
  readonly status: number;
  readonly headers?: unknown;
  readonly request?: WireRequest | undefined;
  config?: Config;
}

/** @internal What adapters reject with, if it is axios's. */
export interface Thrown {
  readonly name?: unknown;
  readonly __CANCEL__?: unknown;
  readonly response?: Response;
  readonly request?: WireRequest;
  config?: Config;
}

/** Node.js's ClientRequest, or what follow-redirects makes of a chain of them. */
export interface WireRequest {
  readonly _currentRequest?: WireRequest;
  readonly socket?: { readonly remoteAddress?: string; readonly remotePort?: number } | null;
  readonly res?: {
    readonly statusCode?: number;
    readonly httpVersion?: string;
    readonly headers?: unknown;
  };
}
