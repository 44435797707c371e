import { expect } from 'chai';
import { ExportResultCode } from '../../../lib/exporter.js';
import { readableSpan, readableSpans } from '../../support/readable-spans.js';
import { exported, exporting } from './exporting.js';

describe('OTLPTraceExporter, requests', () => {
  const e = exporting();

  it('posts protobuf by default (E-CFG-01, E-HTTP-01)', async () => {
    const { code } = await exported(e.exporter(), [readableSpan({ name: 'GET /' })]);
    expect(code).to.equal(ExportResultCode.SUCCESS);
    const [request] = e.collector.requests;
    expect(request).to.include({ method: 'POST', path: '/v1/traces' });
    expect(request!.headers).to.include({
      'content-type': 'application/x-protobuf',
      'content-length': String(request!.body.length),
    });
    expect(request!.headers).to.not.have.any.keys('content-encoding', 'transfer-encoding');
    expect(e.collector.spans().map(({ name }) => name)).to.deep.equal(['GET /']);
  });

  it('posts JSON (E-CFG-01, E-HTTP-01)', async () => {
    await exported(e.exporter({ protocol: 'http/json' }), [readableSpan({ name: 'GET /ü' })]);
    expect(e.collector.requests[0]!.headers['content-type']).to.equal('application/json');
    expect(e.collector.spans().map(({ name }) => name)).to.deep.equal(['GET /ü']);
  });

  it('compresses (E-CFG-08, E-HTTP-01)', async () => {
    await exported(e.exporter({ compression: 'gzip' }), readableSpans(100));
    const { headers, body } = e.collector.requests[0]!;
    expect(headers['content-encoding']).to.equal('gzip');
    expect(Number(headers['content-length'])).to.be.below(body.length / 2);
    expect(e.collector.spans()).to.have.length(100);
  });

  it('compresses what it sends again', async () => {
    e.collector.answer({ status: 503 });
    await exported(e.exporter({ compression: 'gzip' }), readableSpans(10));
    expect(e.collector.spans()).to.have.length(10);
  });

  it('says who it is (E-CFG-14)', async () => {
    await exported(e.exporter(), readableSpans(1));
    expect(e.collector.requests[0]!.headers['user-agent']).to.match(
      /^spantree\/\S+ OTel-OTLP-Exporter-JavaScript\/\S+$/,
    );
  });

  it('says first whose product it is part of, where that is given (E-CFG-14)', async () => {
    await exported(e.exporter({ userAgent: 'shop/1.2' }), readableSpans(1));
    expect(e.collector.requests[0]!.headers['user-agent']).to.match(
      /^shop\/1\.2 spantree\/\S+ OTel-OTLP-Exporter-JavaScript\/\S+$/,
    );
  });

  it('sends headers that it was given, but not against its own', async () => {
    const headers = {
      'X-Key': 'k',
      'User-Agent': 'mine',
      'Content-Type': 'text/html',
      'content-length': '3',
    };
    await exported(e.exporter({ headers }), readableSpans(1));
    expect(e.collector.requests[0]!.headers).to.include({
      'x-key': 'k',
      'user-agent': 'mine',
      'content-type': 'application/x-protobuf',
    });
    expect(e.collector.spans()).to.have.length(1);
  });

  it('asks a function for headers before each attempt', async () => {
    let token = 0;
    e.collector.answer({ status: 503 });
    await exported(
      e.exporter({ headers: () => Promise.resolve({ authorization: `Bearer ${++token}` }) }),
      readableSpans(1),
    );
    const sent = e.collector.requests.map(({ headers }) => headers.authorization);
    expect(sent).to.deep.equal(['Bearer 1', 'Bearer 2']);
  });

  it('tries again when that function fails', async () => {
    let calls = 0;
    const headers = (): Record<string, string> => {
      if (++calls === 1) throw new Error('no token yet');
      return calls === 2 ? { bad: 'a\nb' } : { good: 'a' };
    };
    const { code } = await exported(e.exporter({ headers }), readableSpans(1));
    expect(code).to.equal(ExportResultCode.SUCCESS);
    expect(e.collector.requests[0]!.headers).to.include({ good: 'a' });
  });

  it('does not wait for that function beyond its time (T-EXP-02)', async () => {
    const exporter = e.exporter({ headers: () => new Promise(() => {}), timeoutMillis: 40 });
    const { error } = await exported(exporter, readableSpans(1));
    expect(error?.message).to.match(/given up/);
    expect(exporter.stats().dropped.timeout).to.equal(1);
  });

  it('uses its URL as it is (E-CFG-04)', async () => {
    const { origin } = new URL(e.collector.url);
    for (const url of [origin, `${origin}/custom?a=b`])
      await exported(e.exporter({ url }), readableSpans(1));
    expect(e.collector.requests.map(({ path }) => path)).to.deep.equal(['/', '/custom?a=b']);
  });

  it('keeps credentials of the URL out of messages', async () => {
    e.collector.answer({ status: 400 });
    const url = e.collector.url.replace('://', '://user:secret@');
    const { error } = await exported(e.exporter({ url: `${url}?key=hidden` }), readableSpans(1));
    expect(error?.message).to.not.match(/secret|hidden/);
    expect(e.collector.requests[0]!.headers.authorization).to.match(/^Basic /);
  });

  it('keeps its connection (E-HTTP-02)', async () => {
    const exporter = e.exporter();
    for (let i = 0; i < 5; i++) await exported(exporter, readableSpans(1));
    expect(new Set(e.collector.requests.map(({ port }) => port)).size).to.equal(1);
  });

  it('has no more connections than concurrencyLimit (E-HTTP-10)', async () => {
    e.collector.always({ status: 200, delay: 10 });
    const exporter = e.exporter({ concurrencyLimit: 2 });
    await Promise.all(Array.from({ length: 8 }, () => exported(exporter, readableSpans(1))));
    expect(new Set(e.collector.requests.map(({ port }) => port)).size).to.equal(2);
    expect(exporter.stats().delivered).to.equal(8);
  });

  it('sends nothing for no spans (E-HTTP-11)', async () => {
    const { code } = await exported(e.exporter(), []);
    expect(code).to.equal(ExportResultCode.SUCCESS);
    expect(e.collector.requests).to.have.length(0);
  });

  it('encodes at once: later changes of the list are not sent', async () => {
    const spans = readableSpans(2);
    const result = exported(e.exporter(), spans);
    spans.length = 0;
    await result;
    expect(e.collector.spans()).to.have.length(2);
  });

  it('sends the others when a span is invalid, and counts it', async () => {
    const exporter = e.exporter();
    const bad = readableSpan({ spanContext: () => ({ traceId: 'x', spanId: 'y', traceFlags: 1 }) });
    const { code } = await exported(exporter, [...readableSpans(2), bad]);
    expect(code).to.equal(ExportResultCode.SUCCESS);
    expect(exporter.stats()).to.deep.include({ accepted: 3, delivered: 2 });
    expect(exporter.stats().dropped.invalid).to.equal(1);
    expect((await exported(exporter, [bad])).code).to.equal(ExportResultCode.FAILED);
    expect(e.collector.requests).to.have.length(1);
  });

  it('survives a callback that throws, and says so (T-EXP-04)', async () => {
    e.exporter().export(readableSpans(1), () => {
      throw new Error('from the callback');
    });
    await e.collector.received(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(e.diagnostics.map(({ code }) => code)).to.deep.equal(['otlp.callback']);
  });

  it('sends several exports at the same time (T-EXP-05)', async () => {
    e.collector.always({ status: 200, delay: 30 });
    const exporter = e.exporter();
    const all = [1, 2, 3].map((count) => exported(exporter, readableSpans(count)));
    await e.collector.received(3);
    expect(exporter.stats()).to.include({ pending: 6, delivered: 0 });
    expect(exporter.stats().pendingBytes).to.be.above(200);
    await Promise.all(all);
    expect(exporter.stats()).to.include({ pending: 0, pendingBytes: 0, delivered: 6 });
  });
});
