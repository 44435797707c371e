import { tmpdir } from 'node:os';
import { expect } from 'chai';
import type { GrpcTransportOptions } from '../../../exporters/otlp/grpc.js';
import { runChild } from '../../support/child.js';
import {
  refusingGrpcUrl,
  startGrpcCollector,
  type GrpcCollector,
} from '../../support/grpc-collector.js';
import { CA, CLIENT, SERVER } from '../../support/tls/certificates.js';
import { startHttp2Server } from './http2-server.js';

type Said = Record<string, unknown>;

/** What the child said. */
async function run(how: string, options: Partial<GrpcTransportOptions>): Promise<Said> {
  const args = [how, JSON.stringify(options)];
  const child = runChild('../../exporters/otlp-grpc/ending-child.ts', { args });
  const { stdout, stderr } = await child.ended;
  expect(stdout, stderr).to.match(/^\{/);
  return JSON.parse(stdout) as Said;
}

describe('createGrpcTransport, when the process ends', () => {
  let collector: GrpcCollector;
  beforeEach(async () => {
    collector = await startGrpcCollector();
  });
  afterEach(() => collector.close());

  const ways = { 'at its exit': 'none', 'by an exception': 'gzip' } as const;
  for (const [how, compression] of Object.entries(ways)) {
    it(`delivers synchronously ${how}, compression ${compression}`, async () => {
      const said = await run(how, { target: collector.url, compression });
      expect(said).to.include({ kind: 'delivered' });
      expect(collector.spans()).to.have.length(3);
    });
  }

  it('sends the same then as otherwise (E-GRPC-07)', async () => {
    await using server = await startHttp2Server();
    const options: Partial<GrpcTransportOptions> = { target: server.url, compression: 'gzip' };
    await run('at its exit', options);
    await run('waiting', options);
    const [sync, other] = server.requests.map(({ headers, body }) => {
      const { te, 'grpc-encoding': encoding, 'content-type': type, 'x-key': key } = headers;
      const id = (headers['x-id-bin'] as string).replace(/=+$/, '');
      const agent = headers['user-agent']!.replace(/ grpc-node-js.*/, '');
      const path = headers[':path'];
      return { te, encoding, type, key, id, agent, path, flag: body[0] };
    });
    expect(sync).to.deep.equal(other);
    expect(sync).to.include({ encoding: 'gzip', key: 'k', id: 'AQI', flag: 1 });
    expect(server.requests[0]!.headers['grpc-timeout']).to.equal('1000m');
  });

  it('delivers over TLS, with its certificate', async () => {
    await using secure = await startGrpcCollector({ tls: { ...SERVER, clientCa: CA } });
    const target = `https://localhost:${secure.port}`;
    const said = await run('at its exit', { target, tls: { ca: CA, ...CLIENT } });
    expect(said).to.include({ kind: 'delivered' });
    expect(secure.spans()).to.have.length(3);
  });

  it('delivers through sockets in the file system, with and without TLS', async () => {
    const socketPath = `${tmpdir()}/spantree-grpc-end-${process.pid}.sock`;
    for (const tls of [undefined, SERVER]) {
      await using local = await startGrpcCollector({ socketPath, ...(tls && { tls }) });
      const secure = tls && { insecure: false, tls: { ca: CA } };
      const said = await run('at its exit', { target: local.url, ...secure });
      expect(said).to.include({ kind: 'delivered' });
      expect(local.spans()).to.have.length(3);
    }
  });

  it('tells what the backend says', async () => {
    collector.always({ code: 16, details: 'who? – 100 %' });
    expect(await run('at its exit', { target: collector.url })).to.include({
      kind: 'rejected',
      why: '16 UNAUTHENTICATED: who? – 100 %',
    });
  });

  it('tells of a proxy that answers instead', async () => {
    await using server = await startHttp2Server((stream) => {
      stream.respond({ ':status': 503 }, { endStream: true });
    });
    const said = await run('at its exit', { target: server.url });
    expect(said).to.include({ kind: 'again', why: 'HTTP status 503' });
  });

  it('says soon that nobody listens', async () => {
    const said = await run('at its exit', { target: await refusingGrpcUrl() });
    expect(said).to.have.property('kind', 'again');
    expect(said['why']).to.match(/ECONNREFUSED/);
    expect(said['millis']).to.be.below(950);
  });

  it('is held no longer than its bound by a backend that hangs', async () => {
    collector.always('hang');
    const said = await run('at its exit', { target: collector.url });
    expect(said).to.include({ kind: 'again', why: 'no answer within 1000 ms' });
    expect(said['millis']).to.be.within(950, 1500);
    expect(collector.calls).to.have.length(1);
  });

  const places: [what: string, secure: boolean, blocked: boolean][] = [
    ['a backend that hangs', false, false],
    ['a backend that hangs, over TLS', true, false],
    ['a connection that does not come to be', false, true],
    ['a handshake that does not end', true, true],
  ];
  for (const [what, secure, blocked] of places) {
    it(`is not held by ${what} when nobody waits for it`, async () => {
      await using place = await startGrpcCollector(secure ? { tls: SERVER } : {});
      if (blocked) place.block();
      place.always('hang');
      const target = `${secure ? 'https' : 'http'}://localhost:${place.port}`;
      const begun = performance.now();
      await run('without waiting', { target, tls: { ca: CA } });
      expect(performance.now() - begun).to.be.below(5000);
      expect(place.connections).to.be.at.least(1);
      expect(place.calls).to.have.length(blocked ? 0 : 1);
    });
  }

  it('is not held by an idle connection', async () => {
    const begun = performance.now();
    expect(await run('waiting', { target: collector.url })).to.include({ kind: 'delivered' });
    expect(performance.now() - begun).to.be.below(5000);
  });
});
