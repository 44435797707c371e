import { expect } from 'chai';
import { startGrpcCollector } from '../../support/grpc-collector.js';
import { CA, CLIENT, SERVER } from '../../support/tls/certificates.js';
import { BODY, soon, transportTo } from './transporting.js';

describe('createGrpcTransport, TLS', () => {
  it('trusts the authority that it is given (E-CFG-11)', async () => {
    await using collector = await startGrpcCollector({ tls: SERVER });
    for (const url of [`https://localhost:${collector.port}`, `localhost:${collector.port}`]) {
      using transport = transportTo(url, { tls: { ca: CA } });
      expect(await transport.attempt(BODY, soon())).to.have.property('kind', 'delivered');
    }
    expect(collector.spans()).to.have.length(6);
  });

  it('trusts no other, and tries again later', async () => {
    await using collector = await startGrpcCollector({ tls: SERVER });
    using transport = transportTo(`https://localhost:${collector.port}`);
    const result = await transport.attempt(BODY, soon());
    expect(result).to.have.property('kind', 'again');
    expect(result)
      .to.have.property('why')
      .that.matches(/^14 UNAVAILABLE: .*certificate/);
    expect(collector.calls).to.have.length(0);
  });

  it('shows its certificate to a backend that asks for one (E-CFG-11)', async () => {
    await using collector = await startGrpcCollector({ tls: { ...SERVER, clientCa: CA } });
    const url = `https://localhost:${collector.port}`;
    using nameless = transportTo(url, { tls: { ca: CA } });
    expect(await nameless.attempt(BODY, soon())).to.have.property('kind', 'again');
    using transport = transportTo(url, { tls: { ca: CA, ...CLIENT } });
    expect(await transport.attempt(BODY, soon())).to.have.property('kind', 'delivered');
    expect(collector.spans()).to.have.length(3);
  });

  it('sends nothing in the clear to a backend without TLS', async () => {
    await using collector = await startGrpcCollector();
    using transport = transportTo(`https://localhost:${collector.port}`, { tls: { ca: CA } });
    expect(await transport.attempt(BODY, soon())).to.have.property('kind', 'again');
    expect(collector.calls).to.have.length(0);
  });

  it('gives up a handshake that does not end, and makes another (half-open TLS)', async () => {
    await using collector = await startGrpcCollector({ tls: SERVER });
    collector.block();
    using transport = transportTo(`https://localhost:${collector.port}`, { tls: { ca: CA } });
    const result = await transport.attempt(BODY, AbortSignal.timeout(100));
    expect(result).to.include({ kind: 'again', why: 'no answer' });
    collector.unblock();
    expect(await transport.attempt(BODY, soon())).to.have.property('kind', 'delivered');
    expect(collector.spans()).to.have.length(3);
  });
});
