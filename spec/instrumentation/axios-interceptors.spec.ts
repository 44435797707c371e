import { context, trace, type HrTime, type Span } from '@opentelemetry/api';
import axios, {
  AxiosError,
  create,
  type AxiosInstance,
  type AxiosResponse,
  type InternalAxiosRequestConfig,
} from 'axios';
import { expect } from 'chai';
import { setTimeout as sleep } from 'node:timers/promises';
import { traceAxios } from '../../instrumentation/axios.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { harness } from '../support/harness.js';
import { useOrigin } from '../support/origin.js';

describe('axios, traced and otherwise as it was', () => {
  const h = harness();
  const origin = useOrigin();
  let client: AxiosInstance;
  let untrace: () => void;
  const traced = (instance: AxiosInstance) => {
    client = instance;
    client.defaults.baseURL = origin.url;
    return traceAxios(client, { tracerProvider: h.provider });
  };
  beforeEach(() => void (untrace = traced(create())));

  it('ends the span before response interceptors, which may take their time', async () => {
    let ended: boolean | undefined;
    client.interceptors.response.use((response) => {
      ended = h.spans().length === 1;
      return response;
    });
    await client.get('/');
    expect(ended).to.equal(true);
  });

  it('ends the span where a response interceptor throws', async () => {
    client.interceptors.response.use(() => {
      throw new Error('not good enough');
    });
    await client.get('/').catch(() => undefined);
    expect(h.span('GET').attributes['http.response.status_code']).to.equal(200);
  });

  it('has no span where a request interceptor refuses', async () => {
    client.interceptors.request.use(() => {
      throw new Error('not today');
    });
    await client.get('/').catch(() => undefined);
    expect(h.spans()).to.be.empty;
  });

  it('leaves the time of request interceptors out of the span', async () => {
    client.interceptors.request.use(async (config) => {
      const slow = h.tracer.startSpan('slow interceptor');
      await sleep(5);
      slow.end();
      return config;
    });
    await client.get('/');
    const nanoseconds = ([seconds, rest]: HrTime) =>
      BigInt(seconds) * 1_000_000_000n + BigInt(rest);
    const begun = nanoseconds(h.span('GET').startTime);
    expect(begun >= nanoseconds(h.span('slow interceptor').endTime)).to.equal(true);
  });

  for (const synchronous of [true, false]) {
    it(`keeps the parent with ${synchronous ? 'synchronous' : 'asynchronous'} interceptors`, async () => {
      client.interceptors.request.use((config) => config, null, { synchronous });
      const parent = h.tracer.startSpan('parent');
      await context.with(trace.setSpan(context.active(), parent), () => client.get('/'));
      parent.end();
      expect(h.span('GET').parentSpanContext?.spanId).to.equal(parent.spanContext().spanId);
    });
  }

  it('keeps synchronous interceptors synchronous', () => {
    let sent = false;
    const adapter = (config: InternalAxiosRequestConfig) => {
      sent = true;
      return Promise.resolve(answerTo(config));
    };
    const answer = client.get('/', { adapter });
    expect(sent).to.equal(true);
    return answer;
  });

  it('has the span active while an adapter of the application sends', async () => {
    let active: Span | undefined;
    const adapter = (config: InternalAxiosRequestConfig) => {
      active = trace.getActiveSpan();
      return Promise.resolve(answerTo(config));
    };
    await client.get('/', { adapter });
    expect(active?.spanContext().spanId).to.equal(h.span('GET').spanContext().spanId);
  });

  it('returns the response that the adapter gave', async () => {
    let given: AxiosResponse | undefined;
    const adapter = (config: InternalAxiosRequestConfig) =>
      Promise.resolve((given = answerTo(config)));
    expect(await client.get('/', { adapter })).to.equal(given);
  });

  it('throws the error that the adapter threw', async () => {
    const given = new AxiosError('given');
    const error = await client
      .get('/', { adapter: () => Promise.reject(given) })
      .catch((error: unknown) => error);
    expect(error).to.equal(given);
  });

  it('says the same about an adapter that does not exist', async () => {
    const untraced = await create()
      .get('/', { adapter: 'pigeon' })
      .catch((error: AxiosError) => error.message);
    const error = await client
      .get('/', { adapter: 'pigeon' })
      .catch((error: AxiosError) => error.message);
    expect(error).to.equal(untraced).and.to.contain('pigeon');
  });

  it('sends no header that the request has set to false', async () => {
    untrace();
    traceAxios(client, {
      tracerProvider: h.provider,
      propagator: new W3CTraceContextPropagator(),
    });
    await client.get('/', { headers: { traceparent: false } });
    expect(origin.requests[0]!.headers).not.to.have.property('traceparent');
    expect(h.spans()).to.have.lengthOf(1);
  });

  it('runs no interceptors that the application adds to all that it creates', async () => {
    const instance = create();
    const make = instance.create.bind(instance);
    instance.create = (defaults) => {
      const made = make(defaults);
      made.interceptors.request.use(() => expect.fail('a request interceptor ran'));
      made.interceptors.response.use(() => expect.fail('a response interceptor ran'));
      return made;
    };
    traced(instance);
    expect((await client.get('/')).status).to.equal(200);
  });

  const makes: [string, () => AxiosInstance][] = [
    ['axios.create()', () => create()],
    ['the default export', () => axios],
  ];
  for (const [name, make] of makes) {
    describe(`with ${name}`, () => {
      beforeEach(() => void (untrace = traced(make())));
      afterEach(() => {
        untrace();
        delete axios.defaults.baseURL;
      });

      const seenBy = (instance: AxiosInstance) => {
        let seen: InternalAxiosRequestConfig | undefined;
        const id = instance.interceptors.request.use((config) => (seen = config));
        return () => {
          instance.interceptors.request.eject(id);
          return seen;
        };
      };

      it('gives the response the config that interceptors saw, with the headers that went out', async () => {
        const seen = seenBy(client);
        const response = await client.get('/');
        expect(response.config).to.equal(seen());
        expect(response.config.headers.get('user-agent')).to.match(/^axios\//);
      });

      it('gives errors the config that interceptors saw', async () => {
        origin.next({ status: 500 }, { reset: 'before headers' });
        for (let attempt = 0; attempt < 2; attempt++) {
          const seen = seenBy(client);
          const error = await client.get('/').catch((error: AxiosError) => error);
          expect(error).to.be.instanceOf(AxiosError);
          expect(error.config).to.equal(seen());
          if (attempt === 0) expect((error as AxiosError).response?.config).to.equal(error.config);
        }
      });

      it('transforms request and response once', async () => {
        const { data } = await client.post<{ headers: Record<string, string>; seen: string }>(
          '/',
          { a: 1 },
          {
            transformRequest: [(data: object) => `<${JSON.stringify(data)}>`],
            transformResponse: [(text: string) => ({ ...JSON.parse(text), seen: 'once' })],
          },
        );
        expect(data.seen).to.equal('once');
        expect(data.headers['content-length']).to.equal('9');
        expect(data.headers['content-type']).to.contain('application/x-www-form-urlencoded');
      });

      it('sends the headers that were asked for', async () => {
        await client.post('/', 'text', {
          headers: { 'X-Case': 'kept', Accept: 'text/html', 'Content-Type': 'text/plain' },
        });
        expect(origin.requests[0]!.headers).to.include({
          'x-case': 'kept',
          accept: 'text/html',
          'content-type': 'text/plain',
        });
      });

      it('sends by its default adapter where an interceptor has taken the adapter out', async () => {
        const id = client.interceptors.request.use((config) => {
          delete config.adapter;
          return config;
        });
        const { status } = await client.get('/');
        client.interceptors.request.eject(id);
        expect(status).to.equal(200);
        expect(h.spans()).to.have.lengthOf(1);
      });

      it('runs response interceptors once', async () => {
        let runs = 0;
        const id = client.interceptors.response.use((response) => {
          runs++;
          return response;
        });
        await client.get('/');
        client.interceptors.response.eject(id);
        expect(runs).to.equal(1);
      });
    });
  }
});

function answerTo(config: InternalAxiosRequestConfig): AxiosResponse {
  return { status: 200, statusText: 'OK', data: '', headers: {}, config };
}
