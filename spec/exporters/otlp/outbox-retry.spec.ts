import { expect } from 'chai';
import { refusingUrl, startCollector } from '../../support/collector.js';
import { readableSpan, readableSpans } from '../../support/readable-spans.js';
import { exporting, until } from './exporting.js';

describe('OTLPTraceExporter, enqueue, retries', () => {
  const e = exporting();

  it('delivers everything when a backend that was down comes back', async () => {
    const url = await refusingUrl();
    const exporter = e.exporter({ url, initialBackoffMillis: 20, maxBackoffMillis: 20 });
    for (let i = 0; i < 10; i++) exporter.enqueue(readableSpans(10));
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (let i = 0; i < 10; i++) exporter.enqueue(readableSpans(10));
    expect(exporter.stats()).to.include({ pending: 200, delivered: 0 });
    const back = await startCollector({ port: Number(new URL(url).port) });
    await exporter.forceFlush();
    expect(back.spans()).to.have.length(200);
    expect(new Set(back.spans().map(({ spanId }) => spanId)).size).to.equal(200);
    await exporter.shutdown();
    await back.close();
  });

  it('delivers everything when a name can be resolved again', async () => {
    let isDown = true;
    const headers = (): Promise<Record<string, string>> =>
      isDown ? Promise.reject(new Error('getaddrinfo EAI_AGAIN')) : Promise.resolve({});
    const exporter = e.exporter({ headers });
    exporter.enqueue(readableSpans(5));
    await until(() => e.codes().includes('otlp.waiting'));
    isDown = false;
    await exporter.forceFlush();
    expect(exporter.stats().delivered).to.equal(5);
  });

  it('survives a name that nobody resolves, and says that spans wait', async () => {
    const exporter = e.exporter({
      url: 'http://nowhere.invalid/v1/traces',
      maxAgeMillis: 300,
      timeoutMillis: 100,
    });
    exporter.enqueue(readableSpans(5));
    await until(() => exporter.stats().pending === 0);
    expect(exporter.stats().dropped.expired).to.equal(5);
    expect(e.codes()).to.include.members(['otlp.waiting', 'otlp.expired']);
    expect(e.diagnostics[0]!.message).to.match(
      /nowhere\.invalid.* 300 ms: .*(ENOTFOUND|EAI_AGAIN|no answer)/,
    );
  });

  it('gives up what is older than maxAgeMillis, also while the backend asks to be left alone', async () => {
    e.collector.always({ status: 503, headers: { 'retry-after': '60' } });
    const exporter = e.exporter({ maxAgeMillis: 100, concurrencyLimit: 1 });
    exporter.enqueue(readableSpans(2));
    await until(() => e.collector.requests.length === 1);
    exporter.enqueue(readableSpans(3));
    const begun = performance.now();
    await until(() => exporter.stats().pending === 0);
    expect(performance.now() - begun).to.be.within(50, 2000);
    expect(exporter.stats().dropped.expired).to.equal(5);
    expect(e.collector.requests).to.have.length(1);
    expect(e.codes()).to.deep.equal(['otlp.expired']);
  });

  it('tries for ever where maxAgeMillis is 0', async () => {
    e.collector.answer(...Array.from({ length: 20 }, () => ({ status: 503 })));
    const exporter = e.exporter({ maxAgeMillis: 0, initialBackoffMillis: 1, maxBackoffMillis: 1 });
    exporter.enqueue(readableSpans(2));
    await exporter.forceFlush();
    expect(exporter.stats().delivered).to.equal(2);
    expect(e.collector.requests).to.have.length(21);
  });

  it('leaves a throttled backend alone with everything (E-HTTP-06)', async () => {
    e.collector.answer({ status: 429, headers: { 'retry-after': '1' } });
    const exporter = e.exporter();
    exporter.enqueue(readableSpans(1));
    await until(() => e.collector.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    exporter.enqueue(readableSpans(1));
    await exporter.forceFlush();
    const [first, ...later] = e.collector.requests;
    expect(exporter.stats().delivered).to.equal(2);
    for (const { at } of later) expect(at - first!.at).to.be.within(990, 4000);
  });

  it('sends one request alone until a failing backend takes it', async () => {
    e.collector.always({ status: 503, delay: 5 });
    const exporter = e.exporter({ concurrencyLimit: 4, maxRequestBytes: 5000 });
    for (let i = 0; i < 40; i++) exporter.enqueue([largeSpan(3000)]);
    await until(() => e.collector.requests.length >= 10);
    const ports = new Set(e.collector.requests.slice(5).map(({ port }) => port));
    expect(ports.size, 'connections in use').to.equal(1);
    e.collector.always({ status: 200, delay: 5 });
    await exporter.forceFlush();
    expect(exporter.stats().delivered).to.equal(40);
  });

  it('lets the others pass when one request fails again and again', async () => {
    e.collector.decide((body) => (body.includes('poison') ? { status: 503 } : undefined));
    const exporter = e.exporter({ maxAgeMillis: 300, concurrencyLimit: 1, maxRequestBytes: 1000 });
    exporter.enqueue([readableSpan({ name: 'poison', attributes: { text: 'x'.repeat(600) } })]);
    for (let i = 0; i < 20; i++) exporter.enqueue([largeSpan(600)]);
    await until(() => exporter.stats().delivered === 20);
    await until(() => exporter.stats().pending === 0);
    expect(exporter.stats().dropped.expired).to.equal(1);
  });

  it('sends apart what is too large only when it is joined', async () => {
    e.collector.answer({ status: 503 });
    e.collector.decide((body) => (body.length > 1500 ? { status: 413 } : undefined));
    const exporter = e.exporter({ concurrencyLimit: 1 });
    for (let i = 0; i < 6; i++) exporter.enqueue([largeSpan(1000)]);
    await exporter.forceFlush();
    expect(exporter.stats()).to.include({ delivered: 6, rejected: 0 });
  });

  it('bounds one attempt by timeoutMillis, and delivers with the next', async () => {
    e.collector.answer('hang', 'hang');
    const exporter = e.exporter({ timeoutMillis: 50 });
    exporter.enqueue(readableSpans(4));
    await exporter.forceFlush();
    expect(exporter.stats().delivered).to.equal(4);
    expect(e.collector.requests).to.have.length(3);
  });

  it('says once that spans wait for a backend', async () => {
    e.collector.answer(...Array.from({ length: 6 }, () => ({ status: 503 })));
    const exporter = e.exporter();
    exporter.enqueue(readableSpans(4));
    await exporter.forceFlush();
    expect(e.diagnostics).to.have.length(1);
    expect(e.diagnostics[0]!.code).to.equal('otlp.waiting');
    expect(e.diagnostics[0]!.message).to.match(/spans wait for http:\/\/127.*300000 ms: 503/);
  });
});

function largeSpan(bytes: number): ReturnType<typeof readableSpan> {
  return readableSpan({ attributes: { text: 'x'.repeat(bytes) } });
}
