import { expect } from 'chai';
import { refusingUrl, startCollector } from '../../support/collector.js';
import { readableSpans } from '../../support/readable-spans.js';
import { exporting, until } from './exporting.js';

/** What the promise rejects with. */
async function failure(promise: Promise<void>): Promise<string> {
  return promise.then(
    () => 'nothing',
    (error: unknown) => (error as Error).message,
  );
}

describe('OTLPTraceExporter, enqueue, flush', () => {
  const e = exporting();

  it('waits for what was there before, and not for what came after (T-PROC-09)', async () => {
    e.collector.answer({ status: 200, delay: 20 }, 'hang');
    const exporter = e.exporter({ concurrencyLimit: 1, timeoutMillis: 3000 });
    exporter.enqueue(readableSpans(2));
    const flushed = exporter.forceFlush();
    exporter.enqueue(readableSpans(3));
    const begun = performance.now();
    await flushed;
    expect(performance.now() - begun).to.be.below(1000);
    expect(exporter.stats()).to.include({ delivered: 2, pending: 3 });
  });

  it('does not wait for the next attempt: it makes it', async () => {
    e.collector.answer({ status: 503 });
    const exporter = e.exporter({ initialBackoffMillis: 60_000, maxBackoffMillis: 60_000 });
    exporter.enqueue(readableSpans(2));
    await until(() => e.collector.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await exporter.forceFlush();
    expect(exporter.stats().delivered).to.equal(2);
  });

  it('rejects with the number of spans that still wait after its time', async () => {
    e.collector.always('hang');
    const exporter = e.exporter();
    exporter.enqueue(readableSpans(2));
    exporter.enqueue(readableSpans(3));
    const message = await failure(exporter.forceFlush({ timeoutMillis: 50 }));
    expect(message).to.equal('5 spans still wait to be sent after 50 ms');
    expect(exporter.stats().pending).to.equal(5);
    e.collector.always({ status: 200 });
  });

  it('counts spans of both doors among those', async () => {
    e.collector.always('hang');
    const exporter = e.exporter();
    exporter.enqueue(readableSpans(2));
    exporter.export(readableSpans(3), () => {});
    const message = await failure(exporter.forceFlush({ timeoutMillis: 50 }));
    expect(message).to.match(/^5 spans still wait/);
    e.collector.always({ status: 200 });
  });

  it('rejects with the number of spans that were refused meanwhile (T-PROC-11)', async () => {
    e.collector.answer({ status: 401 });
    const exporter = e.exporter({ concurrencyLimit: 1 });
    exporter.enqueue(readableSpans(2));
    exporter.enqueue(readableSpans(3));
    const message = await failure(exporter.forceFlush());
    expect(message).to.match(/^2 spans could not be sent to http:\S+: 401/);
    expect(e.codes()).to.deep.equal(['otlp.rejected']);
    await exporter.forceFlush();
  });

  it('is over at once where nothing waits', async () => {
    await e.exporter().forceFlush();
  });
});

describe('OTLPTraceExporter, enqueue, flush before the process ends', () => {
  const e = exporting();

  async function millisOf(promise: Promise<void>): Promise<number> {
    const begun = performance.now();
    await promise;
    return performance.now() - begun;
  }

  it('gives up early where connections are refused, and sends later should the process go on', async () => {
    const port = Number(new URL(e.collector.url).port);
    await e.collector.close();
    const exporter = e.exporter({ initialBackoffMillis: 60_000, maxBackoffMillis: 60_000 });
    exporter.enqueue(readableSpans(2));
    expect(await millisOf(exporter.forceFlush({ isEnding: true }))).to.be.below(1500);
    expect(exporter.stats()).to.include({ pending: 2 });
    const back = await startCollector({ port });
    await until(() => exporter.stats().delivered === 2);
    await back.close();
    expect(e.codes(), 'nothing is lost').to.deep.equal([]);
  });

  it('rides out two failures', async () => {
    e.collector.answer({ status: 503 }, 'reset');
    const exporter = e.exporter({ initialBackoffMillis: 60_000, maxBackoffMillis: 60_000 });
    exporter.enqueue(readableSpans(2));
    await exporter.forceFlush({ isEnding: true });
    expect(exporter.stats().delivered).to.equal(2);
  });

  it('gives up at once where the backend asks for more time than there is', async () => {
    e.collector.answer({ status: 503, headers: { 'retry-after': '60' } });
    const exporter = e.exporter();
    exporter.enqueue(readableSpans(2));
    const flushed = exporter.forceFlush({ isEnding: true, timeoutMillis: 3000 });
    expect(await millisOf(flushed)).to.be.below(1500);
    expect(e.collector.requests).to.have.length(1);
    expect(
      await millisOf(exporter.forceFlush({ isEnding: true, timeoutMillis: 3000 })),
    ).to.be.below(500);
    expect(exporter.stats()).to.include({ pending: 2 });
  });

  it('gives a backend that has failed before a second, and breaks off what is on its way', async () => {
    e.collector.answer({ status: 503 });
    e.collector.always('hang');
    const exporter = e.exporter();
    exporter.enqueue(readableSpans(2));
    await until(() => e.collector.requests.length === 2);
    const flushed = exporter.forceFlush({ isEnding: true, timeoutMillis: 3000 });
    expect(await millisOf(flushed)).to.be.within(900, 2000);
    await until(() => e.collector.connections() === 0);
    expect(exporter.stats()).to.include({ pending: 2 });
    e.collector.always({ status: 200 });
    await until(() => exporter.stats().delivered === 2);
  });
});

describe('OTLPTraceExporter, enqueue, shutdown', () => {
  const e = exporting();

  it('sends what waits (T-PROC-08)', async () => {
    e.collector.always({ status: 200, delay: 10 });
    const exporter = e.exporter({ concurrencyLimit: 2, maxRequestBytes: 2000 });
    for (let i = 0; i < 20; i++) exporter.enqueue(readableSpans(10));
    await exporter.shutdown();
    expect(exporter.stats()).to.include({ delivered: 200, pending: 0 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(e.collector.connections()).to.equal(0);
  });

  it('tries at once what waits, even for a backend that asked for a wait (E-RET-03)', async () => {
    e.collector.answer({ status: 503, headers: { 'retry-after': '60' } });
    const exporter = e.exporter();
    exporter.enqueue(readableSpans(2));
    await until(() => e.collector.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const begun = performance.now();
    await exporter.shutdown();
    expect(performance.now() - begun).to.be.below(1000);
    expect(exporter.stats().delivered).to.equal(2);
  });

  it('rides out single failures', async () => {
    e.collector.answer(...(['reset', { status: 200 }, { status: 503 }] as const), 'no http');
    const exporter = e.exporter({ concurrencyLimit: 1, maxRequestBytes: 2000 });
    for (let i = 0; i < 4; i++) exporter.enqueue(readableSpans(12));
    await exporter.shutdown();
    expect(exporter.stats().delivered).to.equal(48);
  });

  it('gives up early, by count, at a backend that refuses connections (E-RET-04)', async () => {
    const exporter = e.exporter({ url: await refusingUrl() });
    for (let i = 0; i < 5; i++) exporter.enqueue(readableSpans(2));
    const begun = performance.now();
    const message = await failure(exporter.shutdown());
    expect(performance.now() - begun).to.be.below(2000);
    expect(message).to.match(/^10 spans could not be sent to http:\S+: .*ECONNREFUSED/);
    expect(exporter.stats().dropped.shutdown).to.equal(10);
  });

  it('gives up at once at a backend that will not be ready in time', async () => {
    e.collector.always({ status: 503, headers: { 'retry-after': '60' } });
    const exporter = e.exporter();
    exporter.enqueue(readableSpans(2));
    const message = await failure(exporter.shutdown());
    expect(message).to.match(/^2 spans could not be sent .*503/);
    expect(e.collector.requests.length).to.be.at.most(2);
  });

  it('gives up one request that always fails, and delivers the others', async () => {
    e.collector.decide((body) => (body.includes('poison') ? { status: 503 } : undefined));
    const exporter = e.exporter({ concurrencyLimit: 1, maxRequestBytes: 2000 });
    const [poison] = readableSpans(1);
    exporter.enqueue([{ ...poison!, name: 'poison'.padEnd(1500) }]);
    for (let i = 0; i < 10; i++) exporter.enqueue(readableSpans(12));
    const message = await failure(exporter.shutdown());
    expect(message).to.match(/^1 span could not be sent/);
    expect(exporter.stats()).to.include({ delivered: 120, pending: 0 });
  });

  it('gives up after its time at a backend that hangs', async () => {
    e.collector.always('hang');
    const exporter = e.exporter();
    exporter.enqueue(readableSpans(2));
    const begun = performance.now();
    const message = await failure(exporter.shutdown({ timeoutMillis: 200 }));
    expect(performance.now() - begun).to.be.within(190, 1500);
    expect(message).to.match(/^2 spans could not be sent .*200 ms/);
    expect(exporter.stats().dropped.shutdown).to.equal(2);
    expect(e.codes(), 'its caller is told').to.deep.equal([]);
  });

  it('sends a resource whose detection does not end as it is', async () => {
    const exporter = e.exporter();
    const [span] = readableSpans(1);
    const never = new Promise<void>(() => {});
    const { resource } = span!;
    const pending = {
      attributes: resource.attributes,
      asyncAttributesPending: true,
      waitForAsyncAttributes: () => never,
      merge: () => resource,
      getRawAttributes: () => resource.getRawAttributes(),
    };
    exporter.enqueue([{ ...span!, resource: pending }]);
    await exporter.shutdown();
    expect(exporter.stats().delivered).to.equal(1);
  });
});
