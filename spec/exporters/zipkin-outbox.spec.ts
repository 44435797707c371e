import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { TracerProvider } from '../../lib/provider.js';
import { resourceFromAttributes } from '../../lib/resource.js';
import { runChild } from '../support/child.js';
import { refusingUrl } from '../support/collector.js';
import { pendingResource } from '../support/pending-resource.js';
import { readableSpan, readableSpans } from '../support/readable-spans.js';
import { until } from './otlp/exporting.js';
import { spansIn, zipkinExporting } from './zipkin-exporting.js';

describe('ZipkinExporter, enqueue', () => {
  const z = zipkinExporting();

  it('delivers what it takes', async () => {
    const exporter = z.exporter();
    expect(exporter.enqueue([readableSpan({ name: 'a' }), readableSpan({ name: 'b' })])).to.equal(
      true,
    );
    expect(exporter.stats()).to.include({ accepted: 2, pending: 2, delivered: 0 });
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ delivered: 2, pending: 0, pendingBytes: 0 });
    expect(spansIn(z.zipkin.requests[0]!).map(({ name }) => name)).to.deep.equal(['a', 'b']);
  });

  it('joins small requests that wait to one list', async () => {
    z.zipkin.answer({ status: 202, delay: 30 });
    const exporter = z.exporter({ concurrencyLimit: 1 });
    for (let i = 0; i < 20; i++) exporter.enqueue([readableSpan({ name: `n${i}` })]);
    await exporter.forceFlush();
    const names = z.zipkin.requests.map((request) => spansIn(request).map(({ name }) => name));
    const all = Array.from({ length: 20 }, (_, i) => `n${i}`);
    expect(names).to.deep.equal([all.slice(0, 1), all.slice(1)]);
  });

  it('keeps the service of each span, whatever resources come together', async () => {
    const other = resourceFromAttributes({ 'service.name': 'other', 'host.name': 'h' });
    const exporter = z.exporter();
    exporter.enqueue([readableSpan(), readableSpan({ resource: other }), readableSpan()]);
    await exporter.forceFlush();
    const services = z.zipkin.requests.map((request) =>
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
      const [early, second] = z.zipkin.requests.slice(1).flatMap(spansIn);
      expect(early).to.deep.include({ name: 'early', localEndpoint: { serviceName: 'shop' } });
      expect(early!.tags).to.include({ 'host.name': 'detected-host', own: 'span' });
      expect(second!.tags).to.include({ 'host.name': 'detected-host', own: 'resource' });
    });

    it('joins spans of before and after', async () => {
      const { resource, settle } = pendingResource();
      const exporter = z.exporter({ concurrencyLimit: 1 });
      exporter.enqueue(readableSpans(1));
      z.zipkin.answer({ status: 202, delay: 50 });
      exporter.enqueue([readableSpan({ resource, name: 'before' })]);
      settle();
      exporter.enqueue([readableSpan({ resource, name: 'after' })]);
      await exporter.forceFlush();
      const last = spansIn(z.zipkin.requests.at(-1)!);
      expect(last.map(({ name }) => name)).to.have.members(['before', 'after']);
      for (const { tags } of last) expect(tags!['host.name']).to.equal('detected-host');
    });
  });

  it('drops the newest beyond its bytes, counts them and says so once', async () => {
    z.zipkin.always({ status: 202, delay: 30 });
    const exporter = z.exporter({ maxQueueBytes: 4000 });
    const taken = Array.from({ length: 30 }, () => exporter.enqueue(readableSpans(2)));
    expect([taken[0], taken.at(-1)]).to.deep.equal([true, false]);
    await exporter.forceFlush();
    const { delivered, dropped } = exporter.stats();
    expect(delivered).to.equal(taken.filter((each) => each).length * 2);
    expect(delivered + dropped.queueFull).to.equal(60);
    expect(z.codes()).to.deep.equal(['zipkin.queue-full']);
  });

  it('makes several requests of what is too large for one (E-HTTP-08)', async () => {
    const exporter = z.exporter({ maxRequestBytes: 3000 });
    const large = readableSpan({ attributes: { text: 'x'.repeat(4000) } });
    exporter.enqueue([...readableSpans(40), large]);
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ accepted: 41, delivered: 40 });
    expect(exporter.stats().dropped.requestTooLarge).to.equal(1);
    for (const { body } of z.zipkin.requests) expect(body.length).to.be.at.most(3000);
  });

  it('counts and sends the others when a span is invalid', async () => {
    const exporter = z.exporter();
    const bad = readableSpan({ spanContext: () => ({ traceId: 'x', spanId: 'y', traceFlags: 1 }) });
    expect(exporter.enqueue([...readableSpans(2), bad])).to.equal(true);
    expect(exporter.enqueue([bad])).to.equal(true);
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ accepted: 4, delivered: 2 });
    expect(exporter.stats().dropped.invalid).to.equal(2);
    expect(z.zipkin.requests).to.have.length(1);
  });

  it('refuses spans after shutdown, and counts them (T-EXP-03)', async () => {
    const exporter = z.exporter();
    await exporter.shutdown();
    expect(exporter.enqueue(readableSpans(3))).to.equal(false);
    expect(exporter.stats().dropped.shutdown).to.equal(3);
  });

  it('delivers everything when Zipkin is back', async () => {
    z.zipkin.always({ status: 503 });
    const exporter = z.exporter();
    for (let i = 0; i < 10; i++) exporter.enqueue(readableSpans(10));
    await until(() => z.codes().includes('zipkin.waiting'));
    expect(exporter.stats()).to.include({ pending: 100, delivered: 0 });
    z.zipkin.always({ status: 202 });
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ accepted: 100, delivered: 100 });
    expect(z.seenIds().size).to.equal(100);
  });

  it('rejects a flush with what was lost, by count', async () => {
    const exporter = z.exporter();
    z.zipkin.always({ status: 400, body: 'no' });
    exporter.enqueue(readableSpans(3));
    const error = await exporter.forceFlush().then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error!.message).to.match(/^3 spans could not be sent to .*\/api\/v2\/spans: 400/);
  });

  it('rejects a shutdown with what still waits, by count', async () => {
    z.zipkin.always({ status: 503, headers: { 'retry-after': '60' } });
    const exporter = z.exporter();
    exporter.enqueue(readableSpans(3));
    await z.zipkin.received(1);
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
      z.zipkin.always({ status: 503 });
      const first = z.exporter({ spool: { directory }, maxQueueBytes: 5000 });
      for (let i = 0; i < 10; i++) expect(first.enqueue(readableSpans(10))).to.equal(true);
      await first.shutdown();
      expect(first.stats()).to.include({ accepted: 100, spooled: 100 });
      z.zipkin.always({ status: 202 });
      const second = z.exporter({ spool: { directory } });
      await until(() => second.stats().delivered === 100);
      expect(z.seenIds().size).to.equal(100);
      await second.shutdown();
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
