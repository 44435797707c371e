import { expect } from 'chai';
import axios from 'axios';
import * as fc from 'fast-check';
import Koa from 'koa';
import mount from 'koa-mount';
import { Router } from '@koa/router';
import { koaRoute, type RouterLayer } from '../../instrumentation/koa-route.js';
import { koaTracing } from '../../instrumentation/koa.js';
import { ended, useApps } from '../support/app.js';
import { harness } from '../support/harness.js';

/** What an application uses; the types of Koa and @koa/router tell their middleware apart. */
type Middleware =
  Koa.Middleware | ReturnType<Router['routes']> | ReturnType<Router['allowedMethods']>;

const passOn: Koa.Middleware = (_ctx, next) => next();
const answer: Koa.Middleware = (ctx) => {
  ctx.body = 'ok';
};

describe('http.route of Koa', () => {
  const apps = useApps();
  const h = harness();

  /** The route of one request to an application whose middleware is this. */
  async function routeOf(path: string, middleware: Middleware[], method = 'GET'): Promise<unknown> {
    const app = new Koa();
    app.use(koaTracing({ tracerProvider: h.provider }));
    for (const one of middleware) app.use(one as Koa.Middleware);
    const url = await apps.serve(app);
    await axios.request({ url: url + path, method, validateStatus: () => true });
    const [span] = await ended(h);
    const route = span!.attributes['http.route'];
    expect(span!.name).to.equal(route === undefined ? method : `${method} ${String(route)}`);
    return route;
  }

  function router(path: string | RegExp = '/users/:id', options = {}): Router {
    return new Router(options).get(path, answer);
  }

  describe('from @koa/router (C-HTS-02)', () => {
    it('has the router’s prefix', async () => {
      const routes = router('/:id', { prefix: '/v1/users' }).routes();
      expect(await routeOf('/v1/users/7', [routes])).to.equal('/v1/users/:id');
    });

    it('has the prefixes of nested routers, with their parameters', async () => {
      const middle = new Router({ prefix: '/tenants/:tenant' }).use('/v1', router().routes());
      const outer = new Router({ prefix: '/api' }).use(middle.routes());
      expect(await routeOf('/api/tenants/acme/v1/users/7', [outer.routes()])).to.equal(
        '/api/tenants/:tenant/v1/users/:id',
      );
    });

    it('is a regular expression’s source', async () => {
      expect(await routeOf('/files/a/b', [router(/^\/files\/(.+)$/).routes()])).to.equal(
        '^\\/files\\/(.+)$',
      );
    });

    it('is the root’s', async () => {
      expect(await routeOf('/', [router('/').routes()])).to.equal('/');
    });

    it('is that of the route that answered, where several match', async () => {
      const both = new Router().get('/users/me', answer).get('/users/:id', answer);
      expect(await routeOf('/users/me', [both.routes()])).to.equal('/users/me');
    });

    it('is that of the last route, where the first passes the request on', async () => {
      const first = new Router().get('/users/me', (_ctx, next) => next());
      expect(await routeOf('/users/me', [first.routes(), router().routes()])).to.equal(
        '/users/:id',
      );
    });

    it('serves HEAD with the route of GET', async () => {
      expect(await routeOf('/users/7', [router().routes()], 'HEAD')).to.equal('/users/:id');
    });

    it('is missing for a method that the route does not take', async () => {
      const users = router();
      const middleware = [users.routes(), users.allowedMethods()];
      expect(await routeOf('/users/7', middleware, 'DELETE')).to.equal(undefined);
    });

    for (const [what, guarded] of [
      ['for everything', new Router().use(forbid)],
      ['for a path', new Router().use('/users', forbid)],
      ['for everything under a prefix', new Router({ prefix: '/:area' }).use(forbid)],
    ] as const) {
      it(`is that of the route behind it, where middleware ${what} answers`, async () => {
        const prefixed = guarded.opts.prefix !== undefined;
        guarded.get('/users/me', answer).get('/users/:id', answer);
        const path = prefixed ? '/public/users/me' : '/users/me';
        expect(await routeOf(path, [guarded.routes()])).to.equal(
          prefixed ? '/:area/users/me' : '/users/me',
        );
      });
    }

    it('is there when the handler throws', async () => {
      const failing = new Router().get('/users/:id', () => {
        throw new Error('spec');
      });
      expect(await routeOf('/users/7', [failing.routes()])).to.equal('/users/:id');
    });
  });

  describe('under koa-mount (C-HTS-02)', () => {
    function mounted(prefix: string, ...middleware: Middleware[]): Koa.Middleware {
      const app = new Koa();
      for (const one of middleware) app.use(one as Koa.Middleware);
      return mount(prefix, app);
    }

    it('has the prefix', async () => {
      expect(await routeOf('/api/users/7', [mounted('/api', router().routes())])).to.equal(
        '/api/users/:id',
      );
    });

    it('has the prefixes of nested ones', async () => {
      const nested = mounted('/api', mounted('/v1', router().routes()));
      expect(await routeOf('/api/v1/users/7', [nested])).to.equal('/api/v1/users/:id');
    });

    it('has the prefix where a value in the path repeats it', async () => {
      const nested = mounted('/a', mounted('/b', router('/:x/:y').routes()));
      expect(await routeOf('/a/b/b/b', [nested])).to.equal('/a/b/:x/:y');
    });

    it('is the prefix alone for the root of what is mounted', async () => {
      expect(await routeOf('/api', [mounted('/api', router('/').routes())])).to.equal('/api');
    });

    it('has the prefix before a regular expression’s source', async () => {
      const files = mounted('/api', router(/^\/files\/(.+)$/).routes());
      expect(await routeOf('/api/files/a', [files])).to.equal('/api^\\/files\\/(.+)$');
    });

    it('has no prefix for a route outside, where the request was passed on', async () => {
      const passing = mounted('/api', passOn);
      const outside = router('/api/users/:id').routes();
      expect(await routeOf('/api/users/7', [passing, outside])).to.equal('/api/users/:id');
    });

    it('has the prefix where what traces is mounted, too', async () => {
      const inner = new Koa();
      inner.use(koaTracing({ tracerProvider: h.provider }));
      inner.use(router().routes());
      const app = new Koa().use(mount('/api', inner));
      await axios.get(`${await apps.serve(app)}/api/users/7`);
      const [span] = await ended(h);
      expect(span!.attributes['http.route']).to.equal('/api/users/:id');
      expect(span!.attributes['url.path']).to.equal('/api/users/7');
    });
  });
});

