import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { gunzipSync } from 'node:zlib';
import { context, propagation, trace } from '@opentelemetry/api';
import { Client } from '@grpc/grpc-js';
import { expect } from 'chai';
import { isTracingSuppressed } from '../../../lib/context.js';
import { startGrpcCollector } from '../../support/grpc-collector.js';
import { harness } from '../../support/harness.js';
import { startHttp2Server } from './http2-server.js';
import { BODY, soon, transportTo } from './transporting.js';

const DELIVERED = { kind: 'delivered', rejected: 0, message: '' };

describe('createGrpcTransport, a request', () => {
  it('arrives with all its spans', async () => {
    await using collector = await startGrpcCollector();
    using transport = transportTo(collector.url);
    expect(await transport.attempt(BODY, soon())).to.include(DELIVERED);
    expect(collector.spans()).to.have.length(3);
  });

  it('has the headers and the frame of a unary call (E-CFG-01, E-GRPC-01, E-GRPC-07, E-GRPC-08)', async () => {
    await using server = await startHttp2Server();
    using transport = transportTo(server.url, { headers: { 'X-Key': 'k', 'x-id-bin': 'AQI=' } });
    expect(await transport.attempt(BODY, soon())).to.include(DELIVERED);
    const [{ headers, body }] = server.requests as [(typeof server.requests)[0]];
    expect(headers).to.include({
      ':method': 'POST',
      ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
      'content-type': 'application/grpc',
      te: 'trailers',
      'grpc-timeout': '10000m',
      'x-key': 'k',
    });
    expect(headers['grpc-encoding']).to.equal(undefined);
    expect(Buffer.from(headers['x-id-bin'] as string, 'base64')).to.deep.equal(Buffer.from([1, 2]));
    expect(body[0]).to.equal(0);
    expect(body.readUInt32BE(1)).to.equal(BODY.length);
    expect(body.subarray(5)).to.deep.equal(Buffer.from(BODY));
  });

  it('says who it is, after the user (E-CFG-14)', async () => {
    await using server = await startHttp2Server();
    using transport = transportTo(server.url, { userAgent: 'shop/1.2' });
    await transport.attempt(BODY, soon());
    expect(server.requests[0]!.headers['user-agent']).to.match(
      /^shop\/1\.2 spantree\/\S+ OTel-OTLP-Exporter-JavaScript\/\S+ grpc-node-js\//,
    );
  });

  it('tells no time limit where there is none (E-CFG-07)', async () => {
    await using server = await startHttp2Server();
    using transport = transportTo(server.url, { timeoutMillis: 0 });
    await transport.attempt(BODY, soon());
    expect(server.requests[0]!.headers['grpc-timeout']).to.equal(undefined);
  });

  it('is compressed when that is asked for (E-CFG-08)', async () => {
    await using server = await startHttp2Server();
    using transport = transportTo(server.url, { compression: 'gzip' });
    await transport.attempt(BODY, soon());
    const [{ headers, body }] = server.requests as [(typeof server.requests)[0]];
    expect(headers['grpc-encoding']).to.equal('gzip');
    expect(body[0]).to.equal(1);
    expect(gunzipSync(body.subarray(5))).to.deep.equal(Buffer.from(BODY));
  });

  it('may be a view of a larger buffer', async () => {
    await using server = await startHttp2Server();
    using transport = transportTo(server.url);
    await transport.attempt(new Uint8Array(new ArrayBuffer(100_000), 50, 4).fill(7), soon());
    expect([...server.requests[0]!.body]).to.deep.equal([0, 0, 0, 0, 4, 7, 7, 7, 7]);
  });

  it('asks for headers before each attempt, and tries again when there are none', async () => {
    await using collector = await startGrpcCollector();
    let asked = 0;
    using transport = transportTo(collector.url, {
      headers: async () => {
        if (++asked === 2) throw new Error('no token');
        return { token: String(asked) };
      },
    });
    const results = [];
    for (let i = 0; i < 3; i++) results.push(await transport.attempt(BODY, soon()));
    const [before, failed, after] = results;
    expect(before).to.include(DELIVERED);
    expect(failed).to.include({ kind: 'again', why: 'no token' });
    expect(after).to.include(DELIVERED);
    const tokens = collector.calls.map(({ metadata }) => metadata.get('token')[0]);
    expect(tokens).to.deep.equal(['1', '3']);
  });

  it('is one of many at the same time over one connection (E-GRPC-06)', async () => {
    await using collector = await startGrpcCollector();
    collector.always({ delay: 50 });
    using transport = transportTo(collector.url);
    const begun = performance.now();
    const attempts = Array.from({ length: 20 }, () => transport.attempt(BODY, soon()));
    for (const result of await Promise.all(attempts)) expect(result).to.include(DELIVERED);
    expect(performance.now() - begun).to.be.below(20 * 50);
    expect(collector.connections).to.equal(1);
    expect(collector.spans()).to.have.length(60);
  });

  it('goes through a socket in the file system (E-CFG-13)', async () => {
    const socketPath = `${tmpdir()}/spantree-grpc-${process.pid}.sock`;
    await using collector = await startGrpcCollector({ socketPath });
    for (const url of [`unix:${socketPath}`, `unix://${socketPath}`]) {
      using transport = transportTo(url);
      expect(await transport.attempt(BODY, soon())).to.include(DELIVERED);
    }
    expect(collector.spans()).to.have.length(6);
  });

  it('goes to a name without a scheme, insecurely when that is said (E-CFG-12)', async () => {
    await using collector = await startGrpcCollector();
    const name = `localhost:${collector.port}`;
    using transport = transportTo(name, { insecure: true });
    expect(await transport.attempt(BODY, soon())).to.include(DELIVERED);
    using secure = transportTo(name);
    expect(await secure.attempt(BODY, soon())).to.have.property('kind', 'again');
    expect(collector.spans()).to.have.length(3);
  });

  it('goes through the proxy that the environment names', async () => {
    await using collector = await startGrpcCollector();
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request: IncomingMessage, socket: Socket) => {
      asked.push(request.url ?? '');
      const inner = connect(collector.port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        inner.pipe(socket).pipe(inner);
      });
      inner.on('error', () => {});
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    process.env['grpc_proxy'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      using transport = transportTo('http://backend.invalid:4317');
      expect(await transport.attempt(BODY, soon())).to.include(DELIVERED);
    } finally {
      delete process.env['grpc_proxy'];
    }
    expect(asked).to.deep.equal(['backend.invalid:4317']);
    expect(collector.spans()).to.have.length(3);
    await collector.close();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it('refuses what cannot be used when it is made', () => {
    expect(() => transportTo('ftp://c')).to.throw(TypeError, /not "ftp:\/\/c"/);
    expect(() => transportTo('c:1', { headers: { 'a b': 'c' } })).to.throw(TypeError, /"a b"/);
  });

  describe('in a traced program', () => {
    const h = harness();

    it('makes no spans and carries none', async () => {
      await using collector = await startGrpcCollector();
      using transport = transportTo(collector.url);
      // What instrumentations of this library do: wrap this method, start a span, inject it.
      const { prototype } = Client as unknown as { prototype: Record<string, Function> };
      const original = prototype['makeUnaryRequest']!;
      const suppressed: boolean[] = [];
      prototype['makeUnaryRequest'] = function (...input: unknown[]): unknown {
        suppressed.push(isTracingSuppressed(context.active()));
        h.tracer.startSpan('export').end();
        propagation.inject(context.active(), {});
        return Reflect.apply(original, this, input);
      };
      try {
        await h.tracer.startActiveSpan('work', async (span) => {
          await transport.attempt(BODY, soon());
          expect(trace.getActiveSpan()).to.equal(span);
          span.end();
        });
      } finally {
        prototype['makeUnaryRequest'] = original;
      }
      expect(suppressed).to.deep.equal([true]);
      expect(h.spans().map(({ name }) => name)).to.deep.equal(['work']);
      expect(collector.calls[0]!.metadata.get('traceparent')).to.deep.equal([]);
    });
  });
});
