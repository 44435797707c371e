import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { expect } from 'chai';
import type { HttpClientOptions } from '../../instrumentation/http-client.js';
import { suppressTracing } from '../../lib/context.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { TracerProvider } from '../../lib/provider.js';
import { AlwaysOffSampler, SamplingDecision, type Sampler } from '../../lib/sampler.js';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { harness } from '../support/harness.js';
import { closedPort, useOrigin, type SeenRequest } from '../support/origin.js';

/** A request in the words of the contract. */
export interface PlainRequest {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** A client library, as the contract drives it. */
export interface HttpClientSubject {
  /** Sends a request; resolves with the status, whatever it is, and rejects as the library does. */
  send(request: PlainRequest): Promise<number>;
  /** Takes the tracing off again. */
  remove(): void;
}

export interface HttpClientTraits {
  /** Redirects can be watched, so that headers are kept from excluded hosts. Default: true. */
  readonly watchesRedirects?: boolean;
  /** The address at the other end of the connection is known. Default: true. */
  readonly knowsPeer?: boolean;
}

/**
 * What every HTTP client adapter must do, by the semantic conventions and over real HTTP.
 *
 * @param subject makes a fresh client that is traced with the given options
 */
export function httpClientContract(
  subject: (options: HttpClientOptions) => HttpClientSubject,
  { watchesRedirects = true, knowsPeer = true }: HttpClientTraits = {},
): void {
  const propagator = new W3CTraceContextPropagator();
  const origin = useOrigin();
  const other = useOrigin();
  const h = harness();
  const traced = (options: HttpClientOptions = {}) =>
    subject({ tracerProvider: h.provider, propagator, ...options });
  const onlySpan = () => {
    expect(h.spans()).to.have.lengthOf(1);
    return h.spans()[0]!;
  };
  const afterSending = async (request: Partial<PlainRequest> = {}, options?: HttpClientOptions) => {
    await traced(options).send({ url: origin.url, ...request });
    return onlySpan();
  };
  const failing = async (request: PlainRequest) => {
    let failure: unknown;
    await traced()
      .send(request)
      .catch((error: unknown) => (failure = error));
    expect(failure, 'the error reaches the caller').to.be.instanceOf(Error);
    return onlySpan();
  };

  describe('the span', () => {
    it('is of kind client and named as the method (C-HTC-01, C-HTTP-01)', async () => {
      const span = await afterSending({ url: `${origin.url}/orders/42` });
      expect(span.kind).to.equal(SpanKind.CLIENT);
      expect(span.name).to.equal('GET');
      expect(span.attributes).to.include({
        'http.request.method': 'GET',
        'url.full': `${origin.url}/orders/42`,
        'server.address': '127.0.0.1',
        'server.port': origin.port,
        'http.response.status_code': 200,
      });
    });

    it('is a child of the active span', async () => {
      const parent = h.tracer.startSpan('parent');
      await context.with(trace.setSpan(context.active(), parent), () =>
        traced().send({ url: origin.url }),
      );
      parent.end();
      expect(h.span('GET').parentSpanContext?.spanId).to.equal(parent.spanContext().spanId);
    });

    it('has its sampling attributes from the start (C-HTTP-13)', async () => {
      let seen: Attributes = {};
      const sampler: Sampler = {
        shouldSample(...[, , , , attributes]) {
          seen = { ...attributes };
          return { decision: SamplingDecision.NOT_RECORD };
        },
      };
      const provider = new TracerProvider({ sampler });
      await traced({ tracerProvider: provider }).send({ url: `${origin.url}/a`, method: 'POST' });
      expect(seen).to.deep.equal({
        'http.request.method': 'POST',
        'url.full': `${origin.url}/a`,
        'server.address': '127.0.0.1',
        'server.port': origin.port,
      });
    });

    it('goes to the parent that each of many parallel requests has', async () => {
      const client = traced();
      const parents = await Promise.all(
        Array.from({ length: 8 }, async (_, index) => {
          const parent = h.tracer.startSpan(`parent ${index}`);
          await context.with(trace.setSpan(context.active(), parent), () =>
            client.send({ url: `${origin.url}/${index}` }),
          );
          parent.end();
          return parent.spanContext();
        }),
      );
      for (const [index, parent] of parents.entries()) {
        const request = origin.requests.find(({ url }) => url === `/${index}`)!;
        const span = h
          .spans()
          .find(({ attributes }) => attributes['url.full']?.toString().endsWith(`/${index}`))!;
        expect(span.parentSpanContext?.spanId).to.equal(parent.spanId);
        expect(request.headers.traceparent).to.equal(traceparent(span));
      }
    });

    it('calls an unknown method _OTHER and itself HTTP (C-HTTP-02, C-HTTP-03)', async () => {
      const span = await afterSending({ method: 'PURGE' });
      expect(span.name).to.equal('HTTP');
      expect(span.attributes).to.include({
        'http.request.method': '_OTHER',
        'http.request.method_original': 'PURGE',
      });
    });

    it('knows the methods it is told to know (C-HTTP-04)', async () => {
      const span = await afterSending({ method: 'PURGE' }, { knownMethods: ['PURGE'] });
      expect(span.name).to.equal('PURGE');
      expect(span.attributes['http.request.method']).to.equal('PURGE');
      expect(span.attributes).not.to.have.property('http.request.method_original');
    });

    it('shows no credentials of the URL (C-HTC-05)', async () => {
      const span = await afterSending({ url: origin.url.replace('//', '//user:secret@') + '/a' });
      expect(span.attributes['url.full']).to.equal(
        `http://REDACTED:REDACTED@127.0.0.1:${origin.port}/a`,
      );
      expect(JSON.stringify(span.attributes)).not.to.contain('secret');
    });

    it('shows no signature in the query, nor what it is told to hide (C-HTC-06)', async () => {
      const client = traced();
      await client.send({ url: `${origin.url}/a?sig=s3cret&b=2` });
      await traced({ sensitiveQueryParameters: ['b'] }).send({ url: `${origin.url}/a?sig=1&b=2` });
      expect(h.spans().map(({ attributes }) => attributes['url.full'])).to.deep.equal([
        `${origin.url}/a?sig=REDACTED&b=2`,
        `${origin.url}/a?sig=1&b=REDACTED`,
      ]);
      expect(origin.requests[0]!.url).to.equal('/a?sig=s3cret&b=2');
    });

    it('has the chosen headers and no others (C-HTTP-10)', async () => {
      origin.next({ headers: { 'x-answer': '42', 'x-other': 'no' } });
      const span = await afterSending(
        { headers: { 'x-tenant': 'acme', authorization: 'Bearer secret' } },
        { requestHeaders: ['X-Tenant', 'x-absent'], responseHeaders: ['X-Answer'] },
      );
      expect(headersOf(span)).to.deep.equal({
        'http.request.header.x-tenant': ['acme'],
        'http.response.header.x-answer': ['42'],
      });
    });

    if (knowsPeer) {
      it('has the peer and the protocol version (C-HTC-07, C-HTTP-11)', async () => {
        const span = await afterSending();
        expect(span.attributes).to.include({
          'network.peer.address': '127.0.0.1',
          'network.peer.port': origin.port,
          'network.protocol.version': '1.1',
        });
      });
    }

    it('has no bodies', async () => {
      origin.next({ body: 'the answer' });
      const span = await afterSending({ method: 'POST', body: 'the question' });
      expect(JSON.stringify([span.attributes, span.events])).not.to.match(/answer|question/);
    });

    it('is the only one for a redirect, with the original URL (C-HTC-02)', async () => {
      origin.next({ redirect: `${origin.url}/b` });
      const span = await afterSending({ url: `${origin.url}/a` });
      expect(origin.requests.map(({ url }) => url)).to.deep.equal(['/a', '/b']);
      expect(span.attributes['url.full']).to.equal(`${origin.url}/a`);
      expect(span.attributes['http.response.status_code']).to.equal(200);
      expect(span.status.code).to.equal(SpanStatusCode.UNSET);
    });
  });

  describe('the outcome', () => {
    for (const status of [200, 204, 304]) {
      it(`is unset for ${status} (C-HTTP-05, C-GEN-04)`, async () => {
        origin.next({ status });
        const span = await afterSending();
        expect(span.attributes['http.response.status_code']).to.equal(status);
        expectNoError(span);
      });
    }

    for (const status of [400, 404, 500, 503]) {
      it(`is an error for ${status}, told by the code alone (C-HTTP-06, C-HTTP-07, C-HTTP-08)`, async () => {
        origin.next({ status });
        const span = await afterSending();
        expect(span.attributes).to.include({
          'http.response.status_code': status,
          'error.type': String(status),
        });
        expect(span.status).to.deep.equal({ code: SpanStatusCode.ERROR });
        expect(span.events).to.be.empty;
      });
    }

    it('is an error for a refused connection (C-HTTP-08, C-GEN-01)', async () => {
      const span = await failing({ url: await closedPort() });
      expect(span.attributes['error.type']).to.equal('ECONNREFUSED');
      expect(span.attributes).not.to.have.property('http.response.status_code');
      expect(span.status.code).to.equal(SpanStatusCode.ERROR);
      expect(span.events.map(({ name }) => name)).to.deep.equal(['exception']);
    });

    it('is an error for a connection that is lost before the answer', async () => {
      origin.next({ reset: 'before headers' });
      const span = await failing({ url: origin.url });
      expect(span.status.code).to.equal(SpanStatusCode.ERROR);
      expect(span.attributes['error.type']).to.be.oneOf(['ECONNRESET', 'UND_ERR_SOCKET']);
    });

    it('is no error for a request that was cancelled on purpose (C-HTTP-09)', async () => {
      origin.next({ hang: true });
      const controller = new AbortController();
      void origin.arrival().then(() => controller.abort());
      const span = await failing({ url: origin.url, signal: controller.signal });
      expectNoError(span);
      expect(span.attributes).not.to.have.property('http.response.status_code');
    });

    it('is no error for a purpose that the caller put into words (C-HTTP-09)', async () => {
      origin.next({ hang: true });
      const controller = new AbortController();
      void origin.arrival().then(() => controller.abort(new Error('the user has left')));
      expectNoError(await failing({ url: origin.url, signal: controller.signal }));
    });

    it('is an error for a request that AbortSignal.timeout has cut off', async () => {
      origin.next({ hang: true });
      const span = await failing({ url: origin.url, signal: AbortSignal.timeout(30) });
      expect(span.attributes['error.type']).to.equal('TimeoutError');
      expect(span.status.code).to.equal(SpanStatusCode.ERROR);
    });
  });

  describe('propagation', () => {
    it('sends the context of the client span (C-HTC-09)', async () => {
      const span = await afterSending();
      expect(origin.requests[0]!.headers.traceparent).to.equal(traceparent(span));
    });

    it('puts its headers over those that the caller passed on', async () => {
      const span = await afterSending({ headers: { TraceParent: STRANGER } });
      expect(origin.requests[0]!.headers.traceparent).to.equal(traceparent(span));
    });

    it('leaves the other headers of the request alone', async () => {
      await afterSending({ headers: { 'x-tenant': 'acme' } });
      expect(origin.requests[0]!.headers['x-tenant']).to.equal('acme');
    });

    it('sends nothing to a host that is excluded, and still makes the span', async () => {
      const asked: string[] = [];
      const span = await afterSending(
        { url: `${origin.url}/a` },
        { propagateTo: (url) => asked.push(url) === 0 },
      );
      expect(asked).to.deep.equal([`${origin.url}/a`]);
      expect(origin.requests[0]!.headers).not.to.have.property('traceparent');
      expect(span.name).to.equal('GET');
    });

    it('sends nothing where the hook throws, and contains it', async () => {
      await afterSending(
        {},
        {
          propagateTo: () => {
            throw new Error('broken hook');
          },
        },
      );
      expect(origin.requests[0]!.headers).not.to.have.property('traceparent');
    });

    it('follows a redirect to a host that may have it', async () => {
      origin.next({ redirect: `${other.url}/b` });
      const span = await afterSending({}, { propagateTo: () => true });
      expect(other.requests[0]!.headers.traceparent).to.equal(traceparent(span));
    });

    if (watchesRedirects) {
      it('does not follow a redirect to a host that is excluded', async () => {
        origin.next({ redirect: `${other.url}/b` });
        const span = await afterSending({}, { propagateTo: (url) => url.startsWith(origin.url) });
        expect(origin.requests[0]!.headers.traceparent).to.equal(traceparent(span));
        expect(other.requests[0]!.headers).not.to.have.property('traceparent');
      });

      it('comes back when a redirect does', async () => {
        origin.next({ redirect: `${other.url}/b` });
        other.next({ redirect: `${origin.url}/c` });
        const span = await afterSending({}, { propagateTo: (url) => url.startsWith(origin.url) });
        expect(headersSeen([...other.requests, ...origin.requests])).to.deep.equal([
          undefined,
          traceparent(span),
          traceparent(span),
        ]);
      });
    }

    it('survives a propagator that throws', async () => {
      const broken = {
        inject() {
          throw new Error('broken propagator');
        },
      } as Partial<TextMapPropagator> as TextMapPropagator;
      const span = await afterSending({}, { propagator: broken });
      expect(span.attributes['http.response.status_code']).to.equal(200);
    });
  });

  describe('where nothing is traced', () => {
    it('makes no span and sends no headers when tracing is suppressed', async () => {
      const client = traced();
      await context.with(suppressTracing(context.active()), () => client.send({ url: origin.url }));
      expect(h.spans()).to.be.empty;
      expect(origin.requests[0]!.headers).not.to.have.property('traceparent');
    });

    it('makes no span after it was taken off', async () => {
      const client = traced();
      client.remove();
      expect(await client.send({ url: origin.url })).to.equal(200);
      expect(h.spans()).to.be.empty;
      expect(origin.requests[0]!.headers).not.to.have.property('traceparent');
    });

    it('lets requests through without any SDK', async () => {
      expect(
        await subject({}).send({ url: origin.url, headers: { traceparent: STRANGER } }),
      ).to.equal(200);
      expect(origin.requests[0]!.headers.traceparent).to.equal(STRANGER);
    });

    it('lets requests through when the SDK is broken', async () => {
      const getTracer = () => ({
        startSpan() {
          throw new Error('broken SDK');
        },
      });
      const client = traced({ tracerProvider: { getTracer } as never });
      expect(await client.send({ url: origin.url })).to.equal(200);
    });
  });

  it('tells the other end of a trace that is not sampled', async () => {
    const provider = new TracerProvider({ sampler: new AlwaysOffSampler() });
    await traced({ tracerProvider: provider }).send({ url: origin.url });
    expect(origin.requests[0]!.headers.traceparent).to.match(
      /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[02]$/,
    );
  });
}

const STRANGER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** The header that makes a span the parent. */
export function traceparent(span: ReadableSpan): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

export function expectNoError(span: ReadableSpan): void {
  expect(span.status).to.deep.equal({ code: SpanStatusCode.UNSET });
  expect(span.attributes).not.to.have.property('error.type');
  expect(span.events).to.be.empty;
}

function headersSeen(requests: readonly SeenRequest[]): unknown[] {
  return requests.map(({ headers }) => headers.traceparent);
}

function headersOf(span: ReadableSpan): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(span.attributes).filter(([key]) =>
      /^http\.(request|response)\.header\./.test(key),
    ),
  );
}
