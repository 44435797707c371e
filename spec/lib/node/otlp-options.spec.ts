import { expect } from 'chai';
import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import { ZipkinExporter } from '../../../exporters/zipkin.js';
import type { OTLPTraceExporterOptions } from '../../../exporters/otlp/options.js';
import { ExportResultCode, type SpanExporter } from '../../../lib/exporter.js';
import { withOtlpEnvironment } from '../../../lib/node/otlp-options.js';
import { startCollector, type Collector } from '../../support/collector.js';
import { withEnvironment } from '../../support/environment.js';
import { harness } from '../../support/harness.js';

function completed(variables: Record<string, string>, given: OTLPTraceExporterOptions = {}) {
  return withEnvironment(variables, () => withOtlpEnvironment(given));
}

describe('options of an exporter that is made in code', () => {
  it('come from the environment where code says nothing (V-14)', () => {
    expect(completed({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' })).to.deep.equal({
      url: 'http://c:4318/v1/traces',
    });
    expect(completed({})).to.deep.equal({});
  });

  it('win over the environment', () => {
    const variables = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
      OTEL_EXPORTER_OTLP_TIMEOUT: '1',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    };
    const given: OTLPTraceExporterOptions = { url: 'http://own/', timeoutMillis: 2 };
    expect(completed(variables, given)).to.deep.equal({ ...given, compression: 'gzip' });
  });

  it('keep the protocol of the environment for the endpoint of the environment', () => {
    const variables = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    expect(completed(variables)).to.deep.equal({ protocol: 'grpc' });
    expect(completed(variables, { url: 'http://c:4318/v1/traces' })).not.to.have.property(
      'protocol',
    );
  });

  describe('that are headers', () => {
    const variables = { OTEL_EXPORTER_OTLP_HEADERS: 'a=1,B=1' };

    it('win one by one, whatever their case', () => {
      const { headers } = completed(variables, { headers: { b: '2' } });
      expect(headers).to.deep.equal({ a: '1', b: '2' });
    });

    it('win one by one from a function too, which need not be asynchronous', async () => {
      const now = completed(variables, { headers: () => ({ b: '2' }) }).headers as () => unknown;
      expect(now()).to.deep.equal({ a: '1', b: '2' });
      const later = completed(variables, { headers: async () => ({ b: '2' }) }).headers;
      expect(await (later as () => unknown)()).to.deep.equal({ a: '1', b: '2' });
    });

    it('are refused when they are none, as without an environment', () => {
      const headers = 'b=2' as unknown as Record<string, string>;
      const make = () => withEnvironment(variables, () => new OTLPTraceExporter({ headers }));
      expect(make).to.throw(TypeError, 'headers must be');
    });
  });
});

describe('an exporter that is made in code without options', () => {
  const h = harness();
  let collector: Collector;
  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(() => collector.close());

  async function exported(exporter: SpanExporter): Promise<void> {
    h.tracer.startSpan('a').end();
    const code = await new Promise((resolve) =>
      exporter.export(h.spans(), (result) => resolve(result.code)),
    );
    expect(code).to.equal(ExportResultCode.SUCCESS);
    await exporter.shutdown();
  }

  it('sends OTLP where the environment says (V-14)', async () => {
    const endpoint = new URL(collector.url).origin;
    await exported(
      withEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, () => new OTLPTraceExporter()),
    );
    expect(collector.requests[0]?.path).to.equal('/v1/traces');
  });

  it('sends to Zipkin where the environment says (V-16)', async () => {
    const url = `${new URL(collector.url).origin}/api/v2/spans`;
    await exported(
      withEnvironment({ OTEL_EXPORTER_ZIPKIN_ENDPOINT: url }, () => new ZipkinExporter()),
    );
    expect(collector.requests[0]?.path).to.equal('/api/v2/spans');
  });
});
