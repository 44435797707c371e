import { expect } from 'chai';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ended, exchange, quiet } from '../support/app.js';
import { thrower, type Serving } from './http-server-serving.js';

/** How spans are named, and how they describe request and response. */
export function servedRequests(served: Serving): void {
  const { server, route, h, sampled, warnings, start, get, onlySpan, spanOf } = served;

  describe('span', () => {
    it('is of kind server, of its own scope, and named by method and route (C-HTS-01, C-HTTP-01)', async () => {
      const span = await spanOf();
      expect(span.kind).to.equal(SpanKind.SERVER);
      expect(span.name).to.equal(`GET ${route}`);
      expect(span.attributes['http.route']).to.equal(route);
      expect(span.instrumentationScope.name).to.equal(server.scope);
    });

    it('is named by the method alone where no route matched, never by the path (C-HTTP-01, C-HTS-02)', async () => {
      await get(`${await start()}/nowhere/42`);
      const span = await onlySpan();
      expect(span.name).to.equal('GET');
      expect(span.attributes).to.not.have.property('http.route');
      expect(span.attributes['http.response.status_code']).to.equal(404);
    });

    it('is one for each request on a connection', async () => {
      const url = await start();
      const request = (last: string) =>
        `GET /users/1 HTTP/1.1\r\nHost: h\r\nConnection: ${last}\r\n\r\n`;
      await exchange(url, request('keep-alive') + request('keep-alive') + request('close'));
      const spans = await ended(h, 3);
      expect(spans).to.have.length(3);
      expect(new Set(spans.map((span) => span.spanContext().traceId)).size).to.equal(3);
    });

    it('gets its name from the option', async () => {
      const names: string[] = [];
      const spanName = (_ctx: never, name: string) => {
        names.push(name);
        return 'chosen';
      };
      const span = await spanOf(undefined, { spanName });
      expect(span.name).to.equal('chosen');
      expect(names).to.deep.equal([`GET ${route}`]);
    });

    for (const [what, spanName] of [
      ['throws', thrower],
      ['returns no name', () => undefined as never],
    ] as const) {
      it(`keeps its name where the option ${what}`, async () => {
        const span = await spanOf(undefined, { spanName });
        expect(span.name).to.equal(`GET ${route}`);
        expect(warnings.join()).to.include('spanName');
      });
    }
  });

  describe('request', () => {
    it('is described before the sampler decides (C-HTTP-13, C-HTS-01, C-HTS-04, C-HTS-06)', async () => {
      const url = await start(undefined, { requestHeaders: ['X-Tenant'] });
      await get(`${url}/users/42?a=1&sig=secret`, { 'user-agent': 'spec/1', 'x-tenant': 't' });
      await onlySpan();
      expect(sampled).to.have.length(1);
      const { 'network.peer.port': peerPort, ...rest } = sampled[0]!;
      expect(peerPort).to.be.a('number');
      expect(rest).to.deep.equal({
        'http.request.method': 'GET',
        'url.path': '/users/42',
        'url.query': 'a=1&sig=REDACTED',
        'url.scheme': 'http',
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(url).port),
        'client.address': '127.0.0.1',
        'network.peer.address': '127.0.0.1',
        'network.protocol.version': '1.1',
        'user_agent.original': 'spec/1',
        'http.request.header.x-tenant': ['t'],
      });
    });

    it('has its query redacted by a list of its own (C-HTS-03, C-HTC-06)', async () => {
      const url = await start(undefined, { sensitiveQueryParameters: ['token'] });
      await get(`${url}/users/42?token=secret&sig=shown`);
      expect((await onlySpan()).attributes['url.query']).to.equal('token=REDACTED&sig=shown');
    });

    it('has no query where there is none (C-HTS-03)', async () => {
      expect((await spanOf()).attributes).to.not.have.property('url.query');
    });

    it('keeps a method that is not known apart (C-HTTP-02, C-HTTP-03)', async () => {
      const url = await start();
      await exchange(url, 'PROPFIND /users/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
      const { name, attributes } = await onlySpan();
      expect(name).to.equal(`HTTP ${route}`);
      expect(attributes['http.request.method']).to.equal('_OTHER');
      expect(attributes['http.request.method_original']).to.equal('PROPFIND');
    });

    it('knows the methods of the option, and only those (C-HTTP-04)', async () => {
      const span = await spanOf(undefined, { knownMethods: ['PROPFIND'] });
      expect(span.attributes['http.request.method']).to.equal('_OTHER');
    });

    it('captures no header that was not chosen (C-HTTP-10)', async () => {
      const { attributes } = await spanOf(undefined, {}, { 'x-tenant': 't', cookie: 'secret' });
      expect(Object.keys(attributes).filter((key) => key.includes('header'))).to.deep.equal([]);
    });

    it('believes no forwarding headers where no proxy is trusted (C-HTS-04, C-HTS-05, C-HTS-06)', async () => {
      const { attributes } = await spanOf(
        undefined,
        {},
        {
          forwarded: 'for=9.9.9.9;host=evil:1;proto=https',
          'x-forwarded-for': '9.9.9.9',
          'x-forwarded-host': 'evil',
          'x-forwarded-proto': 'https',
        },
      );
      expect(attributes['client.address']).to.equal('127.0.0.1');
      expect(attributes['server.address']).to.equal('127.0.0.1');
      expect(attributes['url.scheme']).to.equal('http');
    });

    it('without a host has no server address (C-HTS-04)', async () => {
      await exchange(await start(), 'GET /users/1 HTTP/1.0\r\n\r\n');
      const { attributes } = await onlySpan();
      expect(attributes).to.not.have.property('server.address');
      expect(attributes['network.protocol.version']).to.equal('1.0');
    });

    it('of which nothing is to be traced leaves no span, and none inside it', async () => {
      const handler = () => {
        h.tracer.startSpan('inside').end();
        return { body: 'ok' };
      };
      const { data } = await get(`${await start(handler, { ignore: () => true })}/users/42`);
      await quiet();
      expect(data).to.equal('ok');
      expect(h.spans()).to.deep.equal([]);
    });

    it('is traced where the question whether to ignore it throws, which is told once', async () => {
      const url = await start(undefined, { ignore: thrower });
      await get(`${url}/users/1`);
      const { status } = await get(`${url}/users/2`);
      await ended(h, 2);
      expect(status).to.equal(200);
      expect(warnings.filter((warning) => warning.includes('ignore'))).to.have.length(1);
    });
  });

  describe('response', () => {
    for (const status of [200, 204, 302, 400, 404, 499]) {
      it(`of ${status} leaves the status unset (C-HTTP-05, C-HTTP-06, C-GEN-04)`, async () => {
        const span = await spanOf(() => ({ status }));
        expect(span.attributes['http.response.status_code']).to.equal(status);
        expect(span.status).to.deep.equal({ code: SpanStatusCode.UNSET });
        expect(span.attributes).to.not.have.property('error.type');
      });
    }

    for (const status of [500, 503, 599]) {
      it(`of ${status} is an error without a description (C-HTTP-06, C-HTTP-07, C-HTTP-08)`, async () => {
        const span = await spanOf(() => ({ status }));
        expect(span.attributes['http.response.status_code']).to.equal(status);
        expect(span.status).to.deep.equal({ code: SpanStatusCode.ERROR });
        expect(span.attributes['error.type']).to.equal(String(status));
        expect(span.events).to.deep.equal([]);
      });
    }

    it('has its chosen headers captured (C-HTTP-10)', async () => {
      const reply = { headers: { 'x-cache': 'hit', 'x-other': 'no' }, body: 'ok' };
      const { attributes } = await spanOf(() => reply, { responseHeaders: ['X-Cache'] });
      expect(attributes['http.response.header.x-cache']).to.deep.equal(['hit']);
      expect(attributes).to.not.have.property('http.response.header.x-other');
    });
  });
}
