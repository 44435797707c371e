import { expect } from 'chai';
import type { Attributes } from '@opentelemetry/api';
import * as fc from 'fast-check';
import {
  capturedHeaders,
  errorType,
  KNOWN_METHODS,
  knownMethods,
  redactQuery,
  redactUrl,
  requestMethod,
  sensitiveQueryParameters,
} from '../../instrumentation/http.js';
import { harness } from '../support/harness.js';

describe('requestMethod', () => {
  for (const method of KNOWN_METHODS) {
    it(`knows ${method} (C-HTTP-03)`, () => {
      expect(requestMethod(method)).to.deep.equal({ method, spanName: method });
    });
  }

  for (const method of ['PROPFIND', 'get', 'Post', 'MADEUP', '']) {
    it(`makes _OTHER of "${method}", and HTTP in the name (C-HTTP-02, C-HTTP-03)`, () => {
      expect(requestMethod(method)).to.deep.equal({
        method: '_OTHER',
        original: method,
        spanName: 'HTTP',
      });
    });
  }

  it('takes no method for GET', () => {
    expect(requestMethod(undefined).method).to.equal('GET');
  });

  it('takes a list of its own in place of the default one (C-HTTP-04, V-19)', () => {
    const known = knownMethods(['PROPFIND']);
    expect(requestMethod('PROPFIND', known).method).to.equal('PROPFIND');
    expect(requestMethod('GET', known).method).to.equal('_OTHER');
  });

  it('refuses a list with something that is no name', () => {
    for (const list of [['GET', ''], 'GET', [undefined]]) {
      expect(() => knownMethods(list as string[])).to.throw(TypeError, /knownMethods/);
    }
  });
});

describe('redactUrl', () => {
  const credentials: [string, string][] = [
    ['https://user:pass@host/path', 'https://REDACTED:REDACTED@host/path'],
    ['https://user@host', 'https://REDACTED:REDACTED@host'],
    ['http://us%40er:p@ss@host:80/?a=b@c', 'http://REDACTED:REDACTED@host:80/?a=b@c'],
    ['//user:pass@host/', '//REDACTED:REDACTED@host/'],
    // URL parsers read these as if they had two slashes.
    ['https:user:pass@host/', 'https:REDACTED:REDACTED@host/'],
    ['https:\\\\user:pass@host/', 'https:\\\\REDACTED:REDACTED@host/'],
    [' https://user:pass@host/', ' https://REDACTED:REDACTED@host/'],
  ];
  for (const [url, shown] of credentials) {
    it(`hides the credentials of ${JSON.stringify(url)} (C-HTC-05)`, () => {
      expect(redactUrl(url)).to.equal(shown);
    });
  }

  for (const url of [
    'https://host/@user:pass@',
    'https://host?mail=a@b.c',
    'https://host#a@b',
    '/path/a@b',
    'path?x=http://u:p@h',
    '',
  ]) {
    it(`leaves ${JSON.stringify(url)} as it is`, () => {
      expect(redactUrl(url)).to.equal(url);
    });
  }

  it('hides sensitive query values, and keeps keys, order, spelling and fragment (C-HTC-06)', () => {
    expect(
      redactUrl('https://h/p%20q?b=%7e&sig=ab%20c&a=&Signature=x==#sig=kept?sig=kept'),
    ).to.equal('https://h/p%20q?b=%7e&sig=REDACTED&a=&Signature=REDACTED#sig=kept?sig=kept');
  });

  it('takes a question mark in the fragment for no query', () => {
    expect(redactUrl('https://h/#a?sig=1')).to.equal('https://h/#a?sig=1');
  });

  it('shows no credentials that the URL parser finds', () => {
    const word = fc.stringMatching(/^[a-z0-9%@:&=.]{1,8}$/);
    fc.assert(
      fc.property(
        word,
        word,
        fc.constantFrom('//', '/', '', '\\/'),
        word,
        (user, pass, slash, path) => {
          const shown = redactUrl(`https:${slash}${user}x:secret${pass}@host/${path}`);
          expect(shown).to.not.include('secret');
          expect(shown.endsWith(`host/${path}`)).to.equal(true);
        },
      ),
    );
  });

  it('is done after the first time, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ withQueryParameters: true })), (url) => {
        const once = redactUrl(url);
        expect(redactUrl(once)).to.equal(once);
      }),
      { numRuns: 40 },
    );
  });
});

