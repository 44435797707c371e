import { expect } from 'chai';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { TracerProvider } from '../../lib/provider.js';
import { exporting, until } from '../exporters/otlp/exporting.js';
import { startCollector, type Collector } from '../support/collector.js';

describe('several destinations (E-HTTP-14)', () => {
  const e = exporting();
  let other: Collector;
  let provider: TracerProvider;

  /** Exporters to `e.collector` and to `other`, behind one provider. */
  function begin() {
    const exporters = [e.exporter(), e.exporter({ url: other.url })] as const;
    const spanProcessors = exporters.map(
      (exporter) => new BatchSpanProcessor(exporter, { scheduledDelayMillis: 10 }),
    );
    provider = new TracerProvider({ spanProcessors });
    return exporters;
  }

  function trace(count: number): void {
    const tracer = provider.getTracer('spec');
    for (let i = 0; i < count; i++) tracer.startSpan(`span ${i}`).end();
  }

  beforeEach(async () => {
    other = await startCollector();
  });

  afterEach(async () => {
    e.collector.always({ status: 200 });
    await other.close();
    await Promise.allSettled([provider.shutdown()]);
  });

  it('get every span each', async () => {
    begin();
    trace(600);
    await provider.forceFlush();
    const names = (collector: Collector) => collector.spans().map(({ name }) => name);
    expect(names(e.collector)).to.have.length(600);
    expect(names(other)).to.have.members(names(e.collector));
  });

  it('do not wait for one that hangs, which keeps its own until it is back', async () => {
    e.collector.always('hang');
    const [hanging, well] = begin();
    trace(20);
    const flushed = provider.forceFlush();
    await until(() => well.stats().delivered === 20);
    expect(hanging.stats()).to.include({ delivered: 0, pending: 20 });

    trace(5);
    void provider.forceFlush().catch(() => {});
    await until(() => well.stats().delivered === 25);
    expect(hanging.stats()).to.include({ delivered: 0, pending: 25 });
    flushed.catch(() => {});
  });

  it('try again for one alone what it refused', async () => {
    e.collector.answer({ status: 503 }, { status: 429 });
    const [refusing, well] = begin();
    trace(20);
    await until(() => refusing.stats().delivered === 20 && well.stats().delivered === 20);
    expect(e.collector.requests.length).to.equal(3);
    expect(other.requests.length).to.equal(1);
  });
});
