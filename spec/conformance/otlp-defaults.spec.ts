import { expect } from 'chai';
import { resolveOptions } from '../../exporters/otlp/options.js';
import { exported, exporting } from '../exporters/otlp/exporting.js';
import { startCollector, type Collector } from '../support/collector.js';
import { readableSpans } from '../support/readable-spans.js';
import { CA, SERVER } from '../support/tls/certificates.js';

describe('what an OTLP exporter does by default', () => {
  it('sends to port 4318 of this machine by HTTP (E-CFG-02)', () => {
    for (const protocol of [{}, { protocol: 'http/json' } as const])
      expect(resolveOptions(protocol).http?.url.href).to.equal('http://localhost:4318/v1/traces');
  });

  it('sends to port 4317 of this machine by gRPC (E-CFG-02)', () => {
    expect(resolveOptions({ protocol: 'grpc' }).target).to.equal('http://localhost:4317');
  });

  it('waits a second at most at first, five later on, ten in all (E-RET-02, E-CFG-07)', () => {
    expect(resolveOptions({})).to.include({
      initialBackoffMillis: 1000,
      maxBackoffMillis: 5000,
      timeoutMillis: 10_000,
    });
  });

  it('takes requests of 64 MiB and responses of 4 MiB (E-CFG-09)', () => {
    expect(resolveOptions({})).to.include({
      maxRequestBytes: 64 * 1024 * 1024,
      maxResponseBytes: 4 * 1024 * 1024,
    });
  });
});

describe('the endpoint of an OTLP exporter (E-CFG-05)', () => {
  const e = exporting();
  let secure: Collector;
  before(async () => {
    secure = await startCollector({ tls: SERVER });
  });
  after(() => secure.close());

  it('has its scheme, host, port and path honoured', async () => {
    const { port } = new URL(e.collector.url);
    await exported(e.exporter({ url: `http://localhost:${port}/a/b` }), readableSpans(1));
    const [{ path, headers }] = e.collector.requests as [(typeof e.collector.requests)[0]];
    expect([path, headers.host]).to.deep.equal(['/a/b', `localhost:${port}`]);
  });

  it('speaks TLS where its scheme says so, and only there', async () => {
    const { port } = new URL(secure.url);
    const bad = await exported(
      e.exporter({ url: `http://localhost:${port}/a`, timeoutMillis: 200 }),
      readableSpans(1),
    );
    expect(bad.error, 'plain HTTP to a TLS port').to.be.instanceOf(Error);
    await exported(e.exporter({ url: `https://localhost:${port}/a`, ca: CA }), readableSpans(1));
    expect(secure.requests.map(({ path }) => path)).to.deep.equal(['/a']);
  });
});
