import { context, trace, type TextMapPropagator } from '@opentelemetry/api';
import { create, type AxiosInstance } from 'axios';
import axiosRetry from 'axios-retry';
import { expect } from 'chai';
import { traceAxios } from '../../instrumentation/axios.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { traceparent } from '../contract/http-client.js';
import { harness } from '../support/harness.js';
import { useOrigin } from '../support/origin.js';

describe('axios that sends a request again', () => {
  const h = harness();
  const origin = useOrigin();
  const options = () => ({
    tracerProvider: h.provider,
    propagator: new W3CTraceContextPropagator() as TextMapPropagator,
  });
  let client: AxiosInstance;
  beforeEach(() => {
    client = create({ baseURL: origin.url });
  });
  const resends = () => h.spans().map(({ attributes }) => attributes['http.request.resend_count']);

  const orders: [string, () => void][] = [
    ['before', () => void [traceAxios(client, options()), axiosRetry(client, { retries: 2 })]],
    ['after', () => void [axiosRetry(client, { retries: 2 }), traceAxios(client, options())]],
  ];
  for (const [order, setUp] of orders) {
    it(`makes a span for each attempt and counts them, traced ${order} axios-retry (C-HTC-02, C-HTC-03)`, async () => {
      setUp();
      origin.next({ status: 503 }, { reset: 'before headers' });
      await client.get('/a');
      expect(resends()).to.deep.equal([undefined, 1, 2]);
      expect(h.spans().map(({ attributes }) => attributes['error.type'])).to.deep.equal([
        '503',
        'ECONNRESET',
        undefined,
      ]);
    });
  }

  it('sends the headers of the attempt, over those of the one before', async () => {
    traceAxios(client, options());
    axiosRetry(client);
    origin.next({ status: 503 });
    await client.get('/a');
    expect(origin.requests.map(({ headers }) => headers.traceparent)).to.deep.equal(
      h.spans().map(traceparent),
    );
  });

  it('takes back headers that the second attempt does not have', async () => {
    let attempts = 0;
    const propagator: TextMapPropagator = {
      inject(_context, carrier, setter) {
        setter.set(carrier, ++attempts === 1 ? 'X-First' : 'X-Second', 'yes');
      },
      extract: (context) => context,
      fields: () => [],
    };
    traceAxios(client, { ...options(), propagator });
    axiosRetry(client);
    origin.next({ status: 503 });
    await client.get('/a');
    expect(origin.requests[1]!.headers).to.include({ 'x-second': 'yes' });
    expect(origin.requests[1]!.headers).not.to.have.property('x-first');
  });

  it('takes back headers when it was taken off between two attempts', async () => {
    const untrace = traceAxios(client, options());
    axiosRetry(client, { onRetry: untrace });
    origin.next({ status: 503 });
    await client.get('/a');
    expect(h.spans()).to.have.lengthOf(1);
    expect(origin.requests[1]!.headers).not.to.have.property('traceparent');
  });

  it('makes the attempts children of the same span', async () => {
    traceAxios(client, options());
    axiosRetry(client);
    origin.next({ status: 503 });
    const parent = h.tracer.startSpan('parent');
    await context.with(trace.setSpan(context.active(), parent), () => client.get('/a'));
    parent.end();
    const parents = h.spans().map(({ parentSpanContext }) => parentSpanContext?.spanId);
    const { spanId } = parent.spanContext();
    expect(parents).to.deep.equal([spanId, spanId, undefined]);
  });

  it('makes one span an attempt where it is traced twice', async () => {
    traceAxios(client, options());
    traceAxios(client, options());
    axiosRetry(client);
    origin.next({ status: 503 });
    await client.get('/a');
    expect(resends()).to.deep.equal([undefined, 1]);
  });

  for (const first of [true, false]) {
    it(`goes on where the ${first ? 'first' : 'second'} of two was taken off between two attempts`, async () => {
      const untrace = [traceAxios(client, options()), traceAxios(client, options())];
      axiosRetry(client, { onRetry: untrace[first ? 0 : 1]! });
      origin.next({ status: 503 });
      await client.get('/a');
      expect(h.spans()).to.have.lengthOf(2);
    });
  }

  it('takes back headers that a redirect has taken back already', async () => {
    const untrace = traceAxios(client, {
      ...options(),
      propagateTo: (url) => !url.endsWith('/excluded'),
    });
    axiosRetry(client, { onRetry: untrace });
    origin.next({ redirect: '/excluded' }, { status: 503 });
    await client.get('/a');
    expect(origin.requests.map(({ headers }) => 'traceparent' in headers)).to.deep.equal([
      true,
      false,
      false,
    ]);
  });

  it('counts a config that the application sends again itself', async () => {
    traceAxios(client, options());
    origin.next({ status: 401 });
    client.interceptors.response.use(null, (error: { config: object }) =>
      client.request(error.config),
    );
    await client.get('/a');
    expect(resends()).to.deep.equal([undefined, 1]);
  });

  it('does not count a config that the application keeps for many requests', async () => {
    traceAxios(client, options());
    const config = { url: '/a' };
    await client.request(config);
    await client.request(config);
    expect(resends()).to.deep.equal([undefined, undefined]);
  });
});
