import { trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { startCollector, refusingUrl, type Collector } from '../../support/collector.js';
import { doctored } from '../../support/doctored.js';
import { startGrpcCollector, type GrpcCollector } from '../../support/grpc-collector.js';

/* Real servers, real failures: what the doctor makes of the words of Node, of gRPC and of backends. */
describe('the doctor says why exports fail', () => {
  const { begin, found, said, codes } = doctored();
  let http: Collector;
  let grpc: GrpcCollector;

  before(async () => {
    http = await startCollector();
    grpc = await startGrpcCollector();
  });

  after(async () => {
    await http.close();
    await grpc.close();
  });

  /** Exports one span, and waits for the finding; a second attempt comes after a second at the latest. */
  async function exporting(options: object, code: string): Promise<void> {
    const sdk = begin({ exporters: [{ name: 'otlp', options }] });
    trace.getTracer('shop').startSpan('work').end();
    // At shutdown it is tried a few times in quick succession.
    await sdk.shutdown().catch(() => {});
    expect(said()).to.include(`[${code}, `);
  }

  const grpcUrl = (url: string): string => url.replace('/v1/traces', '');
  const cases: Record<string, [code: string, options: () => object | Promise<object>]> = {
    'nobody listens': ['export.refused', async () => ({ url: await refusingUrl() })],
    'nobody listens, by gRPC': [
      'export.refused',
      async () => ({ protocol: 'grpc', url: grpcUrl(await refusingUrl()) }),
    ],
    'the name is unknown': ['export.dns', () => ({ url: 'http://no-such-host.invalid/v1/traces' })],
    'the name is unknown, by gRPC': [
      'export.dns',
      () => ({ protocol: 'grpc', url: 'http://no-such-host.invalid:4317' }),
    ],
    'credentials are refused': ['export.unauthorized', () => ({ url: http.url })],
    'credentials are forbidden': ['export.unauthorized', () => ({ url: http.url })],
    'the path is wrong': ['export.wrong-path', () => ({ url: http.url })],
    'HTTP is spoken to the port of gRPC': [
      'export.grpc-port',
      () => ({ url: `${grpc.url}/v1/traces` }),
    ],
    'gRPC is spoken to the port of HTTP': [
      'export.http-port',
      () => ({ protocol: 'grpc', url: grpcUrl(http.url) }),
    ],
    'TLS is spoken to a port without': [
      'export.tls',
      () => ({ url: http.url.replace('http:', 'https:') }),
    ],
    'there is too much to do': ['export.throttled', () => ({ url: http.url })],
    'there is no answer': ['export.timeout', () => ({ url: http.url, timeoutMillis: 50 })],
    'something else is wrong': ['export.failed', () => ({ url: http.url })],
  };
  const answers: Record<string, Parameters<Collector['always']>[0]> = {
    'credentials are refused': { status: 401 },
    'credentials are forbidden': { status: 403 },
    'the path is wrong': { status: 404 },
    'there is too much to do': { status: 503 },
    'there is no answer': 'hang',
    'something else is wrong': { status: 400, body: 'odd' },
  };
  for (const [what, [code, options]] of Object.entries(cases)) {
    it(what, async () => {
      http.always(answers[what] ?? { status: 200 });
      await exporting(await options(), code);
    });
  }

  it('while the process runs, with the words of the backend, once, and counted', async () => {
    http.always({ status: 401 });
    const sdk = begin({ exporters: [{ name: 'otlp', options: { url: http.url } }] });
    for (let time = 0; time < 3; time++) {
      trace.getTracer('shop').startSpan('work').end();
      await sdk.forceFlush().catch(() => {});
    }
    const { count, details } = await found('export.unauthorized');
    expect(count).to.be.at.least(3);
    expect(details[0]!.text).to.include('401 Unauthorized').and.include(http.url);
    expect(said().match(/export\.unauthorized/g)).to.have.length(1);
  });

  it('and finds nothing where they succeed', async () => {
    http.always({ status: 200 });
    const sdk = begin({ exporters: [{ name: 'otlp', options: { url: http.url } }] });
    trace.getTracer('shop').startSpan('work').end();
    await sdk.forceFlush();
    expect(codes()).to.deep.equal([]);
  });
});
