import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseAuthority, readForwarded } from '../../instrumentation/forwarded.js';

describe('readForwarded', () => {
  const none = { for: undefined, host: undefined, proto: undefined };
  const cases: [string, Record<string, string>, object][] = [
    [
      'the example of RFC 7239',
      { forwarded: 'for=192.0.2.43, for="[2001:db8:cafe::17]"' },
      { for: '192.0.2.43' },
    ],
    [
      'a quoted address with a port',
      { forwarded: 'for="[2001:db8::1]:80"' },
      { for: '2001:db8::1' },
    ],
    [
      'spaces and capitals',
      { forwarded: ' FOR = 1.2.3.4 ; Proto=HTTP ' },
      { for: '1.2.3.4', proto: 'http' },
    ],
    ['an escaped quote', { forwarded: 'host="a\\"b"' }, { host: 'a"b' }],
    ['a comma in quotes', { forwarded: 'host="a,b";proto=https' }, { host: 'a,b', proto: 'https' }],
    ['the first of a repeated name', { forwarded: 'host=a;host=b' }, { host: 'a' }],
    [
      'a client that hides itself',
      { forwarded: 'for=_hidden', 'x-forwarded-for': '1.2.3.4' },
      { for: '1.2.3.4' },
    ],
    ['a client that is not known', { forwarded: 'for=Unknown;host=a' }, { host: 'a' }],
    [
      'a scheme that is no web scheme',
      { forwarded: 'proto=gopher', 'x-forwarded-proto': 'https' },
      { proto: 'https' },
    ],
    ['nonsense', { forwarded: '=;;;=,"' }, {}],
    ['what came before nonsense', { forwarded: 'host=a;;;' }, { host: 'a' }],
    ['ports in X-Forwarded-For', { 'x-forwarded-for': '1.2.3.4:80 , 5.6.7.8' }, { for: '1.2.3.4' }],
    ['an empty list', { 'x-forwarded-host': ' , b' }, {}],
  ];
  for (const [what, headers, expected] of cases) {
    it(`reads ${what} (C-HTS-04, C-HTS-05, C-HTS-06)`, () => {
      expect(readForwarded(headers)).to.deep.equal({ ...none, ...expected });
    });
  }

  it('never throws, and is quick on long nonsense', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('for=', '"', '\\', ';', ',', 'a', ' ') }),
        (text) => {
          readForwarded({ forwarded: text, 'x-forwarded-for': text, 'x-forwarded-proto': text });
        },
      ),
    );
    const started = performance.now();
    readForwarded({ forwarded: `for="${'\\'.repeat(16_000)}` });
    readForwarded({ forwarded: ' '.repeat(16_000) });
    expect(performance.now() - started).to.be.below(1000);
  });
});

describe('parseAuthority', () => {
  const cases: [string, object | undefined][] = [
    ['host', { address: 'host' }],
    ['host:80', { address: 'host', port: 80 }],
    ['1.2.3.4:65535', { address: '1.2.3.4', port: 65535 }],
    ['[::1]', { address: '::1' }],
    ['[::1]:8080', { address: '::1', port: 8080 }],
    ['2001:db8::1', { address: '2001:db8::1' }],
    ['user:pass@host:80', { address: 'host', port: 80 }],
    ['host:', { address: 'host' }],
    ['host:65536', { address: 'host' }],
    ['host:http', { address: 'host' }],
    ['[::1', { address: '[::1' }],
    ['', undefined],
    [':80', undefined],
    ['[]:80', undefined],
  ];
  for (const [value, expected] of cases) {
    it(`takes "${value}" apart (C-HTS-04)`, () => {
      expect(parseAuthority(value)).to.deep.equal(expected);
    });
  }

  it('finds what URL finds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.domain(),
          fc.ipV4(),
          fc.ipV6().map((ip) => `[${ip}]`),
        ),
        fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined }),
        (host, port) => {
          const value = port === undefined ? host : `${host}:${port}`;
          const address = host.startsWith('[') ? host.slice(1, -1) : host;
          expect(parseAuthority(value)).to.deep.equal(
            port === undefined ? { address } : { address, port },
          );
        },
      ),
    );
  });
});
