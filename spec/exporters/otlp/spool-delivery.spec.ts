import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readableSpans } from '../../support/readable-spans.js';
import { startCollector, refusingUrl } from '../../support/collector.js';
import { expectBalance } from '../../support/remote-exporting.js';
import { exporting, until } from './exporting.js';
import {
  OTLPTraceExporter,
  type OTLPTraceExporterOptions,
} from '../../../exporters/otlp/trace-exporter.js';

describe('OTLPTraceExporter with a spool', () => {
  const e = exporting();
  let directory: string;
  const own: OTLPTraceExporter[] = [];
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'spantree-spool-'));
  });
  afterEach(async () => {
    const mine = own.splice(0);
    await Promise.allSettled(mine.map((each) => each.shutdown()));
    for (const each of mine) expectBalance(each);
    rmSync(directory, { recursive: true, force: true });
  });

  function exporter(options: OTLPTraceExporterOptions = {}): OTLPTraceExporter {
    const made = new OTLPTraceExporter({
      url: e.collector.url,
      initialBackoffMillis: 5,
      maxBackoffMillis: 5,
      spool: { directory },
      ...options,
    });
    own.push(made);
    return made;
  }

  function sum(to: OTLPTraceExporter): number {
    const { delivered, rejected, dropped, pending, spooled } = to.stats();
    const lost = Object.values(dropped).reduce((all, count) => all + count, 0);
    return delivered + rejected + lost + pending + spooled;
  }

  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    it(`delivers everything when the backend is back, although the queue was full, by ${protocol}`, async () => {
      e.collector.always({ status: 503 });
      const to = exporter({ protocol, maxQueueBytes: 5000 });
      const spans = readableSpans(200);
      for (let i = 0; i < 200; i += 10) expect(to.enqueue(spans.slice(i, i + 10))).to.equal(true);
      expect(to.stats().spooled).to.be.above(100);
      expect(sum(to)).to.equal(200);
      e.collector.always({ status: 200 });
      await until(() => to.stats().delivered === 200);
      expect(to.stats()).to.include({ accepted: 200, pending: 0, spooled: 0 });
      const ids = new Set(e.collector.spans().map(({ spanId }) => spanId));
      expect(ids.size).to.equal(200);
    });
  }

  it('keeps what was too old for the queue', async () => {
    e.collector.always({ status: 503 });
    const to = exporter({ maxAgeMillis: 30 });
    to.enqueue(readableSpans(3));
    await until(() => to.stats().spooled === 3);
    e.collector.always({ status: 200 });
    to.enqueue(readableSpans(1));
    await until(() => to.stats().delivered === 4);
  });

  it('leaves to the next process what it cannot deliver at shutdown', async () => {
    const first = exporter({ url: await refusingUrl() });
    first.enqueue(readableSpans(5));
    await first.shutdown();
    expect(first.stats()).to.include({ spooled: 5, pending: 0 });
    const next = exporter();
    await until(() => next.stats().delivered === 5);
    expect(next.stats()).to.include({ accepted: 5, spooled: 0 });
    expect(e.collector.spans()).to.have.length(5);
  });

  it('leaves to the next process what it cannot deliver synchronously', async () => {
    const first = exporter({ url: await refusingUrl() });
    first.enqueue(readableSpans(2));
    first.exportSync(readableSpans(3), 500);
    expect(first.stats()).to.include({ spooled: 5, pending: 0 });
    await first.shutdown();
    const next = exporter();
    await until(() => next.stats().delivered === 5);
  });

  it('drops and counts what the spool cannot hold either', () => {
    e.collector.always('hang');
    const to = exporter({ maxQueueBytes: 1, spool: { directory, maxBytes: 1000 } });
    let taken = true;
    for (let i = 0; i < 10; i++) taken = to.enqueue(readableSpans(2)) && taken;
    expect(taken).to.equal(false);
    expect(to.stats().dropped.spoolFull + to.stats().dropped.queueFull).to.be.above(0);
    expect(sum(to)).to.equal(20);
    expect(e.codes().filter((code) => code === 'otlp.spool-full')).to.have.length(1);
  });

  it('counts what a spool that cannot be written loses', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    e.collector.always('hang');
    const to = exporter({ maxQueueBytes: 1, spool: { directory: join(file, 'below') } });
    to.enqueue(readableSpans(2));
    await until(() => to.stats().dropped.spoolFailed === 2);
    expect(sum(to)).to.equal(2);
    expect(e.codes()).to.include('otlp.spool-failed');
  });

  it('counts what the backend refuses', async () => {
    const down = await startCollector();
    await down.close();
    const first = exporter({ url: down.url });
    first.enqueue(readableSpans(2));
    await first.shutdown();
    e.collector.always({ status: 400 });
    const next = exporter();
    await until(() => next.stats().rejected === 2);
    expect(sum(next)).to.equal(2);
  });

  it('waits as long as the backend asks for before it sends from disk again (E-HTTP-06)', async () => {
    const first = exporter({ url: await refusingUrl() });
    first.enqueue(readableSpans(2));
    await first.shutdown();
    e.collector.answer({ status: 503, headers: { 'retry-after': '1' } });
    const next = exporter();
    await until(() => next.stats().delivered === 2);
    const [once, again] = e.collector.requests;
    expect(e.collector.requests).to.have.length(2);
    expect(again!.at - once!.at).to.be.at.least(990);
  });

  it('is shut down at once while the backend hangs over a request from disk, which stays there', async () => {
    const first = exporter({ url: await refusingUrl() });
    first.enqueue(readableSpans(5));
    await first.shutdown();
    e.collector.always('hang');
    const next = exporter();
    await until(() => e.collector.requests.length === 1);
    const begun = performance.now();
    await next.shutdown();
    expect(performance.now() - begun).to.be.below(1000);
    expect(next.stats()).to.include({ accepted: 5, spooled: 5, delivered: 0 });
    e.collector.always({ status: 200 });
    const last = exporter();
    await until(() => last.stats().delivered === 5);
  });

  it('is shut down at once while the backend wants to be left alone', async () => {
    const first = exporter({ url: await refusingUrl() });
    first.enqueue(readableSpans(5));
    await first.shutdown();
    e.collector.always({ status: 503, headers: { 'retry-after': '60' } });
    const next = exporter();
    await until(() => e.collector.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const begun = performance.now();
    await next.shutdown();
    expect(performance.now() - begun).to.be.below(1000);
    expect(next.stats()).to.include({ spooled: 5 });
  });

  it('refuses options that it cannot use', () => {
    expect(() => exporter({ spool: { directory: '' } })).to.throw(
      TypeError,
      /spool\.directory.*""/,
    );
    expect(() => exporter({ spool: { directory, maxBytes: 0 } })).to.throw(
      TypeError,
      /spool\.maxBytes.*0/,
    );
  });
});
