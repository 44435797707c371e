import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { resolveZipkinOptions } from '../../exporters/zipkin-options.js';
import { ZipkinExporter } from '../../exporters/zipkin.js';
import type { ExportResult } from '../../lib/exporter.js';
import { AsyncLocalStorageContextManager } from '../../lib/node/context.js';
import { isTracingSuppressed } from '../../lib/context.js';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { TracerProvider } from '../../lib/provider.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { runChild } from '../support/child.js';
import { refusingUrl } from '../support/collector.js';
import { readableSpan, readableSpans } from '../support/readable-spans.js';
import { spansIn, zipkinExporting } from './zipkin-exporting.js';

describe('ZipkinExporter', () => {
  const z = zipkinExporting();

  function exported(to: ZipkinExporter, spans: ReadableSpan[]): Promise<ExportResult> {
    return new Promise((resolve, reject) => {
      let calls = 0;
      to.export(spans, (result) => {
        if (++calls > 1) reject(new Error('called back twice'));
        setImmediate(() => resolve(result));
      });
    });
  }

  it('sends to localhost:9411 within 10 s where nothing else is said (E-ZIP-01)', () => {
    const { target, timeoutMillis } = resolveZipkinOptions({});
    expect(target).to.equal('http://localhost:9411/api/v2/spans');
    expect(timeoutMillis).to.equal(10_000);
  });

  it('posts a list of spans as JSON', async () => {
    const to = z.exporter({ serviceName: 'told', headers: { 'X-Key': 'k' } });
    const spans = [readableSpan({ name: 'größer' }), readableSpan({ name: 'b' })];
    expect(await exported(to, spans)).to.deep.equal({ code: 0 });
    const [request] = z.collector.requests;
    expect(request).to.include({ method: 'POST', path: '/api/v2/spans' });
    expect(request!.headers).to.include({
      'content-type': 'application/json',
      'content-length': String(request!.body.length),
      'x-key': 'k',
    });
    expect(request!.headers['user-agent']).to.match(/^spantree\/[^ ]+$/);
    expect(spansIn(request!).map(({ name }) => name)).to.deep.equal(['größer', 'b']);
    expect(spansIn(request!)[0]!.localEndpoint).to.deep.equal({ serviceName: 'told' });
    expect(to.stats()).to.include({ accepted: 2, delivered: 2 });
  });

  it('asks a function for its headers each time', async () => {
    let token = 0;
    const to = z.exporter({ headers: async () => ({ 'x-token': String(++token) }) });
    await exported(to, readableSpans(1));
    await exported(to, readableSpans(1));
    expect(z.collector.requests.map(({ headers }) => headers['x-token'])).to.deep.equal(['1', '2']);
    expect(z.collector.requests[0]!.headers['user-agent']).to.match(/^spantree\//);
  });

  it('keeps its connection', async () => {
    const to = z.exporter();
    for (let i = 0; i < 3; i++) await exported(to, readableSpans(1));
    expect(new Set(z.collector.requests.map(({ port }) => port)).size).to.equal(1);
  });

  it('sends nothing for no spans', async () => {
    const to = z.exporter();
    expect(await exported(to, [])).to.deep.equal({ code: 0 });
    to.exportSync([], 100);
    expect(z.collector.requests).to.have.length(0);
  });

  it('leaves out what cannot be encoded, and counts it', async () => {
    const broken = readableSpan({
      get attributes(): never {
        throw new Error('gone');
      },
    });
    const to = z.exporter();
    expect(await exported(to, [broken, readableSpan()])).to.deep.equal({ code: 0 });
    expect((await exported(to, [broken])).code).to.equal(1);
    expect(z.collector.requests).to.have.length(1);
    expect(to.stats().dropped.invalid).to.equal(2);
  });

  it('tries again when Zipkin says so (T-EXP-05)', async () => {
    z.collector.answer({ status: 503 }, 'reset', { status: 429 });
    const to = z.exporter();
    expect(await exported(to, readableSpans(2))).to.deep.equal({ code: 0 });
    expect(z.collector.requests).to.have.length(4);
    expect(to.stats()).to.include({ accepted: 2, delivered: 2, rejected: 0 });
  });

  it('gives up what Zipkin refuses', async () => {
    z.collector.answer({ status: 400, body: 'no' });
    const to = z.exporter();
    const { code, error } = await exported(to, readableSpans(2));
    expect(code).to.equal(1);
    expect(error!.message).to.match(/^2 spans could not be sent to http.*\/api\/v2\/spans: 400/);
    expect(to.stats().rejected).to.equal(2);
  });

  it('does not follow redirects', async () => {
    z.collector.answer({ status: 302, headers: { location: z.collector.url } });
    expect((await exported(z.exporter(), readableSpans(1))).code).to.equal(1);
    expect(z.collector.requests).to.have.length(1);
  });

  for (const fault of ['hang', 'reset', 'no http'] as const) {
    it(`is over in time, and without a throw, when Zipkin does "${fault}" (T-EXP-02)`, async () => {
      z.collector.always(fault);
      const to = z.exporter({ timeoutMillis: 100 });
      const begun = performance.now();
      expect((await exported(to, readableSpans(1))).code).to.equal(1);
      expect(performance.now() - begun).to.be.below(1000);
      expect(to.stats().dropped.timeout).to.equal(1);
    });
  }

  it('takes an answer that does not end for one: its status has come', async () => {
    z.collector.always('hang in body');
    expect(await exported(z.exporter({ timeoutMillis: 50 }), readableSpans(1))).to.include({
      code: 0,
    });
  });

  it('fails when nobody listens (T-EXP-04)', async () => {
    const to = z.exporter({ url: await refusingUrl(), timeoutMillis: 100 });
    const { error } = await exported(to, readableSpans(1));
    expect(error!.message).to.contain('ECONNREFUSED');
  });

  it('does not send what is larger than allowed', async () => {
    const to = z.exporter({ maxRequestBytes: 100 });
    expect((await exported(to, readableSpans(1))).code).to.equal(1);
    expect(z.collector.requests).to.have.length(0);
    expect(to.stats().dropped.requestTooLarge).to.equal(1);
  });

  it('waits in forceFlush and shutdown, and fails what comes later at once (T-EXP-03)', async () => {
    z.collector.always({ status: 202, delay: 30 });
    const to = z.exporter();
    const first = exported(to, readableSpans(1));
    await to.forceFlush();
    expect(to.stats().delivered).to.equal(1);
    const second = exported(to, readableSpans(1));
    await to.shutdown();
    expect([await first, await second]).to.deep.equal([{ code: 0 }, { code: 0 }]);
    const late = await exported(to, readableSpans(1));
    expect(late.error!.message).to.contain('the exporter has been shut down');
    expect(z.collector.requests).to.have.length(2);
  });

  it('tries once more at shutdown, and no longer', async () => {
    z.collector.always({ status: 503, headers: { 'retry-after': '5' } });
    const to = z.exporter();
    const result = exported(to, readableSpans(1));
    await z.collector.received(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await to.shutdown();
    expect((await result).code).to.equal(1);
    expect(z.collector.requests).to.have.length(2);
    expect(to.stats().dropped.shutdown).to.equal(1);
  });

  it('makes no spans by its own requests (T-EXP-07)', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    try {
      let suppressed: boolean | undefined;
      let active: unknown;
      const headers = (): Record<string, string> => {
        suppressed = isTracingSuppressed(context.active());
        active = trace.getActiveSpan();
        return {};
      };
      const span = trace.wrapSpanContext(readableSpan().spanContext());
      await context.with(trace.setSpan(ROOT_CONTEXT, span), () =>
        exported(z.exporter({ headers }), readableSpans(1)),
      );
      expect([suppressed, active]).to.deep.equal([true, undefined]);
    } finally {
      context.disable();
    }
  });

  it('contains a callback that throws', async () => {
    const to = z.exporter();
    to.export(readableSpans(1), () => {
      throw new Error('mine');
    });
    await to.forceFlush();
    expect(z.codes()).to.deep.equal(['zipkin.callback']);
  });

  it('works behind a batch processor', async () => {
    const provider = new TracerProvider({
      spanProcessors: [new BatchSpanProcessor(z.exporter(), { maxExportBatchSize: 10 })],
    });
    for (let i = 0; i < 25; i++) provider.getTracer('t').startSpan(`s${i}`).end();
    await provider.shutdown();
    expect(z.collector.requests.map((request) => spansIn(request).length)).to.deep.equal([
      10, 10, 5,
    ]);
  });

  it('delivers synchronously while a process exits', async () => {
    const ended = await runChild('../../exporters/zipkin-child.ts', { args: [z.url] }).ended;
    expect(ended.code, ended.stderr).to.equal(3);
    expect(JSON.parse(ended.stdout)).to.include({ accepted: 3, delivered: 3 });
    expect(spansIn(z.collector.requests[0]!)).to.have.length(3);
  });

  it('says what was lost while a process exits', async () => {
    const args = [await refusingUrl()];
    const ended = await runChild('../../exporters/zipkin-child.ts', { args }).ended;
    expect(ended.code).to.equal(3);
    expect(ended.stdout).to.match(/^zipkin\.exit: 3 spans could not be sent .*ECONNREFUSED/);
  });

  const wrong: [options: object, message: string][] = [
    [{ url: 'ftp://x' }, 'url must be an http or https URL, not "ftp://x"'],
    [{ serviceName: '' }, 'serviceName must be a name, not ""'],
    [{ timeoutMillis: -1 }, 'timeoutMillis must be a number of at least 0, not -1'],
    [{ headers: { 'a b': 'c' } }, 'headers: "a b" is no header name'],
    [{ headers: null }, 'headers must be an object or a function, not null'],
  ];
  for (const [options, message] of wrong) {
    it(`refuses ${JSON.stringify(options)} at once`, () => {
      expect(() => new ZipkinExporter(options)).to.throw(TypeError, message);
    });
  }
});