describe('koaRoute', () => {
  it('is the path that is left on the context, where a router leaves no layers', () => {
    expect(koaRoute({ method: 'GET', _matchedRoute: '/users/:id' }, '/users/7')).to.equal(
      '/users/:id',
    );
  });

  it('never shows more of the path than what is mounted', () => {
    const segment = fc.stringMatching(/^[a-c]{1,2}$/);
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 3 }),
        fc.array(segment, { minLength: 1, maxLength: 3 }),
        (prefixes, values) => {
          const prefix = prefixes.map((name) => `/${name}`).join('');
          const layer: RouterLayer = {
            path: values.map((_, at) => `/:p${at}`).join(''),
            methods: ['GET'],
            regexp: new RegExp(`^${values.map(() => '/[^/]+').join('')}$`),
          };
          const ctx = {
            method: 'GET',
            matched: [layer],
            _matchedRoute: layer.path,
            mountPath: `/${prefixes.at(-1)!}`,
          };
          const route = koaRoute(ctx, `${prefix}/${values.join('/')}`);
          expect(route).to.equal(prefix + String(layer.path));
        },
      ),
    );
  });

  it('leaves the position of a router’s expression alone', () => {
    const regexp = /^\/users\/(.+)$/g;
    regexp.lastIndex = 3;
    const layer = { path: regexp, methods: ['GET'], regexp };
    const ctx = { method: 'GET', matched: [layer], _matchedRoute: regexp, mountPath: '/api' };
    expect(koaRoute(ctx, '/api/users/7')).to.equal('/api^\\/users\\/(.+)$');
    expect(regexp.lastIndex).to.equal(3);
  });

  it('looks at no more than a few places in a path that repeats the prefix', () => {
    let looked = 0;
    const regexp = { [Symbol.search]: () => (looked++, -1) } as unknown as RegExp;
    const layer = { path: '/never', methods: ['GET'], regexp };
    const ctx = { method: 'GET', matched: [layer], _matchedRoute: '/never', mountPath: '/a' };
    expect(koaRoute(ctx, '/a'.repeat(5000))).to.equal('/never');
    expect(looked).to.be.below(100);
  });
});

function forbid(ctx: { status: number }): void {
  ctx.status = 403;
}
