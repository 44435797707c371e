import { expect } from 'chai';
import fc from 'fast-check';
import { serverOf } from '../../instrumentation/url-server.js';

/** What the platform's parser says, with nothing remembered. */
function expected(url: string) {
  // Not by `URL.canParse`, which refuses some names with other letters on Node 20.
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return undefined;
  }
  const { protocol, hostname, port } = parsed;
  const standard = { 'http:': 80, 'https:': 443 }[protocol];
  return {
    isHttp: standard !== undefined,
    address: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (standard ?? 0),
  };
}

describe('serverOf', () => {
  const cases: [string, { address: string; port: number } | undefined][] = [
    ['http://shop.test/orders?page=3', { address: 'shop.test', port: 80 }],
    ['https://shop.test', { address: 'shop.test', port: 443 }],
    ['https://SHOP.test:8443#top', { address: 'shop.test', port: 8443 }],
    ['http://[::1]:3000/x', { address: '::1', port: 3000 }],
    ['http://user:secret@shop.test:81/x', { address: 'shop.test', port: 81 }],
    ['http://shop.test\\@evil.test/', { address: 'shop.test', port: 80 }],
    ['/orders', undefined],
    ['http://', undefined],
  ];
  for (const [url, server] of cases) {
    it(`finds ${server === undefined ? 'none' : `${server.address}:${server.port}`} in ${url}`, () => {
      expect(serverOf(url)).to.deep.equal(server && { isHttp: true, ...server });
    });
  }

  it('tells what is not asked by HTTP', () => {
    expect(serverOf('data:text/plain,http://shop.test/')?.isHttp).to.equal(false);
    expect(serverOf('ws://shop.test/')?.isHttp).to.equal(false);
  });

  it('says what the platform says, also of a server that it remembers', () => {
    const text = fc.string({ unit: fc.constantFrom(...Array.from('ab1.:/?#@\\[]% \t-é')) });
    const scheme = fc.constantFrom(
      'http://',
      'https://',
      'HTTP://',
      'http:/',
      ' http://',
      'ftp://',
      '',
    );
    const url = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.tuple(scheme, text).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(url, (given) => {
        for (const _ of ['new', 'remembered']) {
          expect(serverOf(given)).to.deep.equal(expected(given));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('remembers a bounded number of servers, and is right about all', () => {
    for (let i = 0; i < 1000; i++) {
      expect(serverOf(`http://host-${i}.test/`)?.address).to.equal(`host-${i}.test`);
    }
  });
});
