import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { context } from '@opentelemetry/api';
import { expect } from 'chai';
import { isTracingSuppressed } from '../../../lib/context.js';
import { ExportResultCode } from '../../../lib/exporter.js';
import { AsyncLocalStorageContextManager } from '../../../lib/node/context.js';
import { readableSpans } from '../../support/readable-spans.js';
import { exported, exporting } from './exporting.js';

describe('OTLPTraceExporter, life', () => {
  const e = exporting();

  it('fails at once after shutdown, and counts the spans (T-EXP-03)', async () => {
    const exporter = e.exporter();
    await exporter.shutdown();
    let result: unknown;
    exporter.export(readableSpans(3), ({ code, error }) => {
      result = { code, message: error?.message };
    });
    expect(result).to.deep.include({ code: ExportResultCode.FAILED });
    expect(result)
      .to.have.property('message')
      .that.matches(/has been shut down/);
    expect(exporter.stats().dropped.shutdown).to.equal(3);
  });

  it('waits in shutdown for what is in flight (T-PROC-08, E-RET-04)', async () => {
    e.collector.answer({ status: 200, delay: 50 });
    const exporter = e.exporter();
    void exported(exporter, readableSpans(3));
    await exporter.shutdown();
    expect(exporter.stats()).to.include({ delivered: 3, pending: 0 });
  });

  it('tries once more at shutdown what waits for a retry, at once (E-RET-03)', async () => {
    e.collector.answer({ status: 503, headers: { 'retry-after': '8' } });
    const exporter = e.exporter();
    const result = exported(exporter, readableSpans(3));
    await e.collector.received(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const begun = performance.now();
    await exporter.shutdown();
    expect(performance.now() - begun).to.be.below(4000);
    expect((await result).code).to.equal(ExportResultCode.SUCCESS);
    expect(e.collector.requests).to.have.length(2);
  });

  it('tries only once more at shutdown', async () => {
    e.collector.always({ status: 503 });
    const exporter = e.exporter({ initialBackoffMillis: 8000, maxBackoffMillis: 8000 });
    const result = exported(exporter, readableSpans(3));
    await e.collector.received(1);
    await exporter.shutdown();
    expect((await result).error?.message).to.match(/503/);
    expect(e.collector.requests.length).to.be.within(1, 2);
    expect(exporter.stats().dropped.shutdown).to.equal(3);
  });

  it('is shut down once, however often it is told', async () => {
    const exporter = e.exporter();
    expect(exporter.shutdown()).to.equal(exporter.shutdown());
    await exporter.shutdown();
  });

  it('closes its connections at shutdown', async () => {
    const exporter = e.exporter();
    await exported(exporter, readableSpans(1));
    expect(e.collector.connections()).to.equal(1);
    await exporter.shutdown();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(e.collector.connections()).to.equal(0);
  });

  it('flushes what is in flight (T-PROC-09)', async () => {
    e.collector.answer({ status: 503 }, { status: 200, delay: 30 });
    const exporter = e.exporter();
    void exported(exporter, readableSpans(3));
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ delivered: 3, pending: 0 });
  });

  it('does not fail a flush because an export failed: its caller was told', async () => {
    e.collector.answer({ status: 400 });
    const exporter = e.exporter();
    void exported(exporter, readableSpans(3));
    await exporter.forceFlush();
    expect(exporter.stats().rejected).to.equal(3);
  });

  it('sends with tracing suppressed, at each attempt (T-EXP-07)', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    const suppressed: boolean[] = [];
    const seen = (message: unknown): void => {
      const { request } = message as { request: { path: string } };
      if (request.path === '/v1/traces') suppressed.push(isTracingSuppressed(context.active()));
    };
    subscribe('http.client.request.start', seen);
    try {
      e.collector.answer({ status: 503 });
      await exported(e.exporter({ compression: 'gzip' }), readableSpans(1));
      expect(suppressed).to.deep.equal([true, true]);
    } finally {
      unsubscribe('http.client.request.start', seen);
      context.disable();
    }
  });
});
