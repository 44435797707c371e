import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { TracerProvider } from '../../lib/provider.js';
import { resourceFromAttributes } from '../../lib/resource.js';
import { behavesLikeAnOutbox } from '../contract/outbox.js';
import { runChild } from '../support/child.js';
import { refusingUrl } from '../support/collector.js';
import { pendingResource } from '../support/pending-resource.js';
import { readableSpan, readableSpans } from '../support/readable-spans.js';
import { until } from './otlp/exporting.js';
import { spansIn, zipkinExporting } from './zipkin-exporting.js';

describe('ZipkinExporter, enqueue', () => {
  const z = zipkinExporting();

  behavesLikeAnOutbox(z, { name: 'zipkin', ok: 202 });

  it('delivers what it takes', async () => {
    const exporter = z.exporter();
    expect(exporter.enqueue([readableSpan({ name: 'a' }), readableSpan({ name: 'b' })])).to.equal(
      true,
    );
    expect(exporter.stats()).to.include({ accepted: 2, pending: 2, delivered: 0 });
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ delivered: 2, pending: 0, pendingBytes: 0 });
    expect(spansIn(z.collector.requests[0]!).map(({ name }) => name)).to.deep.equal(['a', 'b']);
  });

  it('joins small requests that wait to one list', async () => {
    z.collector.answer({ status: 202, delay: 30 });
    const exporter = z.exporter({ concurrencyLimit: 1 });
    for (let i = 0; i < 20; i++) exporter.enqueue([readableSpan({ name: `n${i}` })]);
    await exporter.forceFlush();
    const names = z.collector.requests.map((request) => spansIn(request).map(({ name }) => name));
    const all = Array.from({ length: 20 }, (_, i) => `n${i}`);
    expect(names).to.deep.equal([all.slice(0, 1), all.slice(1)]);
  });

  it('keeps the service of each span, whatever resources come together', async () => {
    const other = resourceFromAttributes({ 'service.name': 'other', 'host.name': 'h' });
    const exporter = z.exporter();
    exporter.enqueue([readableSpan(), readableSpan({ resource: other }), readableSpan()]);
    await exporter.forceFlush();
    const services = z.collector.requests.map((request) =>
      spansIn(request).map(({ localEndpoint }) => localEndpoint.serviceName),
    );
    expect(services).to.have.deep.members([['shop', 'shop'], ['other']]);
  });

  describe('while a resource is being detected', () => {
    it('waits for it, and sends what it has become', async () => {
      const { resource, settle } = pendingResource();
      const exporter = z.exporter();
      exporter.enqueue([readableSpan({ resource, name: 'early', attributes: { own: 'span' } })]);
      exporter.enqueue([readableSpan({ resource, name: 'second' })]);
      exporter.enqueue(readableSpans(1));
      await until(() => exporter.stats().delivered === 1);
      expect(exporter.stats().pending).to.equal(2);
      settle();
      await exporter.forceFlush();
      const [early, second] = z.collector.requests.slice(1).flatMap(spansIn);
      expect(early).to.deep.include({ name: 'early', localEndpoint: { serviceName: 'shop' } });
      expect(early!.tags).to.include({ 'host.name': 'detected-host', own: 'span' });
      expect(second!.tags).to.include({ 'host.name': 'detected-host', own: 'resource' });
    });

    it('joins spans of before and after', async () => {
      const { resource, settle } = pendingResource();
      const exporter = z.exporter({ concurrencyLimit: 1 });
      exporter.enqueue(readableSpans(1));
      z.collector.answer({ status: 202, delay: 50 });
      exporter.enqueue([readableSpan({ resource, name: 'before' })]);
      settle();
      exporter.enqueue([readableSpan({ resource, name: 'after' })]);
      await exporter.forceFlush();
      const last = spansIn(z.collector.requests.at(-1)!);
      expect(last.map(({ name }) => name)).to.have.members(['before', 'after']);
      for (const { tags } of last) expect(tags!['host.name']).to.equal('detected-host');
    });
  });

  it('delivers everything when Zipkin is back', async () => {
    z.collector.always({ status: 503 });
    const exporter = z.exporter();
    for (let i = 0; i < 10; i++) exporter.enqueue(readableSpans(10));
    await until(() => z.codes().includes('zipkin.waiting'));
    expect(exporter.stats()).to.include({ pending: 100, delivered: 0 });
    z.collector.always({ status: 202 });
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ accepted: 100, delivered: 100 });
    expect(z.seenIds().size).to.equal(100);
  });

  it('rejects a flush with what was lost, by count', async () => {
    const exporter = z.exporter();
    z.collector.always({ status: 400, body: 'no' });
    exporter.enqueue(readableSpans(3));
    const error = await exporter.forceFlush().then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error!.message).to.match(/^3 spans could not be sent to .*\/api\/v2\/spans: 400/);
  });

  it('rejects a shutdown with what still waits, by count', async () => {
    z.collector.always({ status: 503, headers: { 'retry-after': '60' } });
    const exporter = z.exporter();
    exporter.enqueue(readableSpans(3));
    await z.collector.received(1);
    const error = await exporter.shutdown().then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error!.message).to.match(/^3 spans could not be sent/);
    expect(exporter.stats().dropped.shutdown).to.equal(3);
  });

  it('gives up what is too old', async () => {
    const exporter = z.exporter({ url: await refusingUrl(), maxAgeMillis: 50 });
    exporter.enqueue(readableSpans(3));
    await until(() => exporter.stats().pending === 0);
    expect(exporter.stats().dropped.expired).to.equal(3);
  });

  it('delivers every span of a synchronous burst behind a batch processor', async () => {
    const exporter = z.exporter();
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    const tracer = provider.getTracer('burst');
    for (let i = 0; i < 10_000; i++) tracer.startSpan(`s${i}`, {}, ROOT_CONTEXT).end();
    await provider.shutdown();
    expect(exporter.stats()).to.include({ accepted: 10_000, delivered: 10_000 });
    expect(z.seenIds().size).to.equal(10_000);
  });

  it('delivers while the process exits what waits', async () => {
    const args = [z.url, '40'];
    const ended = await runChild('../../exporters/zipkin-child.ts', { args }).ended;
    expect(ended.code, ended.stderr).to.equal(3);
    expect(JSON.parse(ended.stdout)).to.include({ accepted: 43, delivered: 43 });
    expect(z.seenIds().size).to.equal(43);
  });

  it('says what was lost of it while the process exits', async () => {
    const args = [await refusingUrl(), '40'];
    const ended = await runChild('../../exporters/zipkin-child.ts', { args }).ended;
    expect(ended.stdout).to.match(/^zipkin\.exit: 43 spans could not be sent .*ECONNREFUSED/);
  });

  it('spools to disk what cannot be delivered, and sends it when Zipkin is back', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'spantree-spool-'));
    try {
      z.collector.always({ status: 503 });
      const first = z.exporter({ spool: { directory }, maxQueueBytes: 5000 });
      for (let i = 0; i < 10; i++) expect(first.enqueue(readableSpans(10))).to.equal(true);
      await first.shutdown();
      expect(first.stats()).to.include({ accepted: 100, spooled: 100 });
      z.collector.always({ status: 202 });
      const second = z.exporter({ spool: { directory } });
      await until(() => second.stats().delivered === 100);
      expect(z.seenIds().size).to.equal(100);
      await second.shutdown();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
