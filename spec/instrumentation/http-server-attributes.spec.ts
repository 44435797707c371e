import { expect } from 'chai';
import {
  parseTarget,
  serverRequestAttributes,
} from '../../instrumentation/http-server-attributes.js';
import { requestMethod } from '../../instrumentation/http.js';

describe('parseTarget', () => {
  const cases: [string, string, string | undefined][] = [
    ['/a/b?c=d', '/a/b', 'c=d'],
    ['/a?', '/a', ''],
    ['/a?b?c', '/a', 'b?c'],
    ['/', '/', undefined],
    ['*', '*', undefined],
    ['//a//b', '//a//b', undefined],
    ['/a#b?c', '/a', undefined],
    ['/a?b#c', '/a', 'b'],
    ['http://user:pass@host:80/a?b', '/a', 'b'],
    ['http://host', '/', undefined],
    ['http://host?a', '/', 'a'],
    ['', '/', undefined],
  ];
  for (const [target, path, query] of cases) {
    it(`finds path and query of "${target}" (C-HTS-01, C-HTS-03)`, () => {
      expect(parseTarget(target)).to.deep.equal({ path, query });
    });
  }
});

describe('serverRequestAttributes', () => {
  const request = { headers: {}, httpVersion: '1.1', socket: {} };
  const method = requestMethod('GET');

  it('has what is required, of a connection that is gone (C-HTS-01)', () => {
    expect(serverRequestAttributes(request, '/a', method, undefined, new Set())).to.deep.equal({
      'http.request.method': 'GET',
      'url.path': '/a',
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
    });
  });

  it('knows TLS, and its port (C-HTS-04, C-HTS-05)', () => {
    const secure = { ...request, headers: { host: 'shop' }, socket: { encrypted: true } };
    expect(serverRequestAttributes(secure, '/', method, undefined, new Set())).to.include({
      'url.scheme': 'https',
      'server.address': 'shop',
      'server.port': 443,
    });
  });

  it('prefers the authority of HTTP/2 to Host (C-HTS-04)', () => {
    const two = { ...request, headers: { ':authority': 'shop:81', host: 'other' } };
    expect(serverRequestAttributes(two, '/', method, undefined, new Set())).to.include({
      'server.address': 'shop',
      'server.port': 81,
    });
  });

  for (const [version, shown] of [
    ['1.0', '1.0'],
    ['1.1', '1.1'],
    ['2.0', '2'],
    ['3.0', '3'],
  ] as const) {
    it(`calls HTTP/${version} "${shown}" (C-HTTP-11)`, () => {
      const attributes = serverRequestAttributes(
        { ...request, httpVersion: version },
        '/',
        method,
        undefined,
        new Set(),
      );
      expect(attributes['network.protocol.version']).to.equal(shown);
      expect(attributes).to.not.have.property('network.protocol.name');
    });
  }
});
