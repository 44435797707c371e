import { parseTarget } from './http-server-attributes.js';

/** What @koa/router (10 to 15) and koa-mount leave on the context. */
export interface KoaRouting {
  readonly method: string;
  /** Every layer whose path matched, of each router that was asked. */
  readonly matched?: readonly RouterLayer[];
  /** The path of the layer that ran last; of one for middleware, too. */
  readonly _matchedRoute?: string | RegExp;
  /** The innermost prefix that was entered; it stays when the mounted application is left. */
  readonly mountPath?: string;
}

/** A path with handlers or middleware. */
export interface RouterLayer {
  readonly path: string | RegExp;
  /** Empty for middleware. */
  readonly methods: readonly string[];
  readonly regexp?: RegExp;
}

/**
 * The template of the route that took the request: with the prefixes of nested routers, which are in
 * the layer's path, and the prefix under which koa-mount has mounted the router; a regular expression
 * by its source. `undefined` while no route has matched.
 *
 * @param target the request's target as it came, before anything was mounted
 */
export function koaRoute(ctx: KoaRouting, target: string): string | undefined {
  const layer = routeLayer(ctx);
  if (layer === undefined) return undefined;
  const template = typeof layer.path === 'string' ? layer.path : layer.path.source;
  const prefix = mountPrefix(ctx.mountPath, layer.regexp, target);
  return template === '/' && prefix !== '' ? prefix : prefix + template;
}

/**
 * The layer of the route. When middleware of the router has answered, the layer that ran last is the
 * middleware's, and the route is the one that it stood before.
 */
function routeLayer({
  matched = [],
  _matchedRoute: path,
  method,
}: KoaRouting): Pick<RouterLayer, 'path' | 'regexp'> | undefined {
  if (path === undefined) return undefined;
  const ran = matched.findLastIndex((layer) => layer.path === path);
  if (ran < 0) return { path };
  if (matched[ran]!.methods.length > 0) return matched[ran];
  const verb = method.toUpperCase();
  return matched.find((layer, index) => index > ran && layer.methods.includes(verb));
}

/** Bounds the work for a path that repeats the prefix. */
const MAX_PREFIXES = 16;

/**
 * The whole prefix under which the route is mounted. koa-mount tells the innermost part only, and
 * takes the path back when the request leaves; so it is the part of the path before what the route
 * matches, and it ends with what koa-mount tells. Prefixes are literal: no parameter gets in here.
 */
function mountPrefix(
  mountPath: string | undefined,
  regexp: RegExp | undefined,
  target: string,
): string {
  const innermost = mountPath?.endsWith('/') ? mountPath.slice(0, -1) : mountPath;
  if (innermost === undefined || innermost === '') return '';
  const { path } = parseTarget(target);
  let at = path.indexOf(innermost);
  for (let tried = 0; at >= 0 && tried < MAX_PREFIXES; tried++) {
    const end = at + innermost.length;
    const rest = path.slice(end) || '/';
    // `search` leaves the expression's own position alone, which the router may rely on.
    if (rest.startsWith('/') && (regexp === undefined || rest.search(regexp) >= 0)) {
      return path.slice(0, end);
    }
    at = path.indexOf(innermost, at + 1);
  }
  return '';
}
