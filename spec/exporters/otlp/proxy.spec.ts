import { request, type ClientRequestArgs } from 'node:http';
import { Agent as TlsAgent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import { expect } from 'chai';
import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import type { OTLPTraceExporterOptions } from '../../../exporters/otlp/options.js';
import { isKnownToNode } from '../../../exporters/otlp/proxy.js';
import { ZipkinExporter } from '../../../exporters/zipkin.js';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../../lib/diagnostics.js';
import { ExportResultCode } from '../../../lib/exporter.js';
import { runChild } from '../../support/child.js';
import { startCollector, type Collector } from '../../support/collector.js';
import { startProxy, type Proxy } from '../../support/proxy.js';
import { readableSpans } from '../../support/readable-spans.js';
import { CA, SERVER } from '../../support/tls/certificates.js';
import { exported, until } from './exporting.js';

const VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy'].flatMap((n) => [n, n.toUpperCase()]);
/** The servers of these specs are certified for localhost. */
const AS_LOCALHOST = { servername: 'localhost' } as AgentOptions;
const HERE = 'http://collector.test/v1/traces';
const SAFE = 'https://collector.test/v1/traces';

describe('OTLP/HTTP through proxies', () => {
  let collector: Collector;
  let proxy: Proxy;
  let diagnostics: Diagnostic[];
  let exporters: { shutdown(): Promise<void> }[];
  const saved: Record<string, string | undefined> = {};

  beforeEach(async () => {
    for (const name of VARIABLES) {
      saved[name] = process.env[name];
      delete process.env[name];
    }
    exporters = [];
    diagnostics = [];
    resetDiagnostics();
    setErrorHandler((diagnostic) => diagnostics.push(diagnostic));
    collector = await startCollector();
    proxy = await startProxy({ to: collector.url });
  });
  afterEach(async () => {
    for (const name of VARIABLES) {
      if (saved[name] === undefined) delete process.env[name];
      else process.env[name] = saved[name];
    }
    setErrorHandler(() => {});
    await Promise.allSettled(exporters.map((exporter) => exporter.shutdown()));
    await proxy.close();
    await collector.close();
  });

  /** The same for TLS. */
  async function overTls(refuses?: number | 'silently'): Promise<void> {
    await proxy.close();
    await collector.close();
    collector = await startCollector({ tls: SERVER });
    proxy = await startProxy({ to: collector.url, ...(refuses !== undefined && { refuses }) });
  }

  function exporter(options: OTLPTraceExporterOptions = {}): OTLPTraceExporter {
    const made = new OTLPTraceExporter({ url: HERE, timeoutMillis: 2000, ...options });
    exporters.push(made);
    return made;
  }

  describe('of the environment, where Node can', () => {
    onlyWhere(isKnownToNode());

    it('sends by http_proxy, in absolute form', async () => {
      process.env['http_proxy'] = proxy.url;
      const { code, error } = await exported(exporter(), readableSpans(2));
      expect(error).to.equal(undefined);
      expect(code).to.equal(ExportResultCode.SUCCESS);
      expect(collector.spans()).to.have.length(2);
      expect(proxy.asked).to.deep.equal([`POST ${HERE}`]);
    });

    it('sends by HTTPS_PROXY through a tunnel, which is kept', async () => {
      await overTls();
      process.env['HTTPS_PROXY'] = proxy.url;
      const made = exporter({ url: SAFE, ca: CA, httpAgentOptions: AS_LOCALHOST });
      for (let i = 0; i < 3; i++) {
        expect((await exported(made, readableSpans(1))).error).to.equal(undefined);
      }
      expect(collector.spans()).to.have.length(3);
      expect(proxy.asked).to.deep.equal(['CONNECT collector.test:443']);
    });

    it('shows the credentials of the URL to the proxy, and to nobody else', async () => {
      await overTls();
      process.env['https_proxy'] = proxy.url.replace('//', '//someone:secret@');
      const options = { url: SAFE, ca: CA, httpAgentOptions: AS_LOCALHOST };
      await exported(exporter(options), readableSpans(1));
      expect(proxy.credentials).to.deep.equal([`Basic ${btoa('someone:secret')}`]);
      expect(collector.requests[0]!.headers).not.to.have.property('proxy-authorization');
    });

    it('goes straight where no_proxy names the host', async () => {
      process.env['http_proxy'] = proxy.url;
      process.env['no_proxy'] = 'collector.test';
      // No resolver knows it.
      const { error } = await exported(exporter({ timeoutMillis: 300 }), readableSpans(1));
      expect(error).to.be.instanceOf(Error);
      expect(proxy.asked).to.deep.equal([]);
    });

    for (const refuses of [407, 503] as const) {
      it(`fails, without a word of its password, when a tunnel is refused with ${refuses}`, async () => {
        await overTls(refuses);
        process.env['https_proxy'] = proxy.url.replace('//', '//someone:secret@');
        const made = exporter({ url: SAFE, ca: CA, timeoutMillis: 300 });
        const { error } = await exported(made, readableSpans(1));
        expect(error!.message)
          .to.match(/^1 spans? /)
          .and.not.contain('secret');
        expect(JSON.stringify(diagnostics)).not.to.contain('secret');
      });
    }

    it('gives up on a proxy that does not answer, and on its connection', async () => {
      await overTls('silently');
      process.env['https_proxy'] = proxy.url;
      const made = exporter({ url: SAFE, ca: CA, timeoutMillis: 150 });
      const { code } = await exported(made, readableSpans(1));
      expect(code).to.equal(ExportResultCode.FAILED);
      expect(made.stats().dropped.timeout).to.equal(1);
      await until(() => proxy.connections() === 0);
    });

    it('is used for the last spans of a process too', async () => {
      const options = JSON.stringify({ url: HERE });
      const { stdout } = await runChild('../../exporters/otlp/ending-child.ts', {
        args: ['by exit', options],
        env: { http_proxy: proxy.url },
      }).ended;
      expect(stdout).to.include('"delivered":3');
      expect(proxy.asked).to.deep.equal([`POST ${HERE}`]);
    });

    it('is used by the Zipkin exporter', async () => {
      process.env['HTTP_PROXY'] = proxy.url;
      const made = new ZipkinExporter({ url: 'http://zipkin.test/api/v2/spans' });
      exporters.push(made);
      await new Promise<void>((resolve) => made.export(readableSpans(1), () => resolve()));
      expect(proxy.asked).to.deep.equal(['POST http://zipkin.test/api/v2/spans']);
      expect(collector.requests).to.have.length(1);
    });
  });

  describe('of the environment, where Node cannot', () => {
    onlyWhere(!isKnownToNode());

    it('says so once', async () => {
      process.env['HTTP_PROXY'] = proxy.url.replace('//', '//someone:secret@');
      for (let i = 0; i < 2; i++) {
        await exported(exporter({ timeoutMillis: 100 }), readableSpans(1));
      }
      expect(diagnostics.map(({ code }) => code)).to.deep.equal(['otlp.proxy-unsupported']);
      expect(diagnostics[0]!.message)
        .to.match(/names a proxy \(http\) for collector\.test, .*httpAgentOptions/)
        .and.not.contain('secret');
    });
  });

  it('says so when no Node could use the proxy', async () => {
    process.env['http_proxy'] = proxy.url.replace('http:', 'socks5:');
    await exported(exporter({ timeoutMillis: 100 }), readableSpans(1));
    expect(diagnostics.map(({ code }) => code)).to.deep.equal(['otlp.proxy-unsupported']);
  });

  it('uses none for this machine, and says nothing', async () => {
    process.env['http_proxy'] = proxy.url;
    const { code } = await exported(exporter({ url: collector.url }), readableSpans(1));
    expect(code).to.equal(ExportResultCode.SUCCESS);
    expect(proxy.asked).to.deep.equal([]);
    expect(diagnostics).to.deep.equal([]);
  });

  describe('httpAgentOptions', () => {
    it('may be a function that makes an agent, asked once', async () => {
      await overTls();
      // The environment's is left to the agent then.
      process.env['https_proxy'] = 'http://127.0.0.1:1';
      const protocols: string[] = [];
      const made = exporter({
        url: SAFE,
        ca: CA,
        httpAgentOptions: async (protocol) => {
          protocols.push(protocol);
          return new Tunnel(proxy.url, { servername: 'localhost', keepAlive: true });
        },
      });
      const both = [exported(made, readableSpans(1)), exported(made, readableSpans(1))];
      for (const { error } of await Promise.all(both)) expect(error).to.equal(undefined);
      expect(protocols).to.deep.equal(['https:']);
      expect(collector.spans()).to.have.length(2);
      expect(proxy.asked).to.deep.equal(Array(2).fill('CONNECT collector.test:443'));
      expect(diagnostics).to.deep.equal([]);
    });

    it('leaves an agent of the user open', async () => {
      const agent = new TlsAgent({ keepAlive: true });
      let destroyed = false;
      agent.destroy = () => void (destroyed = true);
      const made = exporter({ url: SAFE, timeoutMillis: 100, httpAgentOptions: () => agent });
      await exported(made, readableSpans(1));
      await made.shutdown();
      expect(destroyed).to.equal(false);
    });

    it('may be a function that fails, and is asked again', async () => {
      let calls = 0;
      const made = exporter({
        url: collector.url,
        initialBackoffMillis: 5,
        httpAgentOptions: async () => {
          if (++calls < 3) throw new Error('no agent yet');
          return new (await import('node:http')).Agent();
        },
      });
      const { code } = await exported(made, readableSpans(1));
      expect([code, calls]).to.deep.equal([ExportResultCode.SUCCESS, 3]);
    });

    it('may be a function that hangs or makes no agent: the export fails in time', async () => {
      const factories = [() => new Promise<never>(() => {}), () => ({}) as TlsAgent];
      for (const httpAgentOptions of factories) {
        const made = exporter({ url: collector.url, timeoutMillis: 100, httpAgentOptions });
        const { code } = await exported(made, readableSpans(1));
        expect(code).to.equal(ExportResultCode.FAILED);
      }
      expect(collector.requests).to.have.length(0);
    });

    it('may be options', async () => {
      await overTls();
      const httpAgentOptions = { servername: 'other' } as AgentOptions;
      const made = exporter({ url: collector.url, ca: CA, timeoutMillis: 100, httpAgentOptions });
      const { error } = await exported(made, readableSpans(1));
      expect(error!.message).to.contain("Host: other. is not in the cert's altnames");
    });

    it('may be options, of which those without functions count at the end of a process', async () => {
      await overTls();
      const { stdout } = await runChild('../../exporters/otlp/ending-child.ts', {
        args: ['by exit', JSON.stringify({ url: collector.url }), 'trusting'],
      }).ended;
      expect(stdout).to.include('"delivered":3');
    });

    for (const value of [7, 'agent', null]) {
      it(`cannot be ${JSON.stringify(value)}`, () => {
        const httpAgentOptions = value as unknown as object;
        expect(() => new OTLPTraceExporter({ httpAgentOptions })).to.throw(
          TypeError,
          `httpAgentOptions must be an object or a function, not ${value}`,
        );
      });
    }

    it('is refused for gRPC, which would not use it', () => {
      const options = { protocol: 'grpc', httpAgentOptions: {} } as const;
      expect(() => new OTLPTraceExporter(options)).to.throw(TypeError, /httpAgentOptions/);
    });
  });

  /** Skips the specs of the surrounding `describe` where this Node is not the one that they are for. */
  function onlyWhere(applies: boolean): void {
    before(function () {
      if (!applies) this.skip();
    });
  }
});

/** An agent as a user may have one: TLS through a proxy's tunnel. */
class Tunnel extends TlsAgent {
  readonly #proxy: URL;

  constructor(proxy: string, options: AgentOptions) {
    super(options);
    this.#proxy = new URL(proxy);
  }

  override createConnection(
    options: ClientRequestArgs,
    callback: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { hostname: host, port } = this.#proxy;
    const path = `${options.host}:${options.port}`;
    request({ host, port, method: 'CONNECT', path, agent: false })
      .on('connect', (_response, socket) => {
        callback(null, connectTls({ ...(options as ConnectionOptions), socket }));
      })
      .on('error', (error) => callback(error, undefined as never))
      .end();
  }
}
