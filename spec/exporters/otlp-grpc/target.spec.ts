import { expect } from 'chai';
import fc from 'fast-check';
import { parseGrpcTarget } from '../../../exporters/otlp/grpc-target.js';

describe('parseGrpcTarget', () => {
  const at = (host: string, port: number) => ({ host, port });
  const cases: [endpoint: string, name: string, secure: boolean, address: object][] = [
    ['http://localhost:4317', 'dns:localhost:4317', false, at('localhost', 4317)],
    ['https://c.example:4317', 'dns:c.example:4317', true, at('c.example', 4317)],
    ['HTTPS://C.example:4317/', 'dns:c.example:4317', true, at('c.example', 4317)],
    ['http://c.example', 'dns:c.example:80', false, at('c.example', 80)],
    ['https://c.example/v1/traces?a#b', 'dns:c.example:443', true, at('c.example', 443)],
    ['http://[::1]:4317', 'dns:[::1]:4317', false, at('::1', 4317)],
    ['http://127.0.0.1:4317', 'dns:127.0.0.1:4317', false, at('127.0.0.1', 4317)],
    ['c.example:4317', 'dns:c.example:4317', true, at('c.example', 4317)],
    ['localhost:4317', 'dns:localhost:4317', true, at('localhost', 4317)],
    ['c.example', 'dns:c.example:443', true, at('c.example', 443)],
    ['10.0.0.1:1', 'dns:10.0.0.1:1', true, at('10.0.0.1', 1)],
    ['[fe80::1%eth0]:65535', 'dns:[fe80::1%eth0]:65535', true, at('fe80::1%eth0', 65_535)],
    ['::1', 'dns:[::1]:443', true, at('::1', 443)],
    ['dns:c:4317', 'dns:c:4317', true, at('c', 4317)],
    ['dns:///c:4317', 'dns:///c:4317', true, at('c', 4317)],
    ['dns://8.8.8.8/c:4317', 'dns://8.8.8.8/c:4317', true, at('c', 4317)],
    ['ipv4:1.2.3.4:5,6.7.8.9', 'ipv4:1.2.3.4:5,6.7.8.9:443', true, at('1.2.3.4', 5)],
    ['ipv6:[::1]:4317', 'ipv6:[::1]:4317', true, at('::1', 4317)],
    ['unix:/run/otel.sock', 'unix:/run/otel.sock', false, { path: '/run/otel.sock' }],
    ['unix:///run/otel.sock', 'unix:/run/otel.sock', false, { path: '/run/otel.sock' }],
    ['unix:otel.sock', 'unix:otel.sock', false, { path: 'otel.sock' }],
  ];
  for (const [endpoint, name, secure, address] of cases) {
    it(`takes ${endpoint} (E-CFG-13)`, () => {
      expect(parseGrpcTarget(endpoint)).to.deep.equal({ name, secure, address });
    });
  }

  it('lets the scheme of a URL decide on TLS, whatever insecure says (E-CFG-12)', () => {
    for (const insecure of [true, false]) {
      expect(parseGrpcTarget('http://c:1', insecure).secure).to.equal(false);
      expect(parseGrpcTarget('https://c:1', insecure).secure).to.equal(true);
    }
  });

  it('lets insecure decide for names (E-CFG-12)', () => {
    for (const endpoint of ['c:1', 'dns:c:1', 'unix:/c']) {
      expect(parseGrpcTarget(endpoint, true).secure).to.equal(false);
      expect(parseGrpcTarget(endpoint, false).secure).to.equal(true);
    }
  });

  const unusable = [
    '',
    ' ',
    'a b:1',
    'c:0',
    'c:65536',
    'c:port',
    'c:1:2',
    'c:4317/v1/traces',
    ':4317',
    '[::1:4317',
    'ftp://c:1',
    'grpc://c:1',
    'http://',
    'http://c:99999',
    'http://c:0',
    'unix:',
    'unix://host/path',
    'ipv4:',
    'ipv4:1.2.3.4,',
    'dns://8.8.8.8/',
  ];
  for (const endpoint of unusable) {
    it(`refuses "${endpoint}", and says so`, () => {
      expect(() => parseGrpcTarget(endpoint)).to.throw(TypeError, `not "${endpoint}"`);
    });
  }

  it('refuses credentials in a URL, without repeating them', () => {
    for (const endpoint of ['https://me:secret@c:1', 'https://secret@c:1', 'x://me:secret@c']) {
      expect(() => parseGrpcTarget(endpoint))
        .to.throw(TypeError)
        .with.property('message')
        .that.does.not.contain('secret');
    }
  });

  it('takes or refuses any text', () => {
    const part = fc.constantFrom('dns:', 'ipv6:', 'unix:', 'http:', 'https:', '//', '1', '::', 'a');
    const sign = fc.constantFrom('[', ']', '/', ',', '@', '.', ':', '%', '0', '99999', ' ');
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.oneof(part, sign) }));
    fc.assert(
      fc.property(text, (endpoint) => {
        try {
          const { name, address } = parseGrpcTarget(endpoint);
          expect(name).to.match(/^(dns|ipv4|ipv6|unix):./s);
          if ('port' in address) expect(address.port).to.be.within(1, 65_535);
          if ('host' in address) expect(address.host).to.match(/^[^[\]/,]+$/);
        } catch (error) {
          expect(error).to.be.instanceOf(TypeError);
        }
      }),
    );
  });
});
