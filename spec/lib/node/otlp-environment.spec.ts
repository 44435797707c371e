import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { exporterRegistry } from '../../../lib/components.js';
import { readEnvironment } from '../../../lib/config.js';
import { otlpEnvironment } from '../../../lib/node/otlp-environment.js';
import type { SpanExporter } from '../../../lib/exporter.js';
import { harness } from '../../support/harness.js';
import { startCollector, type Collector } from '../../support/collector.js';

const read = (env: Record<string, string>) => otlpEnvironment(readEnvironment(env).otlp);

describe('the environment of the OTLP exporter', () => {
  const h = harness();

  it('says nothing when nothing is set', () => {
    expect(read({})).to.deep.equal({});
  });

  it('takes the general endpoint for a base (E-CFG-03, V-14)', () => {
    expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/my/' })).to.deep.equal({
      url: 'http://c:4318/my/v1/traces',
    });
  });

  it('takes the endpoint for traces as it is (E-CFG-04)', () => {
    expect(
      read({
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://general:4318',
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c:4318/x',
      }),
    ).to.deep.equal({ url: 'http://c:4318/x' });
  });

  it('adds no path for gRPC, and takes names that are no URLs (E-CFG-13)', () => {
    const protocol = { OTEL_EXPORTER_OTLP_PROTOCOL: 'gRPC' };
    for (const url of ['http://c:4317', 'c:4317', 'unix:/run/otel.sock']) {
      expect(read({ ...protocol, OTEL_EXPORTER_OTLP_ENDPOINT: url })).to.deep.equal({
        protocol: 'grpc',
        url,
      });
    }
  });

  it('lets what is said for traces win, for headers one by one (E-CFG-06, E-CFG-10)', () => {
    expect(
      read({
        OTEL_EXPORTER_OTLP_TIMEOUT: '1',
        OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '0',
        OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
        OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: 'gzip',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
        OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=1',
        OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'b=2',
        OTEL_EXPORTER_OTLP_INSECURE: 'false',
        OTEL_EXPORTER_OTLP_TRACES_INSECURE: 'true',
      }),
    ).to.deep.equal({
      timeoutMillis: 0,
      compression: 'gzip',
      protocol: 'http/json',
      headers: { a: '1', b: '2' },
      insecure: true,
    });
  });

  describe('certificates', () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), 'spantree-'));
      for (const name of ['ca', 'key', 'cert']) writeFileSync(join(folder, name), name);
    });
    after(() => rmSync(folder, { recursive: true }));

    it('are read from the paths that are given (E-CFG-11, V-15)', () => {
      expect(
        read({
          OTEL_EXPORTER_OTLP_CERTIFICATE: join(folder, 'ca'),
          OTEL_EXPORTER_OTLP_CLIENT_KEY: join(folder, 'missing'),
          OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: join(folder, 'key'),
          OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: join(folder, 'cert'),
        }),
      ).to.deep.equal({ ca: 'ca', key: 'key', cert: 'cert' });
    });

    it('that cannot be read are reported and ignored', () => {
      expect(read({ OTEL_EXPORTER_OTLP_CERTIFICATE: join(folder, 'missing') })).to.deep.equal({});
      expect(h.diagnostics[0]?.code).to.equal('env.OTEL_EXPORTER_OTLP_CERTIFICATE');
    });
  });

  describe('over a connection', () => {
    let collector: Collector;
    beforeEach(async () => {
      collector = await startCollector();
    });
    afterEach(() => collector.close());

    function exportOne(exporter: SpanExporter): Promise<number> {
      h.tracer.startSpan('one').end();
      return new Promise((resolve) => exporter.export(h.spans(), ({ code }) => resolve(code)));
    }

    it('makes the exporter that is named otlp, whose options in code win (V-07)', async () => {
      const settings = readEnvironment({
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_HEADERS: 'team=blue,zone=a',
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      });
      const options = { headers: { team: 'red' } };
      const exporter = exporterRegistry.create('otlp', options, settings) as SpanExporter;
      expect(await exportOne(exporter)).to.equal(0);
      expect(collector.requests[0]!.headers).to.include({
        team: 'red',
        'content-type': 'application/json',
      });
      await exporter.shutdown();
    });

    it('makes the exporter that is named zipkin (V-16)', async () => {
      const settings = readEnvironment({ OTEL_EXPORTER_ZIPKIN_ENDPOINT: collector.url });
      const exporter = exporterRegistry.create('zipkin', undefined, settings) as SpanExporter;
      expect(await exportOne(exporter)).to.equal(0);
      expect(JSON.parse(collector.requests[0]!.body.toString())).to.have.length(1);
      await exporter.shutdown();
    });
  });
});
