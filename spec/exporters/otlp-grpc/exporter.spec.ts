import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import type { OTLPTraceExporterOptions } from '../../../exporters/otlp/options.js';
import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import { ExportResultCode, type ExportResult } from '../../../lib/exporter.js';
import {
  refusingGrpcUrl,
  startGrpcCollector,
  type GrpcAnswer,
  type GrpcCollector,
} from '../../support/grpc-collector.js';
import { readableSpans } from '../../support/readable-spans.js';
import { field, retryStatus } from './status-details.js';

type Counts = Partial<{ delivered: number; rejected: number; dropped: Record<string, number> }>;

describe('OTLPTraceExporter over gRPC', () => {
  let collector: GrpcCollector;
  let exporters: OTLPTraceExporter[];
  beforeEach(async () => {
    exporters = [];
    collector = await startGrpcCollector();
  });
  afterEach(async () => {
    await collector.close();
    await Promise.all(exporters.map((exporter) => exporter.shutdown().catch(() => {})));
  });

  function exporterWith(options: OTLPTraceExporterOptions = {}): OTLPTraceExporter {
    const exporter = new OTLPTraceExporter({
      protocol: 'grpc',
      url: collector.url,
      initialBackoffMillis: 5,
      maxBackoffMillis: 10,
      ...options,
    });
    exporters.push(exporter);
    return exporter;
  }

  function exported(exporter: OTLPTraceExporter, spans: number): Promise<ExportResult> {
    return new Promise((resolve) => exporter.export(readableSpans(spans), resolve));
  }

  /** Every span is where it should be, and nowhere else. */
  function expectCounts(exporter: OTLPTraceExporter, accepted: number, expected: Counts): void {
    const { delivered = 0, rejected = 0, dropped = {} } = expected;
    const stats = exporter.stats();
    const lost = Object.entries(stats.dropped).filter(([, count]) => count > 0);
    expect(Object.fromEntries(lost)).to.deep.equal(dropped);
    expect(stats).to.include({ accepted, delivered, rejected, pending: 0, pendingBytes: 0 });
  }

  const partial = field(1, Buffer.concat([field(1, 2), field(2, 'two are too old')]));
  const cases: [what: string, answers: GrpcAnswer[], Counts, options?: OTLPTraceExporterOptions][] =
    [
      ['no fault', [], { delivered: 5 }],
      ['UNAVAILABLE, twice (E-GRPC-02)', [{ code: 14 }, { code: 14 }], { delivered: 5 }],
      ['connections that break, twice', ['reset', 'reset'], { delivered: 5 }],
      [
        'an exhausted backend that says when (E-GRPC-03)',
        [{ code: 8, statusDetails: retryStatus({ nanos: 1e6 }) }],
        { delivered: 5 },
      ],
      ['UNAUTHENTICATED', [{ code: status.UNAUTHENTICATED }], { rejected: 5 }],
      ['partial success', [{ body: partial }], { delivered: 3, rejected: 2 }],
      [
        'a huge response (E-GRPC-05)',
        [{ body: Buffer.alloc(5000) }],
        { dropped: { responseTooLarge: 5 } },
        { maxResponseBytes: 1000 },
      ],
      [
        'a request above its limit (E-GRPC-05)',
        [],
        { dropped: { requestTooLarge: 5 } },
        { maxRequestBytes: 9 },
      ],
    ];
  for (const [what, answers, counts, options] of cases) {
    it(`accounts for every span of an export: ${what}`, async () => {
      collector.answer(...answers);
      const exporter = exporterWith(options);
      const { code } = await exported(exporter, 5);
      const success = counts.delivered ? ExportResultCode.SUCCESS : ExportResultCode.FAILED;
      expect(code).to.equal(success);
      expectCounts(exporter, 5, counts);
    });

    it(`accounts for every span of a hand-over: ${what}`, async () => {
      collector.answer(...answers);
      const exporter = exporterWith(options);
      exporter.enqueue(readableSpans(5));
      await exporter.forceFlush().catch(() => {});
      expectCounts(exporter, 5, counts);
    });
  }

  it('counts a backend that hangs, and one that is not there, as out of time', async () => {
    collector.always('hang');
    for (const url of [collector.url, await refusingGrpcUrl()]) {
      const exporter = exporterWith({ url, timeoutMillis: 100 });
      const { code, error } = await exported(exporter, 5);
      expect(code).to.equal(ExportResultCode.FAILED);
      expect(error!.message).to.match(/^5 spans could not be sent to http:\/\/127\.0\.0\.1:\d+: /);
      expectCounts(exporter, 5, { dropped: { timeout: 5 } });
    }
  });

  it('delivers everything to a backend that was down for a while', async () => {
    await collector.down();
    const exporter = exporterWith();
    for (let i = 0; i < 10; i++) exporter.enqueue(readableSpans(10));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(exporter.stats()).to.include({ pending: 100, delivered: 0 });
    await collector.up();
    await exporter.forceFlush();
    expectCounts(exporter, 100, { delivered: 100 });
    expect(collector.spans()).to.have.length(100);
  });

  it('delivers a large request, compressed', async () => {
    const exporter = exporterWith({ compression: 'gzip' });
    expect(await exported(exporter, 20_000)).to.have.property('code', ExportResultCode.SUCCESS);
    expect(collector.spans()).to.have.length(20_000);
    expect(collector.bytes).to.be.below(collector.calls[0]!.body.length / 2);
  });

  it('ends with what is on its way, and takes nothing afterwards', async () => {
    collector.answer({ delay: 100 });
    const exporter = exporterWith();
    exporter.enqueue(readableSpans(5));
    await collector.received(1);
    await exporter.shutdown();
    expectCounts(exporter, 5, { delivered: 5 });
    await exported(exporter, 2);
    expectCounts(exporter, 7, { delivered: 5, dropped: { shutdown: 2 } });
  });
});
