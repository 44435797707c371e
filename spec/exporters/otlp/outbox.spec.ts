import { context, trace, TraceFlags } from '@opentelemetry/api';
import { expect } from 'chai';
import { isTracingSuppressed } from '../../../lib/context.js';
import { AsyncLocalStorageContextManager } from '../../../lib/node/context.js';
import { resourceFromAttributes } from '../../../lib/resource.js';
import { behavesLikeAnOutbox } from '../../contract/outbox.js';
import { spansOf } from '../../support/collector.js';
import { pendingResource } from '../../support/pending-resource.js';
import { readableSpan, readableSpans } from '../../support/readable-spans.js';
import { exporting, until } from './exporting.js';

describe('OTLPTraceExporter, enqueue', () => {
  const e = exporting();

  behavesLikeAnOutbox(e, { name: 'otlp', ok: 200 });

  for (const protocol of ['http/protobuf', 'http/json'] as const) {
    it(`delivers what it takes: ${protocol}`, async () => {
      const exporter = e.exporter({ protocol });
      expect(exporter.enqueue([readableSpan({ name: 'a' }), readableSpan({ name: 'b' })])).to.equal(
        true,
      );
      expect(exporter.stats()).to.include({ accepted: 2, pending: 2, delivered: 0 });
      await exporter.forceFlush();
      expect(exporter.stats()).to.include({ delivered: 2, pending: 0, pendingBytes: 0 });
      expect(e.collector.spans().map(({ name }) => name)).to.deep.equal(['a', 'b']);
      const { resourceSpans } = e.collector.traces()[0]!;
      expect(JSON.stringify(resourceSpans[0]!.resource)).to.include('shop');
    });

    it(`joins small requests that wait: ${protocol}`, async () => {
      e.collector.answer({ status: 200, delay: 30 });
      const exporter = e.exporter({ protocol, concurrencyLimit: 1, compression: 'gzip' });
      for (let i = 0; i < 20; i++) exporter.enqueue([readableSpan({ name: `n${i}` })]);
      await exporter.forceFlush();
      expect(e.collector.requests).to.have.length(2);
      expect(e.collector.traces()[1]!.resourceSpans).to.have.length(1);
      const names = e.collector.spans().map(({ name }) => name);
      expect(names).to.deep.equal(Array.from({ length: 20 }, (_, i) => `n${i}`));
    });

    it(`puts the resource before the spans when its detection has ended: ${protocol}`, async () => {
      const { resource, settle } = pendingResource();
      const exporter = e.exporter({ protocol });
      exporter.enqueue([readableSpan({ resource, name: 'early' })]);
      exporter.enqueue([readableSpan({ resource, name: 'second' })]);
      exporter.enqueue(readableSpans(1));
      await until(() => exporter.stats().delivered === 1);
      expect(exporter.stats().pending).to.equal(2);
      settle();
      await exporter.forceFlush();
      const late = e.collector.traces().filter(({ resourceSpans }) => {
        return JSON.stringify(resourceSpans[0]!.resource).includes('detected-host');
      });
      const names = late.flatMap(spansOf).map(({ name }) => name);
      expect(names).to.deep.equal(['early', 'second']);
    });
  }

  it('keeps spans of different resources apart', async () => {
    e.collector.answer({ status: 200, delay: 30 });
    const exporter = e.exporter({ concurrencyLimit: 1 });
    const other = resourceFromAttributes({ 'service.name': 'other' }, { schemaUrl: 'https://s' });
    exporter.enqueue(readableSpans(1));
    exporter.enqueue([readableSpan(), readableSpan({ resource: other })]);
    exporter.enqueue([readableSpan({ resource: other })]);
    await exporter.forceFlush();
    const counts = e.collector.traces().map(({ resourceSpans }) => {
      return resourceSpans.map(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans).length);
    });
    expect(counts).to.deep.equal([[1], [1], [2]]);
  });

  it('encodes at once: later changes are not sent', async () => {
    const exporter = e.exporter();
    const attributes: Record<string, string> = { a: 'before' };
    exporter.enqueue([readableSpan({ attributes })]);
    attributes['a'] = 'after';
    await exporter.forceFlush();
    expect(JSON.stringify(e.collector.spans()[0]!.attributes)).to.include('before');
  });

  it('sends over so many connections as it may, and keeps them (E-HTTP-02, E-HTTP-10)', async () => {
    e.collector.always({ status: 200, delay: 5 });
    const exporter = e.exporter({ concurrencyLimit: 3, maxRequestBytes: 100_000 });
    const large = { attributes: { large: 'x'.repeat(60_000) } };
    for (let i = 0; i < 12; i++) exporter.enqueue([readableSpan(large)]);
    await exporter.forceFlush();
    expect(e.collector.requests).to.have.length(12);
    expect(new Set(e.collector.requests.map(({ port }) => port)).size).to.equal(3);
  });

  it('takes nothing for nothing', async () => {
    const exporter = e.exporter();
    expect(exporter.enqueue([])).to.equal(true);
    await exporter.forceFlush();
    expect(e.collector.requests).to.have.length(0);
  });

  it('sends untraced, and holds on to no span that was active (T-EXP-07)', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    const seen: { suppressed: boolean; active: boolean }[] = [];
    const headers = (): Record<string, string> => {
      const active = context.active();
      const span = trace.getSpan(active);
      seen.push({ suppressed: isTracingSuppressed(active), active: span !== undefined });
      return {};
    };
    const span = trace.wrapSpanContext({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
    });
    try {
      e.collector.answer({ status: 503 });
      const exporter = e.exporter({ headers });
      context.with(trace.setSpan(context.active(), span), () => exporter.enqueue(readableSpans(1)));
      await exporter.forceFlush();
      const untraced = { suppressed: true, active: false };
      expect(seen).to.deep.equal([untraced, untraced]);
    } finally {
      context.disable();
    }
  });
});
