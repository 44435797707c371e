import { diag, DiagLogLevel } from '@opentelemetry/api';
import { create, type InternalAxiosRequestConfig } from 'axios';
import { expect } from 'chai';
import { traceAxios, type TraceAxiosOptions } from '../../instrumentation/axios.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { traceparent } from '../contract/http-client.js';
import { harness } from '../support/harness.js';
import { useOrigin } from '../support/origin.js';

describe('the hooks of traceAxios', () => {
  const h = harness();
  const origin = useOrigin();
  const client = (options: TraceAxiosOptions<InternalAxiosRequestConfig>) => {
    const instance = create({ baseURL: origin.url });
    traceAxios(instance, {
      tracerProvider: h.provider,
      propagator: new W3CTraceContextPropagator(),
      ...options,
    });
    return instance;
  };
  const broken = () => {
    throw new Error('broken hook');
  };

  it('ignore a request: neither span nor headers', async () => {
    const traced = client({ ignore: ({ url }) => url === '/health' });
    await traced.get('/health');
    await traced.get('/orders');
    expect(h.spans()).to.have.lengthOf(1);
    expect(origin.requests.map(({ headers }) => 'traceparent' in headers)).to.deep.equal([
      false,
      true,
    ]);
  });

  it('ignore nothing with a promise, which is not true', async () => {
    await client({ ignore: (() => Promise.resolve(false)) as never }).get('/');
    expect(h.spans()).to.have.lengthOf(1);
  });

  it('name a span (C-HTTP-01)', async () => {
    await client({ spanName: ({ method }) => `${method?.toUpperCase()} /orders/{id}` }).get(
      '/orders/42',
    );
    expect(h.spans().map(({ name }) => name)).to.deep.equal(['GET /orders/{id}']);
  });

  it('leave the name as it is', async () => {
    await client({ spanName: () => undefined }).get('/orders/42');
    expect(h.spans().map(({ name }) => name)).to.deep.equal(['GET']);
  });

  it('do no harm when they throw, and say so once', async () => {
    const told: string[] = [];
    const ignored = () => {};
    diag.setLogger(
      {
        warn: (text) => told.push(text),
        error: ignored,
        info: ignored,
        debug: ignored,
        verbose: ignored,
      },
      DiagLogLevel.WARN,
    );
    try {
      const traced = client({ ignore: broken, spanName: broken, propagateTo: broken });
      await traced.get('/');
      await traced.get('/');
    } finally {
      diag.disable();
    }
    expect(h.spans().map(({ name }) => name)).to.deep.equal(['GET', 'GET']);
    expect(told.map((text) => text.match(/ignore|spanName|propagateTo/)?.[0])).to.deep.equal([
      'ignore',
      'spanName',
      'propagateTo',
    ]);
  });

  describe("and the user's own beforeRedirect", () => {
    const elsewhere = useOrigin();

    it('are both asked, the user first', async () => {
      origin.next({ redirect: `${elsewhere.url}/b` });
      const asked: unknown[] = [];
      let headers = {};
      const traced = client({ propagateTo: (url) => asked.push(url) > 0 });
      await traced.get('/a', {
        beforeRedirect(target, response, request) {
          asked.push('own', response.statusCode, request.url);
          headers = target.headers;
          target.headers['x-own'] = 'yes';
          delete target.headers.traceparent;
          target.headers.TraceParent = 'in other letters';
        },
      });
      expect(asked).to.deep.equal([
        `${origin.url}/a`,
        'own',
        302,
        `${origin.url}/a`,
        `${elsewhere.url}/b`,
      ]);
      expect(elsewhere.requests[0]!.headers).to.include({
        'x-own': 'yes',
        traceparent: traceparent(h.span('GET')),
      });
      const names = Object.keys(headers).map((name) => name.toLowerCase());
      expect(names.filter((name) => name === 'traceparent')).to.have.lengthOf(1);
    });

    it('keep what it wrote for a host that gets none of ours', async () => {
      const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
      origin.next({ redirect: `${elsewhere.url}/b` });
      await client({ propagateTo: (url) => url.startsWith(origin.url) }).get('/a', {
        beforeRedirect: ({ headers }) => void (headers.traceparent = own),
      });
      expect(elsewhere.requests[0]!.headers.traceparent).to.equal(own);
    });

    it('let it stop the redirect', async () => {
      origin.next({ redirect: `${elsewhere.url}/b` });
      const stop = new Error('not there');
      const error = await client({ propagateTo: () => true })
        .get('/a', {
          beforeRedirect() {
            throw stop;
          },
        })
        .then(
          () => undefined,
          (error: Error) => error,
        );
      expect(error?.message).to.contain('not there');
      expect(elsewhere.requests).to.be.empty;
    });

    it('leave it in the config as it was', async () => {
      const own = () => {};
      const traced = client({ propagateTo: () => true });
      const { config } = await traced.get('/', { beforeRedirect: own });
      expect(config.beforeRedirect).to.equal(own);
      expect((await traced.get('/')).config).not.to.have.property('beforeRedirect');
    });
  });
});
