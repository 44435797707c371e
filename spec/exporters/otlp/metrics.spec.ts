import type { Attributes } from '@opentelemetry/api';
import { DataPointType, type Histogram } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import type { OTLPTraceExporterOptions } from '../../../exporters/otlp/options.js';
import { ZipkinExporter } from '../../../exporters/zipkin.js';
import { BatchSpanProcessor } from '../../../lib/processors/batch.js';
import { TracerProvider } from '../../../lib/provider.js';
import { refusingUrl } from '../../support/collector.js';
import { startGrpcCollector } from '../../support/grpc-collector.js';
import { metrics, type Metrics } from '../../support/metrics.js';
import { readableSpans } from '../../support/readable-spans.js';
import { exported, exporting, until } from './exporting.js';

const IN_FLIGHT = 'otel.sdk.exporter.span.inflight';
const EXPORTED = 'otel.sdk.exporter.span.exported';
const DURATION = 'otel.sdk.exporter.operation.duration';

describe('the metrics of exporters', () => {
  const e = exporting();
  let read: Metrics;
  beforeEach(() => {
    read = metrics();
  });

  function observed(options: OTLPTraceExporterOptions = {}) {
    return e.exporter({ selfObsMeterProvider: read.meterProvider, ...options });
  }

  async function values(name: string): Promise<Record<string, unknown>> {
    const points = await read.points(name);
    return Object.fromEntries(
      points.map(({ attributes, value }) => [attributes['error.type'] ?? 'none', value]),
    );
  }

  async function attributesOf(name: string): Promise<Attributes> {
    const points = await read.points(name);
    expect(points).to.have.length(1);
    return points[0]!.attributes;
  }

  async function operations(): Promise<{ attributes: Attributes; value: Histogram }[]> {
    return (await read.points(DURATION)) as { attributes: Attributes; value: Histogram }[];
  }

  describe('otel.sdk.exporter.span.inflight', () => {
    it('has spans from handing over until the end, across retries (T-OBS-05)', async () => {
      e.collector.always({ status: 503 });
      const exporter = observed();
      exporter.enqueue(readableSpans(3));
      const done = exported(exporter, readableSpans(2));
      await e.collector.received(4);
      expect(await values(IN_FLIGHT)).to.deep.equal({ none: 5 });
      expect(await values(EXPORTED)).to.deep.equal({});
      e.collector.always({ status: 200 });
      await Promise.all([done, exporter.forceFlush()]);
      expect(await values(IN_FLIGHT)).to.deep.equal({ none: 0 });
      expect(await values(EXPORTED)).to.deep.equal({ none: 5 });
      const { descriptor, ...sum } = await read.metric(IN_FLIGHT);
      expect(descriptor.unit).to.equal('{span}');
      expect(sum).to.include({ dataPointType: DataPointType.SUM, isMonotonic: false });
    });

    it('says where the backend is (T-OBS-05)', async () => {
      observed();
      const attributes = await attributesOf(IN_FLIGHT);
      expect(attributes).to.include({
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(e.collector.url).port),
        'otel.component.type': 'otlp_http_span_exporter',
      });
      expect(attributes['otel.component.name']).to.match(/^otlp_http_span_exporter\/\d+$/);
    });
  });

  describe('otel.sdk.exporter.span.exported', () => {
    it('counts each span once, with the cause of the last attempt (T-OBS-06)', async () => {
      e.collector.answer({ status: 503 }, { status: 400 });
      await exported(observed(), readableSpans(3));
      expect(await values(EXPORTED)).to.deep.equal({ '400': 3 });
    });

    it('counts what a backend rejects as failed, the rest as exported (T-OBS-06)', async () => {
      e.collector.answer({ status: 200, body: Uint8Array.from([0x0a, 2, 0x08, 2]) });
      await exported(observed(), readableSpans(5));
      expect(await values(EXPORTED)).to.deep.equal({ none: 3, rejected: 2 });
    });

    it('names why there was no answer: ECONNREFUSED, timeout (T-OBS-06)', async () => {
      const url = await refusingUrl();
      await exported(observed({ url, timeoutMillis: 20 }), readableSpans(1));
      e.collector.answer('hang');
      await exported(observed({ timeoutMillis: 50 }), readableSpans(2));
      expect(await values(EXPORTED)).to.deep.equal({ ECONNREFUSED: 1, timeout: 2 });
    });

    it('names the last failure of what has waited too long (T-OBS-06)', async () => {
      e.collector.always({ status: 503 });
      const exporter = observed({ maxAgeMillis: 30 });
      exporter.enqueue(readableSpans(3));
      await until(() => exporter.stats().dropped.expired === 3);
      expect(await values(EXPORTED)).to.deep.equal({ '503': 3 });
    });

    it('names why spans were never sent: queue_full, request_too_large (T-OBS-06)', async () => {
      observed({ maxQueueBytes: 10 }).enqueue(readableSpans(1));
      await exported(observed({ maxRequestBytes: 10 }), readableSpans(2));
      expect(await values(EXPORTED)).to.deep.equal({ queue_full: 1, request_too_large: 2 });
      const { descriptor, ...sum } = await read.metric(EXPORTED);
      expect(descriptor.unit).to.equal('{span}');
      expect(sum).to.include({ dataPointType: DataPointType.SUM, isMonotonic: true });
    });
  });

  describe('otel.sdk.exporter.operation.duration', () => {
    it('is one observation in seconds for an export with its retries (T-OBS-07)', async () => {
      e.collector.answer({ status: 503, delay: 30 }, { status: 200, delay: 30 });
      await exported(observed(), readableSpans(3));
      const [operation] = await operations();
      expect(operation!.attributes).to.include({ 'http.response.status_code': 200 });
      expect(operation!.attributes).to.not.have.property('error.type');
      expect(operation!.value).to.include({ count: 1 });
      expect(operation!.value.sum).to.be.within(0.055, 5);
      const { descriptor } = await read.metric(DURATION);
      expect(descriptor.unit).to.equal('s');
    });

    it('has a single bucket (T-OBS-07)', async () => {
      await exported(observed(), readableSpans(1));
      const [operation] = await operations();
      expect(operation!.value.buckets).to.deep.equal({ boundaries: [], counts: [1] });
    });

    it('is one observation for a batch that was handed over, with its retries (T-OBS-07)', async () => {
      e.collector.answer({ status: 503, delay: 30 }, { status: 200, delay: 30 });
      const exporter = observed();
      exporter.enqueue(readableSpans(3));
      await exporter.forceFlush();
      const [operation] = await operations();
      expect(operation!.value).to.include({ count: 1 });
      expect(operation!.value.sum).to.be.within(0.055, 5);
    });

    it('does not come for what was never tried (T-OBS-07)', async () => {
      const exporter = observed({ maxQueueBytes: 10 });
      exporter.enqueue(readableSpans(3));
      await exporter.shutdown();
      expect(await operations()).to.deep.equal([]);
    });

    it('has the cause and the status of the last attempt (T-OBS-07)', async () => {
      e.collector.answer({ status: 401 });
      await exported(observed(), readableSpans(1));
      const [operation] = await operations();
      expect(operation!.attributes).to.include({
        'error.type': '401',
        'http.response.status_code': 401,
      });
    });

    it('has rejected for an export that succeeded in part (T-OBS-07)', async () => {
      e.collector.answer({ status: 200, body: Uint8Array.from([0x0a, 2, 0x08, 1]) });
      await exported(observed(), readableSpans(5));
      expect((await operations())[0]!.attributes).to.include({ 'error.type': 'rejected' });
    });

    it('has no status where there was no answer (T-OBS-07)', async () => {
      const url = await refusingUrl();
      await exported(observed({ url, timeoutMillis: 20 }), readableSpans(1));
      const [operation] = await operations();
      expect(operation!.attributes).to.include({ 'error.type': 'ECONNREFUSED' });
      expect(operation!.attributes).to.not.have.property('http.response.status_code');
    });

    it('has the status of gRPC by its name (T-OBS-07)', async () => {
      await using collector = await startGrpcCollector();
      collector.answer({ code: 3 }, {});
      const exporter = observed({ protocol: 'grpc', url: collector.url });
      await exported(exporter, readableSpans(1));
      await exported(exporter, readableSpans(1));
      await exporter.shutdown();
      const found = (await operations()).map(({ attributes }) => attributes);
      expect(found[0]).to.include({
        'rpc.status_code': 'INVALID_ARGUMENT',
        'error.type': 'INVALID_ARGUMENT',
        'server.port': collector.port,
      });
      expect(found[1]).to.include({ 'rpc.status_code': 'OK' });
      expect(found[1]).to.not.have.property('error.type');
    });

    it('does not come where the meter throws, and nothing is hurt', async () => {
      const { meterProvider } = read;
      const throws = {
        getMeter: () =>
          Object.assign(Object.create(meterProvider.getMeter('spec')), {
            createHistogram: () => ({
              record: () => {
                throw new Error('histogram');
              },
            }),
          }),
      };
      const exporter = e.exporter({ selfObsMeterProvider: throws });
      await exported(exporter, readableSpans(2));
      expect(exporter.stats()).to.include({ delivered: 2 });
      expect(e.codes()).to.deep.equal(['metrics.threw']);
    });
  });

  const types = {
    'http/protobuf': 'otlp_http_span_exporter',
    'http/json': 'otlp_http_json_span_exporter',
    grpc: 'otlp_grpc_span_exporter',
  } as const;
  for (const [protocol, type] of Object.entries(types)) {
    it(`name the exporter of ${protocol} ${type} (T-OBS-08)`, async () => {
      observed({ protocol: protocol as keyof typeof types, url: 'http://localhost:4999' });
      const attributes = await attributesOf(IN_FLIGHT);
      expect(attributes).to.include({ 'otel.component.type': type, 'server.port': 4999 });
    });
  }

  it('name the exporter of Zipkin zipkin_http_span_exporter (T-OBS-08)', async () => {
    const exporter = new ZipkinExporter({ selfObsMeterProvider: read.meterProvider });
    const attributes = await attributesOf(IN_FLIGHT);
    expect(attributes).to.include({
      'otel.component.type': 'zipkin_http_span_exporter',
      'server.port': 9411,
    });
    await exporter.shutdown();
  });

  it('name a socket in the file system by its path', async () => {
    observed({ url: 'unix:/nowhere/at.all' });
    const attributes = await attributesOf(IN_FLIGHT);
    expect(attributes).to.include({ 'server.address': '/nowhere/at.all' });
    expect(attributes).to.not.have.property('server.port');
  });

  it('go where those of the tracer provider go, through its processor', async () => {
    const processor = new BatchSpanProcessor(e.exporter());
    const { meterProvider } = read;
    const provider = new TracerProvider({ meterProvider, spanProcessors: [processor] });
    provider.getTracer('spec').startSpan('span').end();
    await provider.shutdown();
    expect(await values(EXPORTED)).to.deep.equal({ none: 1 });
    expect(await read.names()).to.have.members([
      'otel.sdk.span.started',
      'otel.sdk.span.live',
      'otel.sdk.processor.span.queue.size',
      'otel.sdk.processor.span.queue.capacity',
      'otel.sdk.processor.span.processed',
      IN_FLIGHT,
      EXPORTED,
      DURATION,
    ]);
  });
});
