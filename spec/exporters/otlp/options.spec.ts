import { expect } from 'chai';
import * as fc from 'fast-check';
import { OTLPTraceExporter, tracesUrl } from '../../../exporters/otlp/trace-exporter.js';

describe('tracesUrl (E-CFG-03)', () => {
  const cases: [base: string, url: string][] = [
    ['http://c:4318', 'http://c:4318/v1/traces'],
    ['http://c:4318/', 'http://c:4318/v1/traces'],
    ['http://c:4318/my', 'http://c:4318/my/v1/traces'],
    ['http://c:4318/my/', 'http://c:4318/my/v1/traces'],
    ['https://c', 'https://c/v1/traces'],
    ['http://c/my?key=1', 'http://c/my/v1/traces?key=1'],
  ];
  for (const [base, url] of cases) {
    it(`makes ${url} of ${base}`, () => expect(tracesUrl(base)).to.equal(url));
  }

  it('refuses what is no http URL, with the value', () => {
    for (const bad of ['', 'collector:4318', 'ftp://c', '/v1/traces']) {
      expect(() => tracesUrl(bad)).to.throw(TypeError, `"${bad}"`);
    }
  });

  it('adds to the path of any base, and changes nothing else', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), (base) => {
        const before = new URL(base);
        const after = new URL(tracesUrl(base));
        expect(after.pathname).to.equal(`${before.pathname.replace(/\/$/, '')}/v1/traces`);
        expect([after.origin, after.search]).to.deep.equal([before.origin, before.search]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('OTLPTraceExporter, options', () => {
  const bad: [what: string, options: object, message: string | RegExp][] = [
    ['url', { url: 'localhost:4318' }, '"localhost:4318"'],
    ['url', { url: 'grpc://c:4317' }, '"grpc://c:4317"'],
    ['protocol', { protocol: 'http/xml' }, 'http/protobuf, http/json, grpc, not "http/xml"'],
    ['compression', { compression: 'zip' }, 'none, gzip, not "zip"'],
    ['timeoutMillis', { timeoutMillis: -1 }, /timeoutMillis .* not -1/],
    ['timeoutMillis', { timeoutMillis: NaN }, /timeoutMillis .* not NaN/],
    ['timeoutMillis', { timeoutMillis: '10' }, /timeoutMillis .* not 10/],
    ['maxRequestBytes', { maxRequestBytes: 0 }, /maxRequestBytes .* not 0/],
    ['maxResponseBytes', { maxResponseBytes: -5 }, /maxResponseBytes .* not -5/],
    ['maxBackoffMillis', { maxBackoffMillis: 0 }, /maxBackoffMillis .* not 0/],
    ['concurrencyLimit', { concurrencyLimit: 0 }, /concurrencyLimit .* not 0/],
    ['maxQueueBytes', { maxQueueBytes: 0 }, /maxQueueBytes .* not 0/],
    ['maxAgeMillis', { maxAgeMillis: -1 }, /maxAgeMillis .* not -1/],
    ['url', { url: 4318 }, 'url must be text, not "4318"'],
    ['url', { url: 'unix:' }, '"unix:"'],
    ['socketPath', { socketPath: 1 }, 'socketPath must be text, not "1"'],
    ['userAgent', { userAgent: 'a\r\nb' }, /userAgent must be text/],
    ['userAgent', { userAgent: ' ' }, /userAgent must be text/],
    ['headers', { headers: 'a=b' }, /headers .* not a=b/],
    ['a header name', { headers: { 'a b': 'c' } }, '"a b"'],
    ['a header value', { headers: { a: 'secret\r\nx: y' } }, 'the value of "a"'],
    ['a header value', { headers: { a: 1 } }, 'the value of "a"'],
  ];
  for (const [what, options, message] of bad) {
    it(`refuses ${what}: ${JSON.stringify(options)}`, () => {
      expect(() => new OTLPTraceExporter(options)).to.throw(TypeError, message);
    });
  }

  it('does not tell the value of a header, which may be a secret', () => {
    const headers = { authorization: 'Bearer abc\u0000' };
    expect(() => new OTLPTraceExporter({ headers })).to.throw(TypeError, /^(?!.*abc)/);
  });

  it('takes 0 and Infinity as no time limit (E-CFG-07)', () => {
    for (const timeoutMillis of [0, Infinity]) {
      expect(() => new OTLPTraceExporter({ timeoutMillis })).to.not.throw();
    }
  });
});
