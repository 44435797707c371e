import { expect } from 'chai';
import Koa from 'koa';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { koaTracing } from '../../instrumentation/koa.js';
import { OTLPTraceExporter } from '../../exporters/otlp/trace-exporter.js';
import { setErrorHandler } from '../../lib/diagnostics.js';
import { start, type Sdk } from '../../lib/start.js';
import { startCollector } from '../support/collector.js';

/** As docs/production.md has it: spans lost since the process began, in a processor or in its exporter. */
function lostSpans(sdk: Sdk): number {
  const sum = (counts: Record<string, number> = {}) =>
    Object.values(counts).reduce((all, count) => all + count, 0);
  const processors = sdk.stats().processors as {
    dropped?: Record<string, number>;
    exporter?: { dropped?: Record<string, number>; rejected?: number };
  }[];
  return processors.reduce(
    (lost, { dropped, exporter }) =>
      lost + sum(dropped) + sum(exporter?.dropped) + (exporter?.rejected ?? 0),
    0,
  );
}

describe('a health check of a Koa app', () => {
  it('tells what became of the spans, and makes none itself', async () => {
    setErrorHandler(() => {});
    const collector = await startCollector();
    const exporter = new OTLPTraceExporter({ url: collector.url });
    const sdk = start({ exporters: [exporter], flushAtExit: false });
    const app = new Koa();
    app.use(async (ctx, next) => {
      if (ctx.path === '/health') ctx.body = { lostSpans: lostSpans(sdk), tracing: sdk.stats() };
      else await next();
    });
    app.use(koaTracing());
    app.use((ctx) => {
      ctx.body = 'hello';
    });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
      const health = async () => (await get('/health')).json() as Promise<Record<string, unknown>>;
      await (await get('/')).text();
      await sdk.forceFlush();
      expect(await health()).to.deep.include({ lostSpans: 0 });
      collector.answer({ status: 400 });
      await (await get('/')).text();
      await sdk.forceFlush().catch(() => {});
      const { lostSpans: lost, tracing } = await health();
      expect(lost).to.equal(1);
      expect(tracing).to.deep.equal(JSON.parse(JSON.stringify(sdk.stats())));
      expect(sdk.stats().spans).to.include({ started: 2, ended: 2 });
    } finally {
      server.closeAllConnections();
      server.close();
      await sdk.shutdown();
      await collector.close();
      setErrorHandler(() => {});
    }
  });
});
