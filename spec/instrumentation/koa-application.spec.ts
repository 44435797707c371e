import { expect } from 'chai';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import axios from 'axios';
import { connect, constants, createServer, type ClientHttp2Stream } from 'node:http2';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { Router } from '@koa/router';
import { koaTracing, type KoaTracingOptions } from '../../instrumentation/koa.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { promise } from '../contract/http-server-serving.js';
import { ended, hangUp, listener, quiet, useApps } from '../support/app.js';
import { harness } from '../support/harness.js';

describe('koaTracing in a Koa application', () => {
  const apps = useApps();
  const h = harness();

  function tracing<C extends Koa.Context>(options: KoaTracingOptions<C> = {}) {
    return koaTracing<C>({ tracerProvider: h.provider, ...options });
  }

  async function get(app: Koa, path = '/') {
    const url = await apps.serve(app);
    return axios.get<string>(url + path, { validateStatus: () => true, responseType: 'text' });
  }

  /** Middleware that answers for what is thrown behind it. */
  function answeringErrorsWith(status: number): Koa.Middleware {
    return async (ctx, next) => {
      try {
        await next();
      } catch {
        ctx.status = status;
      }
    };
  }

  async function onlySpan(): Promise<ReadableSpan> {
    const spans = await ended(h);
    expect(spans).to.have.length(1);
    return spans[0]!;
  }

  it('is a middleware with a name, for stack traces', () => {
    expect(tracing().name).to.equal('tracing');
  });

  it('takes Koa’s own context in its options', async () => {
    const app = new Koa();
    app.use(tracing<Koa.Context>({ spanName: (ctx, name) => `${name} ${ctx.request.type}` }));
    app.use(koaTracing({ ignore: (ctx) => ctx.path === '/health' && ctx.get('x-deep') === '' }));
    await get(app);
    expect((await onlySpan()).name).to.equal('GET ');
  });

  it('hands back what the middleware behind it returns', async () => {
    const app = new Koa();
    let returned: unknown;
    app.use(async (_ctx, next) => {
      returned = await next();
    });
    app.use(tracing());
    app.use(() => 'returned');
    await get(app);
    expect(returned).to.equal('returned');
  });

  describe('lets errors through', () => {
    for (const [what, error] of [
      ['an error', new TypeError('spec')],
      ['an error with a status', Object.assign(new Error('spec'), { status: 418, expose: true })],
      ['a frozen error', Object.freeze(new Error('spec'))],
      ['a string', 'spec'],
      ['an object', { spec: true }],
    ] as [string, unknown][]) {
      it(`as they are: ${what}`, async () => {
        const before = typeof error === 'object' ? Object.getOwnPropertyNames(error) : [];
        const app = new Koa();
        let seen: unknown;
        app.use(async (ctx, next) => {
          try {
            await next();
          } catch (thrown) {
            seen = thrown;
            ctx.status = 200;
          }
        });
        app.use(tracing());
        app.use(() => {
          throw error;
        });
        await get(app);
        await onlySpan();
        expect(seen).to.equal(error);
        if (typeof error === 'object') {
          expect(Object.getOwnPropertyNames(error)).to.deep.equal(before);
        }
      });
    }

    it('to the application, which tells and answers as it would', async () => {
      const app = new Koa();
      const told: unknown[] = [];
      app.on('error', (error) => told.push(error));
      app.use(tracing());
      app.use((ctx) => ctx.throw(422, 'not like this'));
      const { status, data } = await get(app);
      expect([status, data]).to.deep.equal([422, 'not like this']);
      expect(told).to.have.length(1);
      expect((await onlySpan()).status.code).to.equal(SpanStatusCode.UNSET);
    });
  });

  describe('records', () => {
    it('no error that middleware before it has answered (C-GEN-01)', async () => {
      const app = new Koa();
      app.use(answeringErrorsWith(409));
      app.use(tracing());
      app.use(() => {
        throw new Error('handled');
      });
      await get(app);
      const span = await onlySpan();
      expect(span.attributes['http.response.status_code']).to.equal(409);
      expect(span.status.code).to.equal(SpanStatusCode.UNSET);
      expect(span.events).to.deep.equal([]);
    });

    it('the error that middleware before it has answered with a failure (C-GEN-02)', async () => {
      const app = new Koa();
      app.use(answeringErrorsWith(503));
      app.use(tracing());
      app.use(() => {
        throw new RangeError('no shelf');
      });
      await get(app);
      const span = await onlySpan();
      expect(span.attributes['error.type']).to.equal('503');
      expect(span.events[0]?.attributes?.['exception.type']).to.equal('RangeError');
    });

    it('the status with which Koa answers for an error, whatever it carries', async () => {
      for (const [error, status] of [
        [{ statusCode: 503 }, 503],
        [{ status: 999 }, 500],
        [{ status: 1 }, 500],
        [{ status: 'nonsense' }, 500],
      ] as const) {
        h.exporter.reset();
        const app = new Koa();
        app.use(tracing());
        app.use(() => {
          throw Object.assign(new Error('spec'), error);
        });
        const answer = await get(app);
        const span = await onlySpan();
        expect(answer.status).to.equal(status);
        expect(span.attributes['http.response.status_code']).to.equal(status);
        expect(span.events.map((event) => event.name)).to.deep.equal(['exception']);
      }
    });

    it('an error of Koa’s own, such as a body that cannot be written', async () => {
      const app = new Koa();
      app.use(tracing());
      app.use((ctx) => {
        const body = { self: {} };
        ctx.body = Object.assign(body, { self: body });
      });
      expect((await get(app)).status).to.equal(500);
      const { events, status } = await onlySpan();
      expect(events[0]?.attributes?.['exception.type']).to.equal('TypeError');
      expect(status.code).to.equal(SpanStatusCode.ERROR);
    });

    it('the error that an application of its own making answers for', async () => {
      const app = new Koa();
      Object.assign(app.context, {
        onerror(this: Koa.Context, error: Error | null | undefined) {
          if (!error) return;
          this.res.statusCode = 507;
          this.res.end(`${error.message}, said ${this.path}`);
        },
      });
      app.use(tracing());
      app.use(() => {
        throw new Error('no shelf');
      });
      expect((await get(app, '/here')).data).to.equal('no shelf, said /here');
      const span = await onlySpan();
      expect(span.attributes['http.response.status_code']).to.equal(507);
      expect(span.events.map((event) => event.name)).to.deep.equal(['exception']);
    });

    it('an error also where nobody may change how the application answers for it', async () => {
      const app = new Koa();
      const prototype = Object.getPrototypeOf(app.context) as Koa.Context;
      Object.defineProperty(app.context, 'onerror', {
        get(this: Koa.Context) {
          return (error: Error) => prototype.onerror.call(this, error);
        },
      });
      app.use(tracing());
      app.use(() => {
        throw new Error('no shelf');
      });
      expect((await get(app)).status).to.equal(500);
      expect((await onlySpan()).events.map((event) => event.name)).to.deep.equal(['exception']);
    });

    it('no error where Koa is told that the connection has broken', async () => {
      const app = new Koa();
      let handled: unknown;
      app.on('error', (error) => (handled = error));
      app.use(tracing());
      app.use(async (ctx) => {
        ctx.req.socket.destroy(new Error('cable cut'));
        await once(ctx.res, 'close');
      });
      hangUp(await apps.serve(app), 'GET / HTTP/1.1\r\nHost: h\r\n\r\n');
      const span = await onlySpan();
      expect((handled as Error).message, 'what Koa was told').to.equal('cable cut');
      expect(span.attributes['error.type']).to.equal('ECONNRESET');
      expect(span.status.message).to.equal('connection lost');
      expect(span.events).to.deep.equal([]);
    });

    it('something thrown that is no error by what it says', async () => {
      const app = new Koa();
      app.use(tracing());
      app.use(() => {
        throw 'no shelf';
      });
      await get(app);
      const { events, status } = await onlySpan();
      expect(events[0]?.attributes?.['exception.message']).to.equal('no shelf');
      expect(status.message).to.equal('no shelf');
    });

    it('an error thrown after the headers were sent, once the connection is lost (C-HTS-07)', async () => {
      const app = new Koa();
      app.use(tracing());
      app.use((ctx) => {
        ctx.respond = false;
        ctx.res.writeHead(200);
        ctx.res.write('first');
        throw new RangeError('half way');
      });
      hangUp(await apps.serve(app), 'GET / HTTP/1.1\r\nHost: h\r\n\r\n');
      const span = await onlySpan();
      expect(span.attributes['http.response.status_code']).to.equal(200);
      expect(span.attributes['error.type']).to.equal('RangeError');
      expect(span.status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'half way' });
      expect(span.events.map((event) => event.name)).to.deep.equal(['exception']);
    });
  });

  it('ends the span of a response that goes past Koa when it is sent', async () => {
    const app = new Koa();
    const router = new Router();
    router.get('/raw/:id', (ctx) => {
      ctx.respond = false;
      ctx.res.writeHead(202, { 'content-type': 'text/plain' });
      setImmediate(() => ctx.res.end('later'));
    });
    app.use(tracing()).use(router.routes());
    expect((await get(app, '/raw/1')).data).to.equal('later');
    const span = await onlySpan();
    expect(span.name).to.equal('GET /raw/:id');
    expect(span.attributes['http.response.status_code']).to.equal(202);
  });

  it('ends the span of a client that had gone before we came to listen', async () => {
    const app = new Koa();
    const arrival = promise();
    app.use(async (ctx, next) => {
      arrival.resolve();
      await once(ctx.res, 'close');
      await next();
    });
    app.use(tracing());
    hangUp(await apps.serve(app), 'GET / HTTP/1.1\r\nHost: h\r\n\r\n', arrival.promise);
    const { attributes } = await onlySpan();
    expect(attributes).to.not.have.property('http.response.status_code');
    expect(attributes['error.type']).to.equal('ECONNRESET');
  });

  it('ends the span of a client that had gone before the application was called', async () => {
    const app = new Koa();
    app.use(tracing());
    const handle = listener(app);
    const arrival = promise();
    const url = await apps.serve((request, response) => {
      arrival.resolve();
      response.once('close', () => setImmediate(handle, request, response));
    });
    hangUp(url, 'GET / HTTP/1.1\r\nHost: h\r\n\r\n', arrival.promise);
    expect((await onlySpan()).attributes['error.type']).to.equal('ECONNRESET');
  });

  it('hands on the promise itself where it is before all other middleware, as another costs more than the span', async () => {
    const handled = Promise.resolve();
    let returned: unknown;
    const compose =
      ([first]: Koa.Middleware[]) =>
      (ctx: Koa.Context) => {
        returned = first!(ctx, () => handled);
        return handled;
      };
    const app = new Koa({ compose } as object);
    app.use(tracing());
    await get(app);
    await onlySpan();
    expect(returned).to.equal(handled);
  });

  it('used twice makes one span, and records an error once', async () => {
    const app = new Koa();
    app.use(tracing()).use(tracing());
    app.use(() => {
      throw new Error('spec');
    });
    await get(app);
    const span = await onlySpan();
    await quiet();
    expect(h.spans()).to.have.length(1);
    expect(span.events.map((event) => event.name)).to.deep.equal(['exception']);
  });

  it('leaves requests alone that are ignored inside another’s span', async () => {
    const app = new Koa();
    let inside = 0;
    app.use(tracing()).use(tracing({ ignore: () => true }));
    app.use((ctx) => {
      h.tracer.startSpan('inside').end();
      inside++;
      ctx.body = 'ok';
    });
    await get(app);
    await ended(h, 2);
    expect(inside).to.equal(1);
  });

  it('makes the span active for each middleware behind it, and for none before it', async () => {
    const app = new Koa();
    const active: unknown[] = [];
    const look: Koa.Middleware = async (_ctx, next) => {
      active.push(trace.getActiveSpan()?.spanContext().spanId);
      await next();
      active.push(trace.getActiveSpan()?.spanContext().spanId);
    };
    app.use(look).use(tracing()).use(look).use(look);
    await get(app);
    const { spanId } = (await onlySpan()).spanContext();
    expect(active).to.deep.equal([undefined, spanId, spanId, spanId, spanId, undefined]);
  });

  describe('over HTTP/2', () => {
    async function over2(
      middleware: Koa.Middleware,
      talk: (stream: ClientHttp2Stream) => void,
    ): Promise<ReadableSpan> {
      const app = new Koa();
      app.silent = true;
      app.use(tracing()).use(middleware);
      const callback = app.callback();
      const server = createServer(
        (request, response) => void callback(request as never, response as never),
      );
      await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
      const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      const stream = client.request({ ':path': '/' });
      stream.on('error', () => {});
      stream.resume();
      talk(stream);
      try {
        return await onlySpan();
      } finally {
        client.destroy();
        await new Promise((closed) => server.close(closed));
      }
    }

    it('has version, authority and status (C-HTS-04, C-HTTP-11)', async () => {
      const { attributes, status } = await over2(
        (ctx) => (ctx.body = 'ok'),
        () => {},
      );
      expect(attributes['network.protocol.version']).to.equal('2');
      expect(attributes['server.address']).to.equal('127.0.0.1');
      expect(attributes['http.response.status_code']).to.equal(200);
      expect(status.code).to.equal(SpanStatusCode.UNSET);
    });

    it('tells a stream that was reset, although it says that it has finished (C-HTTP-11)', async () => {
      const handling = promise();
      const { attributes, status } = await over2(
        async (ctx) => {
          handling.resolve();
          await once(ctx.res, 'close');
        },
        (stream) => void handling.promise.then(() => stream.close(constants.NGHTTP2_CANCEL)),
      );
      expect(attributes).to.not.have.property('http.response.status_code');
      expect(attributes['error.type']).to.equal('ECONNRESET');
      expect(status.code).to.equal(SpanStatusCode.ERROR);
    });
  });
});
