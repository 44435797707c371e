import { context, SpanStatusCode } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import type { Contain } from '../../instrumentation/contained.js';
import {
  CarriedHeaders,
  cutOff,
  httpClient,
  type ClientOutcome,
  type OutgoingHeaders,
} from '../../instrumentation/http-client.js';
import { suppressTracing } from '../../lib/context.js';
import { expectNoError } from '../contract/http-client.js';
import { harness } from '../support/harness.js';

describe('httpClient', () => {
  const h = harness();
  let contained: [string, unknown][];
  const contain: Contain = (what, error) => void contained.push([what, error]);
  beforeEach(() => void (contained = []));
  const begin = (url: string, method = 'GET') =>
    httpClient('spec', { tracerProvider: h.provider }, contain)({ method, url });
  const spanOf = (url: string, outcome: () => ClientOutcome = () => ({})) => {
    begin(url)!.end(outcome);
    return h.spans().at(-1)!;
  };

  const hosts: [string, string, number][] = [
    ['http://a.test/', 'a.test', 80],
    ['https://a.test/', 'a.test', 443],
    ['https://a.test:80/', 'a.test', 80],
    ['HTTP://A.test:8080', 'a.test', 8080],
    ['http://[2001:db8::1]:3000/', '2001:db8::1', 3000],
    ['http://[::1]/', '::1', 80],
    ['http://user:pass@10.0.0.1/', '10.0.0.1', 80],
  ];
  for (const [url, address, port] of hosts) {
    it(`reads ${address} and ${port} from ${url} (C-HTC-04)`, () => {
      expect(spanOf(url).attributes).to.include({ 'server.address': address, 'server.port': port });
    });
  }

  it('keeps the fragment (C-HTC-05)', () => {
    expect(spanOf('http://a.test/b#c').attributes['url.full']).to.equal('http://a.test/b#c');
  });

  for (const url of ['data:text/plain,secret', 'file:///etc/passwd', 'blob:abc', 'ftp://a.test/']) {
    it(`has nothing to say about ${url}`, () => {
      expect(begin(url)).to.equal(undefined);
      expect(contained).to.be.empty;
    });
  }

  it('has nothing to say where tracing is suppressed', () => {
    context.with(suppressTracing(context.active()), () => {
      expect(begin('http://a.test')).to.equal(undefined);
    });
  });

  it('takes no method for GET', () => {
    httpClient(
      'spec',
      { tracerProvider: h.provider },
      contain,
    )({
      method: undefined,
      url: 'http://a.test',
    })!.end(() => ({}));
    expect(h.spans()[0]!.name).to.equal('GET');
  });

  it('takes any method and any URL', () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.string(), fc.webUrl()), (method, url) => {
        begin(url, method)?.end(() => ({}));
        expect(contained).to.be.empty;
      }),
    );
  });

  describe('at the end of a call', () => {
    for (const status of [100, 200, 302, 399]) {
      it(`${status} is no error (C-HTTP-05)`, () => {
        expectNoError(spanOf('http://a.test', () => ({ response: { status } })));
      });
    }

    for (const status of [400, 499, 500, 599, 600, 99, 0, Number.NaN]) {
      it(`${status} is an error (C-HTTP-06)`, () => {
        const span = spanOf('http://a.test', () => ({ response: { status } }));
        expect(span.attributes['error.type']).to.equal(String(status));
        expect(span.status).to.deep.equal({ code: SpanStatusCode.ERROR });
      });
    }

    it('an outcome that throws is contained, and the span ended', () => {
      const failure = new Error('a getter threw');
      const span = spanOf('http://a.test', () => {
        throw failure;
      });
      expect(span.ended).to.equal(true);
      expect(contained).to.deep.equal([['recording the outcome', failure]]);
    });

    it('an error that says more further down is named by that (C-HTTP-08)', () => {
      const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      const error = new TypeError('fetch failed', { cause });
      expect(spanOf('http://a.test', () => ({ error })).attributes['error.type']).to.equal(
        'ECONNREFUSED',
      );
    });

    it('an error that is its own cause is named by its class', () => {
      const error: Error & { cause?: unknown } = new TypeError('endless');
      error.cause = error;
      expect(spanOf('http://a.test', () => ({ error })).attributes['error.type']).to.equal(
        'TypeError',
      );
    });

    it('undefined can be thrown, too', () => {
      const span = spanOf('http://a.test', () => ({ error: undefined }));
      expect(span.attributes['error.type']).to.equal('_OTHER');
      expect(span.status.code).to.equal(SpanStatusCode.ERROR);
    });

    it('a span that cannot be ended is contained', () => {
      const tracerProvider = {
        getTracer: () => ({
          startSpan: (...input: Parameters<typeof h.tracer.startSpan>) => {
            const span = h.tracer.startSpan(...input);
            span.end = () => {
              throw new Error('broken SDK');
            };
            return span;
          },
        }),
      };
      h.allowOpenSpans();
      httpClient(
        'spec',
        { tracerProvider: tracerProvider as never },
        contain,
      )({
        method: 'GET',
        url: 'http://a.test',
      })!.end(() => ({}));
      expect(contained.map(([what]) => what)).to.deep.equal(['ending a client span']);
    });
  });

  describe('cutOff', () => {
    it('is an error when time ran out', async () => {
      const signal = AbortSignal.timeout(0);
      await new Promise((aborted) => signal.addEventListener('abort', aborted));
      expect(cutOff(signal.reason)).to.deep.equal({ error: signal.reason });
    });

    for (const reason of [undefined, null, 'text', new Error('left'), AbortSignal.abort().reason]) {
      it(`is on purpose for ${String(reason)} (C-HTTP-09)`, () => {
        expect(cutOff(reason)).to.deep.equal({});
      });
    }
  });

  describe('CarriedHeaders', () => {
    const headersOf = (given: Record<string, string>): [Map<string, string>, OutgoingHeaders] => {
      const headers = new Map(Object.entries(given));
      return [headers, headers];
    };

    it('takes back what it has written, and that alone', () => {
      const [headers, access] = headersOf({ own: 'kept' });
      const carried = new CarriedHeaders();
      carried.set(access, 'traceparent', 'ours');
      carried.takeBack(access);
      expect([...headers]).to.deep.equal([['own', 'kept']]);
    });

    it('leaves what somebody else has put in its place', () => {
      const [headers, access] = headersOf({});
      const carried = new CarriedHeaders();
      carried.set(access, 'traceparent', 'ours');
      headers.set('traceparent', 'theirs');
      carried.takeBack(access);
      expect(headers.get('traceparent')).to.equal('theirs');
    });

    it('of a copy are its own to take back', () => {
      const [first, access] = headersOf({});
      const carried = new CarriedHeaders();
      carried.set(access, 'traceparent', 'ours');
      const second = new Map(first);
      new CarriedHeaders(carried).takeBack(second);
      expect(second.size).to.equal(0);
      carried.takeBack(access);
      expect(first.size).to.equal(0);
    });
  });
});
