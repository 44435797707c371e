import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import { ExportResultCode } from '../../../lib/exporter.js';
import { runChild } from '../../support/child.js';
import { startCollector, type Collector } from '../../support/collector.js';
import { readableSpans } from '../../support/readable-spans.js';
import { exported } from './exporting.js';

describe('OTLPTraceExporter, sockets in the file system', () => {
  let folder: string;
  let socketPath: string;
  let collector: Collector;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'spantree-'));
    socketPath = join(folder, 'otel.sock');
    collector = await startCollector({ socketPath });
  });
  afterEach(async () => {
    await collector.close();
    await rm(folder, { recursive: true });
  });

  const ways = {
    'a unix: URL': (path: string) => ({ url: `unix:${path}` }),
    'a unix:// URL': (path: string) => ({ url: `unix://${path}` }),
    socketPath: (path: string) => ({ socketPath: path }),
  };
  for (const [name, options] of Object.entries(ways)) {
    it(`sends through one that is named by ${name}`, async () => {
      const exporter = new OTLPTraceExporter(options(socketPath));
      const { code } = await exported(exporter, readableSpans(2));
      expect(code).to.equal(ExportResultCode.SUCCESS);
      expect(collector.requests[0]).to.include({ path: '/v1/traces' });
      expect(collector.spans()).to.have.length(2);
      await exporter.shutdown();
    });
  }

  it('keeps the path of the URL beside socketPath', async () => {
    const exporter = new OTLPTraceExporter({ url: 'http://any/other?a=b', socketPath });
    exporter.enqueue(readableSpans(2));
    await exporter.shutdown();
    expect(collector.requests[0]).to.include({ path: '/other?a=b' });
  });

  it('sends through it at the end of a process', async () => {
    const args = ['by exit', JSON.stringify({ url: `unix:${socketPath}` })];
    await runChild('../../exporters/otlp/ending-child.ts', { args }).ended;
    expect(collector.spans()).to.have.length(3);
  });

  it('names it where nobody listens', async () => {
    await collector.close();
    const exporter = new OTLPTraceExporter({ socketPath, timeoutMillis: 100 });
    const { error } = await exported(exporter, readableSpans(1));
    expect(error?.message).to.include(`unix:${socketPath}:/v1/traces: connect`);
  });
});
