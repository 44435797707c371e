import { propagation, context, trace } from '@opentelemetry/api';
import Router from '@koa/router';
import axios from 'axios';
import { expect } from 'chai';
import Koa from 'koa';
import { OTLPTraceExporter } from '../../exporters/otlp/trace-exporter.js';
import { koaTracing } from '../../instrumentation/koa.js';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { TailKeeper, type TailKeeperOptions } from '../../lib/processors/tail-keeper.js';
import { start, type Sdk } from '../../lib/start.js';
import { withSpan } from '../../lib/with-span.js';
import { useApps } from '../support/app.js';
import { startCollector, type Collector } from '../support/collector.js';

/*
 * How to keep every request that failed, was slow, or took a certain route, and few of the rest, without a
 * collector in between.
 */
describe('a tail keeper before an OTLP exporter', () => {
  const apps = useApps();
  let collector: Collector;
  let sdk: Sdk;

  beforeEach(async () => {
    collector = await startCollector();
  });

  afterEach(async () => {
    await sdk.shutdown();
    await collector.close();
    trace.disable();
    context.disable();
    propagation.disable();
  });

  /** Serves an app that traces itself, and keeps by these options. */
  async function serve(options: TailKeeperOptions): Promise<string> {
    const exporter = new OTLPTraceExporter({ url: collector.url });
    sdk = start({
      exporters: [new TailKeeper(new BatchSpanProcessor(exporter), options)],
      flushAtExit: false,
    });
    const router = new Router();
    router.get('/orders/:id', async (ctx) => {
      await withSpan('query', async () => {});
      ctx.body = ctx.params['id'];
    });
    router.get('/slow', async (ctx) => {
      await withSpan('query', () => new Promise((done) => setTimeout(done, 30)));
      ctx.body = 'slow';
    });
    router.get('/fails', async (ctx) => {
      await withSpan('query', async () => {});
      ctx.throw(500, 'broken');
    });
    router.get('/health', (ctx) => (ctx.body = 'ok'));
    const app = new Koa();
    app.use(koaTracing()).use(router.routes());
    return apps.serve(app);
  }

  async function get(url: string, ...paths: string[]): Promise<void> {
    for (const path of paths) await axios.get(url + path, { validateStatus: () => true });
    // The client has its answer a little before the server's span ends.
    while (sdk.stats().spans.open > 0) await new Promise((turn) => setImmediate(turn));
  }

  it('sends what failed, was slow or took the route, whole, and th:0', async () => {
    const url = await serve({ slowMillis: 25, rules: [{ route: '/orders/:id' }] });
    await get(url, '/orders/17', '/health', '/slow', '/fails', '/health');
    await sdk.shutdown();
    const spans = collector.spans();
    expect(spans.map(({ name }) => name)).to.have.members([
      'GET /orders/:id',
      'GET /slow',
      'GET /fails',
      'query',
      'query',
      'query',
    ]);
    for (const { traceState, flags } of spans) {
      expect(traceState).to.equal('ot=th:0');
      expect(flags & 1).to.equal(1);
    }
  });

  it('propagates "sampled" before it knows', async () => {
    const url = await serve({});
    const headers: string[] = [];
    const behind = await apps.serve((request, response) => {
      headers.push(String(request.headers['traceparent']));
      response.end();
    });
    await withSpan('caller', async () => {
      const carrier: Record<string, string> = {};
      propagation.inject(context.active(), carrier);
      await axios.get(behind, { headers: carrier });
    });
    expect(headers[0]).to.match(/-0[13]$/);
    await get(url, '/health');
    await sdk.shutdown();
    expect(collector.requests).to.deep.equal([]);
  });

  it('sends a ratio of the rest, with its threshold', async () => {
    const url = await serve({ ratio: 0.5 });
    const paths = Array.from({ length: 40 }, () => '/health');
    await get(url, ...paths);
    await sdk.shutdown();
    const spans = collector.spans();
    expect(spans.length).to.be.within(3, 37);
    for (const { traceState, traceId } of spans) {
      expect(traceState).to.equal('ot=th:8');
      expect(parseInt(traceId.slice(18, 19), 16)).to.be.at.least(8);
    }
  });

  it('tells in the stats of the SDK what it has kept', async () => {
    const url = await serve({});
    await get(url, '/health', '/fails');
    await sdk.forceFlush();
    const [stats] = sdk.stats().processors;
    expect(stats).to.deep.include({ type: 'tail_keeper', keptSpans: 2, droppedSpans: 1 });
    expect((stats as { inner: object }).inner).to.include({ processed: 2 });
  });
});
