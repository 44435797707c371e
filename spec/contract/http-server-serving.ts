import { expect } from 'chai';
import { diag, DiagLogLevel, type Attributes } from '@opentelemetry/api';
import axios, { type AxiosResponse } from 'axios';
import type { ReadableSpan } from '../../lib/readable-span.js';
import type { Sampler } from '../../lib/sampler.js';
import { W3CBaggagePropagator } from '../../propagators/baggage.js';
import { CompositePropagator } from '../../propagators/composite.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { ended, useApps, type Apps } from '../support/app.js';
import { harness, type Harness } from '../support/harness.js';
import type { ContractOptions, Handler, HttpServerUnderTest } from './http-server.js';

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const PARENT_ID = 'b7ad6b7169203331';
export const TRACEPARENT = `00-${TRACE_ID}-${PARENT_ID}-01`;

/** An adapter that is being served, with what its specs work with. */
export interface Serving {
  readonly server: HttpServerUnderTest;
  /** How the framework writes the template of the route. */
  readonly route: string;
  readonly apps: Apps;
  readonly h: Harness;
  readonly propagator: CompositePropagator;
  /** The attributes that the sampler saw, a set for each span of this test. */
  readonly sampled: Attributes[];
  /** What was told to the API's logger in this test. */
  readonly warnings: string[];
  /** The listener of an application, which is given our provider and propagator unless told otherwise. */
  readonly listener: (
    handler?: Handler,
    options?: ContractOptions,
  ) => ReturnType<HttpServerUnderTest['listener']>;
  /** Serves such an application; resolves to its URL. */
  readonly start: (handler?: Handler, options?: ContractOptions) => Promise<string>;
  readonly get: (url: string, headers?: Record<string, string>) => Promise<AxiosResponse<string>>;
  /** The span of this test; fails when there are more. */
  readonly onlySpan: () => Promise<ReadableSpan>;
  /** The span of one request to the route. */
  readonly spanOf: (
    handler?: Handler,
    options?: ContractOptions,
    headers?: Record<string, string>,
  ) => Promise<ReadableSpan>;
}

/** Sets the adapter up for the surrounding `describe`. */
export function serving(server: HttpServerUnderTest): Serving {
  const sampled: Attributes[] = [];
  const warnings: string[] = [];
  const apps = useApps();
  const h = harness({ sampler: watching(sampled) });
  const propagator = new CompositePropagator({
    propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
  });
  beforeEach(() => {
    sampled.length = 0;
    warnings.length = 0;
    logTo(warnings);
  });
  afterEach(() => diag.disable());

  const served: Serving = {
    server,
    route: server.route ?? '/users/:id',
    apps,
    h,
    propagator,
    sampled,
    warnings,
    listener: (handler = () => ({ body: 'ok' }), options = {}) =>
      server.listener(handler, { tracerProvider: h.provider, propagator, ...options }),
    start: (handler, options) => apps.serve(served.listener(handler, options)),
    get: (url, headers = {}) =>
      axios.get<string>(url, {
        headers,
        validateStatus: () => true,
        maxRedirects: 0,
        responseType: 'text',
      }),
    async onlySpan() {
      const spans = await ended(h);
      expect(spans.map((span) => span.name)).to.have.length(1);
      return spans[0]!;
    },
    async spanOf(handler, options, headers) {
      await served.get(`${await served.start(handler, options)}/users/42`, headers);
      return served.onlySpan();
    },
  };
  return served;
}

function watching(sampled: Attributes[]): Sampler {
  return {
    shouldSample: (_context, _traceId, _name, _kind, attributes) => {
      sampled.push({ ...attributes });
      return { decision: 2 };
    },
    toString: () => 'Watching',
  };
}

function logTo(warnings: string[]): void {
  const ignored = () => {};
  diag.setLogger(
    {
      warn: (message) => warnings.push(message),
      error: ignored,
      info: ignored,
      debug: ignored,
      verbose: ignored,
    },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
}

/** A hook that does not work. */
export function thrower(): never {
  throw new Error('this hook is broken');
}

/** A promise and what resolves it. */
export function promise(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve!: () => void;
  const made = new Promise<void>((done) => (resolve = done));
  return { promise: made, resolve };
}
