import { context } from '@opentelemetry/api';
import { readForwarded, type Forwarded } from './forwarded.js';
import type { IncomingRequest } from './http-server-attributes.js';
import type { OutgoingResponse } from './http-server-response.js';
import {
  httpServer,
  type HttpServerAdapter,
  type HttpServerOptions,
  type ServerCall,
} from './http-server.js';
import { koaRoute } from './koa-route.js';

/** The part of Koa's context that is read here; Koa 2 and 3 have it. */
export interface KoaContext {
  readonly app: {
    readonly proxy?: boolean;
    readonly proxyIpHeader?: string;
    readonly maxIpsCount?: number;
    readonly middleware?: readonly unknown[];
  };
  readonly req: IncomingRequest;
  readonly res: OutgoingResponse;
  readonly originalUrl: string;
  readonly ips: string[];
  readonly method: string;
  readonly path: string;
  get(header: string): string;
  onerror?(error: unknown): void;
}

/**
 * Options of {@link koaTracing}. Its functions get Koa's context; what they throw is kept away from
 * the request and told to the API's `diag` logger.
 */
export type KoaTracingOptions<C extends KoaContext = KoaContext> = HttpServerOptions<C>;

/** A Koa middleware. */
export type KoaMiddleware<C extends KoaContext = KoaContext> = (
  ctx: C,
  next: () => Promise<unknown>,
) => Promise<unknown>;

/**
 * Traces the requests of a Koa application: a span of kind server for each, a child of the caller's
 * span, named by method and route. Use it before all other middleware, where it costs least, too: what
 * runs before it is not in the span, and an error that is handled behind it is none.
 *
 * ```ts
 * const app = new Koa();
 * app.use(koaTracing());
 * ```
 *
 * Errors of the application pass through as they are. `http.route` is known for `@koa/router`, also
 * nested or under koa-mount. Forwarding headers count only where `app.proxy` is set.
 *
 * @throws TypeError for a bad option, with the value in the message
 */
export function koaTracing<C extends KoaContext = KoaContext>(
  options: KoaTracingOptions<C> = {},
): KoaMiddleware<C> {
  const begin = httpServer<C>(KOA, options);
  return function tracing(ctx, next) {
    const call = begin(ctx);
    if (call.wants === 'nothing') return handling(call, next);
    if (call.wants === 'errors' && hearsErrors(call, ctx, tracing)) return handling(call, next);
    return following(call, next);
  };
}

/**
 * Has the call hear of errors where Koa answers for them, which is where all end up that pass through the outermost
 * middleware. To follow its promise makes another one, and on Node 20 AsyncLocalStorage is told of each: 4 µs of the 10
 * that tracing a request took.
 *
 * @returns false where this is not the outermost middleware, or Koa has no such place
 */
function hearsErrors(call: ServerCall, ctx: KoaContext, middleware: unknown): boolean {
  try {
    // oxlint-disable-next-line typescript/unbound-method -- it is called with its context below
    const { app, onerror } = ctx;
    if (app.middleware?.[0] !== middleware || typeof onerror !== 'function') return false;
    const answer = (error: unknown): void => {
      if (isThrown(error, ctx)) call.failed(error);
      onerror.call(ctx, error);
    };
    // By its name: a literal that is assigned to a property the engine makes old at once, and all that it refers to.
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- Koa's context is no event target
    ctx.onerror = answer;
    return true;
  } catch {
    return false; // Somebody's context does not let it be set.
  }
}

/** Koa's `onerror` is told of broken connections, too, and of no error at all when a response is over. */
function isThrown(error: unknown, { req }: KoaContext): boolean {
  try {
    return error !== null && error !== undefined && error !== req.socket.errored;
  } catch {
    return true; // The socket of an HTTP/2 session that is gone.
  }
}

/** What comes behind this middleware, as a promise that the call follows. Not an async function: that makes a promise more. */
function following(call: ServerCall, next: () => Promise<unknown>): Promise<unknown> {
  return handling(call, next).then(
    (result) => {
      call.handled();
      return result;
    },
    (error: unknown) => {
      call.failed(error);
      call.handled();
      throw error;
    },
  );
}

function handling(call: ServerCall, next: () => Promise<unknown>): Promise<unknown> {
  try {
    // A promise of Koa's is taken as it is.
    return Promise.resolve(context.with(call.context, next));
  } catch (error) {
    return Promise.reject(error);
  }
}

const KOA: HttpServerAdapter<KoaContext> = {
  scope: 'spantree/koa',
  request: (ctx) => ctx.req,
  target: (ctx) => ctx.originalUrl,
  response: (ctx) => ctx.res,
  forwarded,
  route: (ctx) => koaRoute(ctx, ctx.originalUrl),
};

function forwarded(ctx: KoaContext): Forwarded | undefined {
  const { proxy, proxyIpHeader = ANY_PROXY, maxIpsCount = 0 } = ctx.app;
  if (proxy !== true) return undefined;
  const said = readForwarded(ctx.req.headers);
  // An application that says which header, or how many of its entries, it trusts is taken at its word.
  const chosen = proxyIpHeader !== ANY_PROXY || maxIpsCount > 0;
  return chosen ? { ...said, for: ctx.ips[0] } : said;
}

/** Koa's default for where the client's address is. */
const ANY_PROXY = 'X-Forwarded-For';
