import { diag, trace } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../../exporters/memory.js';
import { diagLogger, setErrorHandler } from '../../../lib/diagnostics.js';
import { BatchSpanProcessor } from '../../../lib/processors/batch.js';
import { TailKeeper } from '../../../lib/processors/tail-keeper.js';
import { start } from '../../../lib/start.js';
import { clocks } from '../../support/clocks.js';
import { doctored } from '../../support/doctored.js';

describe('the doctor looks at the process', () => {
  const { begin, finding, codes, said } = doctored();

  describe('at the clock', () => {
    const clock = clocks();

    it('and tells jumps in both directions, not small corrections', () => {
      begin();
      clock.shiftWall(100);
      expect(codes()).to.deep.equal([]);
      clock.shiftWall(3_600_000);
      finding('clock.jumped');
      clock.shiftWall(-5000);
      const { count, details } = finding('clock.jumped');
      expect(count).to.equal(2);
      expect(details.map(({ text }) => text)).to.deep.equal([
        'forward by 3600.0 s',
        'back by 5.0 s',
      ]);
    });
  });

  describe('at queues', () => {
    const work = (count: number) => {
      for (let i = 0; i < count; i++) trace.getTracer('shop').startSpan('work').end();
    };

    it('that fill, behind a tail keeper too', () => {
      for (const wrap of [
        (processor: BatchSpanProcessor) => processor,
        (processor: BatchSpanProcessor) => new TailKeeper(processor, { ratio: 1 }),
      ]) {
        const batch = new BatchSpanProcessor(new InMemorySpanExporter(), { maxQueueSize: 10 });
        const sdk = begin({ exporters: [wrap(batch)] });
        work(7);
        expect(codes()).to.deep.equal([]);
        work(1);
        const { message, details } = finding('queue.filling');
        expect(message).to.include('OTEL_BSP_MAX_QUEUE_SIZE');
        expect(details[0]!.text).to.equal('batching_span_processor, which holds 10 spans');
        void sdk.shutdown().catch(() => {});
      }
    });

    it('that are full, and drop spans', () => {
      const batch = new BatchSpanProcessor(new InMemorySpanExporter(), { maxQueueSize: 10 });
      begin({ exporters: [batch] });
      work(13);
      expect(finding('queue.full').count).to.equal(3);
    });
  });

  describe('at what is registered', () => {
    it('and tells of a second SDK that tried', () => {
      begin();
      new NodeTracerProvider().register();
      new NodeTracerProvider().register();
      const { count, details } = finding('sdk.second');
      expect(count).to.equal(2);
      expect(details[0]!.text).to.match(/^from .*machine\.spec\.ts/);
    });

    it('and of one that took its place', () => {
      begin();
      expect(codes()).to.deep.equal([]);
      trace.disable();
      expect(finding('sdk.replaced').details[0]!.text).to.equal('now there is none');
      new NodeTracerProvider().register();
      finding('sdk.replaced');
      const { count, details } = finding('sdk.replaced');
      expect(count).to.equal(2);
      expect(details[1]!.text).to.equal('now there is NodeTracerProvider');
    });

    it('and hears what instrumentations tell a logger that somebody has set', async () => {
      const heard: string[] = [];
      const logger = { ...console, verbose() {}, warn: (text: string) => void heard.push(text) };
      diag.setLogger(logger);
      try {
        const sdk = begin();
        const text =
          'Module koa has been loaded before @opentelemetry/instrumentation-koa so it might';
        diag.warn(text);
        expect(finding('instrumentation.late').details[0]!.text).to.equal('Module koa');
        expect(heard).to.include(text);
        await sdk.shutdown();
        diag.warn(text);
        expect(heard).to.have.length(2);
        expect(said().match(/1× Module koa/g)).to.have.length(1);
      } finally {
        diag.disable();
      }
    });

    it('with a logger of its own that says nothing, and goes with it', async () => {
      const sdk = begin();
      expect(diagLogger()).to.not.equal(undefined);
      await sdk.shutdown();
      expect(diagLogger()).to.equal(undefined);
    });
  });

  it('costs nothing when it is off', async () => {
    const sdk = start({ exporters: [], flushAtExit: false });
    try {
      expect(sdk.doctor).to.equal(undefined);
      expect(diagLogger()).to.equal(undefined);
      expect(sdk.provider.getTracer('t').enabled()).to.equal(false);
    } finally {
      await sdk.shutdown();
    }
  });

  it('survives somebody who does not take its words', async () => {
    const sdk = begin(
      {},
      {
        write: () => {
          throw new Error('full');
        },
      },
    );
    trace.getTracer('shop').startSpan('open');
    await sdk.shutdown();
  });

  it('refuses a wrong option at once', () => {
    expect(() => begin({}, { openSeconds: 0 })).to.throw(RangeError, 'openSeconds');
    setErrorHandler(() => {});
  });
});