describe('redactQuery', () => {
  for (const name of [
    'X-Amz-Signature',
    'X-Amz-Credential',
    'X-Amz-Security-Token',
    'AWSAccessKeyId',
    'Signature',
    'sig',
    'X-Goog-Signature',
  ]) {
    it(`hides the value of ${name} (C-HTC-06)`, () => {
      expect(redactQuery(`a=1&${name}=secret&b=2`)).to.equal(`a=1&${name}=REDACTED&b=2`);
    });
  }

  it('compares case-sensitively (C-HTC-06)', () => {
    expect(redactQuery('SIG=1&signature=2')).to.equal('SIG=1&signature=2');
  });

  it('knows a key that is percent-encoded', () => {
    expect(redactQuery('s%69g=1&%=2')).to.equal('s%69g=REDACTED&%=2');
  });

  it('hides each of several values', () => {
    expect(redactQuery('sig=1&sig=2&sig')).to.equal('sig=REDACTED&sig=REDACTED&sig');
  });

  it('takes a list of its own in place of the default one (C-HTC-06)', () => {
    expect(redactQuery('sig=1&token=2', sensitiveQueryParameters(['token']))).to.equal(
      'sig=1&token=REDACTED',
    );
    expect(redactQuery('sig=1', sensitiveQueryParameters([]))).to.equal('sig=1');
  });

  it('does what a split by & would do', () => {
    const part = fc.stringMatching(/^(sig|a|)(=[a-z=]{0,3})?$/);
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const expected = parts.map((p) => (p.startsWith('sig=') ? 'sig=REDACTED' : p)).join('&');
        expect(redactQuery(parts.join('&'))).to.equal(expected);
      }),
    );
  });
});

describe('capturedHeaders', () => {
  const h = harness();
  const headers: Record<string, string | string[] | number> = {
    'x-one': 'a',
    'set-cookie': ['b', 'c'],
    'content-length': 3,
  };
  const get = (name: string) => headers[name];

  it('puts the chosen headers into attributes, as lists (C-HTTP-10)', () => {
    const attributes: Attributes = {};
    capturedHeaders('request', ['X-One', 'X-Missing'])(get, attributes);
    expect(attributes).to.deep.equal({ 'http.request.header.x-one': ['a'] });
  });

  it('puts the chosen headers on a span, as lists (C-HTTP-10)', () => {
    const span = h.tracer.startSpan('spec');
    capturedHeaders('response', ['set-cookie', 'content-length'])(get, span);
    span.end();
    expect(h.span('spec').attributes).to.deep.equal({
      'http.response.header.set-cookie': ['b', 'c'],
      'http.response.header.content-length': ['3'],
    });
  });

  it('captures nothing that was not named (C-HTTP-10)', () => {
    const attributes: Attributes = {};
    capturedHeaders('request', [])(get, attributes);
    expect(attributes).to.deep.equal({});
  });

  it('refuses what is no header name', () => {
    expect(() => capturedHeaders('request', ['']), 'empty').to.throw(TypeError, 'requestHeaders');
    expect(() => capturedHeaders('response', [7 as never])).to.throw(TypeError, '[7]');
  });
});

describe('errorType', () => {
  class PaymentError extends Error {}
  const cases: [string, unknown, string][] = [
    ['a code', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    ['a class', new TypeError('x'), 'TypeError'],
    ['a class that sets no name', new PaymentError('x'), 'PaymentError'],
    [
      'a code that is a sentence',
      Object.assign(new RangeError('x'), { code: 'no room' }),
      'RangeError',
    ],
    ['a plain object', { message: 'x' }, '_OTHER'],
    ['a string', 'failed for user 42', '_OTHER'],
    ['nothing', undefined, '_OTHER'],
  ];
  for (const [what, error, type] of cases) {
    it(`is ${type} for ${what} (C-HTTP-08)`, () => {
      expect(errorType(error)).to.equal(type);
    });
  }

  it('does not throw when the error does', () => {
    const nasty = Object.defineProperty(new Error('x'), 'code', {
      get: () => {
        throw new Error('nasty');
      },
    });
    expect(errorType(nasty)).to.equal('_OTHER');
  });
});
