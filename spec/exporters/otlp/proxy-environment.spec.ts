import { BlockList } from 'node:net';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { isKnownToNode, proxyFor, proxyOptions } from '../../../exporters/otlp/proxy.js';

const PROXY = 'http://proxy.test:3128';

describe('proxyFor', () => {
  const of = (url: string, env: Record<string, string>) => proxyFor(new URL(url), env);

  const choices: [what: string, url: string, env: Record<string, string>, proxy?: string][] = [
    ['none', 'http://a.test/', {}],
    ['http_proxy for http', 'http://a.test/', { http_proxy: PROXY }, PROXY],
    ['not http_proxy for https', 'https://a.test/', { http_proxy: PROXY }],
    ['https_proxy for https', 'https://a.test/', { https_proxy: PROXY }, PROXY],
    ['not https_proxy for http', 'http://a.test/', { https_proxy: PROXY }],
    ['upper case', 'https://a.test/', { HTTPS_PROXY: PROXY }, PROXY],
    ['lower case first', 'http://a.test/', { HTTP_PROXY: 'http://b', http_proxy: PROXY }, PROXY],
    ['upper case, lower is empty', 'http://a.test/', { HTTP_PROXY: PROXY, http_proxy: '' }, PROXY],
    ['no scheme: http', 'http://a.test/', { http_proxy: 'proxy.test:3128' }, PROXY],
    ['another scheme', 'http://a.test/', { http_proxy: 'socks5://b' }, 'socks5://b'],
  ];
  for (const [what, url, env, proxy] of choices) {
    it(`chooses by the scheme: ${what}`, () => expect(of(url, env)).to.equal(proxy));
  }

  for (const host of [
    'localhost',
    'a.localhost',
    'localhost.',
    '127.0.0.1',
    '127.8.0.9',
    '[::1]',
  ]) {
    it(`chooses none for this machine: ${host}`, () => {
      expect(of(`http://${host}:4318/`, { http_proxy: PROXY })).to.equal(undefined);
    });
  }
  for (const host of ['localhost.test', '128.0.0.1', '[::2]', '127.0.0.1.test']) {
    it(`does not take ${host} for this machine`, () => {
      expect(of(`http://${host}:4318/`, { http_proxy: PROXY })).to.equal(PROXY);
    });
  }

  const exempt: [list: string, yes: string[], no: string[]][] = [
    ['*', ['a.test', '10.0.0.1', '[fe80::1]'], []],
    ['a.test', ['a.test', 'A.test', 'b.a.test', 'a.test.'], ['ba.test', 'test', 'a.test.b']],
    ['.a.test', ['a.test', 'b.a.test'], ['ba.test']],
    ['*.a.test', ['b.a.test', 'c.b.a.test'], ['ba.test']],
    [' x.test , a.test', ['a.test', 'x.test'], ['y.test']],
    ['x.test a.test', ['a.test'], ['y.test']],
    ['a.test:4318', ['a.test:4318'], ['a.test', 'a.test:43180']],
    ['a.test:80', ['a.test', 'a.test:80'], ['a.test:81']],
    ['10.0.0.1', ['10.0.0.1', '10.0.0.1:99'], ['10.0.0.10', '10.0.0.1.test']],
    ['10.0.0.1:99', ['10.0.0.1:99'], ['10.0.0.1']],
    ['10.0.0.0/8', ['10.0.0.1', '10.255.9.9'], ['11.0.0.1', 'a.test']],
    ['fe80::1', ['[fe80::1]', '[fe80:0:0::1]:99'], ['[fe80::2]', '10.0.0.1']],
    ['[fe80::1]', ['[fe80::1]:99'], ['[fe80::2]']],
    ['[fe80::1]:99', ['[fe80::1]:99'], ['[fe80::1]']],
    ['fe80::/10', ['[fe80::9]'], ['[2001::9]', '254.128.0.1']],
    [', ,', [], ['a.test']],
    ['10.0.0.0/99,:,[,]:9,/,/8,*.', [], ['a.test', '10.0.0.1']],
  ];
  for (const [list, yes, no] of exempt) {
    it(`chooses none for what no_proxy names: ${JSON.stringify(list)}`, () => {
      for (const name of ['no_proxy', 'NO_PROXY']) {
        const env = { http_proxy: PROXY, [name]: list };
        for (const host of yes) expect(of(`http://${host}/`, env), host).to.equal(undefined);
        for (const host of no) expect(of(`http://${host}/`, env), host).to.equal(PROXY);
      }
    });
  }

  it('takes any text for a list of names, and throws nothing', () => {
    const urls = fc.constantFrom('http://a.test/', 'http://10.0.0.1:5/', 'http://[fe80::1]/');
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom(...':/[]*.,10af '.split('')) }),
    );
    fc.assert(
      fc.property(urls, text, text, (url, proxy, list) => {
        const chosen = of(url, { http_proxy: proxy, no_proxy: list });
        expect(chosen === undefined || chosen.endsWith(proxy)).to.equal(true);
      }),
    );
  });

  it('knows the addresses of a range', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), (host, net, bits) => {
        fc.pre(!host.startsWith('127.'));
        const range = new BlockList();
        range.addSubnet(net, bits);
        const env = { http_proxy: PROXY, no_proxy: `a.test,${net}/${bits}` };
        expect(of(`http://${host}/`, env) === undefined).to.equal(range.check(host));
      }),
    );
  });
});

describe('proxyOptions', () => {
  it('is for the Nodes whose agents use proxies', () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const since: Record<number, number> = { 22: 21, 24: 5 };
    expect(isKnownToNode()).to.equal(major >= 25 || minor >= (since[major] ?? Infinity));
  });

  for (const proxy of ['socks5://proxy.test', 'ftp://proxy.test', 'http://', 'http://[']) {
    it(`is none for ${proxy}`, () => expect(proxyOptions(proxy)).to.equal(undefined));
  }
});
