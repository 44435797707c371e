import { expect } from 'chai';
import type { OTLPTraceExporterOptions } from '../../../exporters/otlp/options.js';
import { runChild, type Ended } from '../../support/child.js';
import { refusingUrl, startCollector, type Collector } from '../../support/collector.js';

describe('OTLPTraceExporter, when the process ends', () => {
  let collector: Collector;
  beforeEach(async () => {
    collector = await startCollector();
  });
  afterEach(() => collector.close());

  function run(how: string, options: OTLPTraceExporterOptions = {}): Promise<Ended> {
    const args = [how, JSON.stringify({ url: collector.url, ...options })];
    return runChild('../../exporters/otlp/ending-child.ts', { args }).ended;
  }

  function said({ stdout }: Ended): Record<string, unknown> {
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
  }

  const json: OTLPTraceExporterOptions = {
    protocol: 'http/json',
    compression: 'gzip',
    headers: { 'x-key': 'k' },
  };
  const ways: [how: string, code: number, options: OTLPTraceExporterOptions][] = [
    ['by itself', 0, json],
    ['by exit', 3, {}],
    ['by an exception', 1, {}],
    ['by an exception that is handled', 6, {}],
  ];
  for (const [how, code, options] of ways) {
    it(`delivers synchronously when it ends ${how}`, async () => {
      const ended = await run(how, options);
      expect(ended.code, ended.stderr).to.equal(code);
      expect(said(ended)).to.include({ accepted: 3, delivered: 3, pending: 0 });
      expect(collector.spans()).to.have.length(3);
      const { headers } = collector.requests[0]!;
      expect(headers['content-encoding']).to.equal(options.compression);
      expect(headers['x-key']).to.equal(options.headers && 'k');
    });
  }

  it('says what was lost at a backend that refuses connections, quickly', async () => {
    const ended = await run('by exit', { url: await refusingUrl() });
    expect(ended.code).to.equal(3);
    expect(ended.stdout).to.match(/otlp\.exit: 3 spans could not be sent .*ECONNREFUSED/);
    expect(said(ended)).to.have.nested.property('dropped.shutdown', 3);
    expect(said(ended)['millis']).to.be.below(950);
  });

  it('is held by a backend that hangs no longer than its bound', async () => {
    collector.always('hang');
    const ended = await run('by exit');
    expect(ended.code).to.equal(3);
    expect(ended.stdout).to.match(/otlp\.exit: 3 spans could not be sent .*no answer within/);
    expect(said(ended)['millis']).to.be.within(900, 1500);
  });

  it('counts what the backend refuses', async () => {
    collector.always({ status: 400 });
    const ended = await run('by exit');
    expect(ended.stdout).to.match(/otlp\.exit: .*status 400/);
    expect(said(ended)).to.include({ rejected: 3 });
  });

  it('is held by spans that wait in a simple processor until all are delivered', async () => {
    collector.answer({ status: 200, delay: 100 });
    const ended = await run('by itself behind a simple processor');
    expect(ended.code, ended.stderr).to.equal(0);
    expect(new Set(collector.spans().map(({ spanId }) => spanId)).size).to.equal(2000);
  });

  it('is held by an export until it is delivered, and by nothing afterwards', async () => {
    collector.answer({ status: 200, delay: 100 });
    const begun = performance.now();
    const ended = await run('by itself after an asynchronous export');
    expect(ended.code).to.equal(0);
    expect(said(ended)).to.include({ delivered: 3 });
    // The server keeps an idle connection for five seconds.
    expect(performance.now() - begun).to.be.below(4500);
  });

  it('is not held by the wait for a retry', async () => {
    collector.always({ status: 503, headers: { 'retry-after': '9' } });
    const begun = performance.now();
    const ended = await run('by itself after an asynchronous export');
    expect(ended).to.include({ code: 0, stdout: '' });
    expect(performance.now() - begun).to.be.below(5000);
  });
});
