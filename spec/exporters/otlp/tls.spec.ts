import { expect } from 'chai';
import { OTLPTraceExporter } from '../../../exporters/otlp/trace-exporter.js';
import type { OTLPTraceExporterOptions } from '../../../exporters/otlp/options.js';
import { setErrorHandler } from '../../../lib/diagnostics.js';
import { ExportResultCode } from '../../../lib/exporter.js';
import { runChild } from '../../support/child.js';
import { startCollector, type Collector } from '../../support/collector.js';
import { readableSpans } from '../../support/readable-spans.js';
import { CA, CLIENT, SERVER } from '../../support/tls/certificates.js';
import { exported } from './exporting.js';

describe('OTLPTraceExporter, TLS (E-CFG-11)', () => {
  let collector: Collector;
  let exporters: OTLPTraceExporter[] = [];
  afterEach(async () => {
    setErrorHandler(() => {});
    await Promise.allSettled(exporters.map((exporter) => exporter.shutdown()));
    exporters = [];
    await collector.close();
  });

  function exporter(options: OTLPTraceExporterOptions): OTLPTraceExporter {
    const made = new OTLPTraceExporter({ url: collector.url, timeoutMillis: 300, ...options });
    exporters.push(made);
    return made;
  }

  it('trusts the authority that it is given', async () => {
    collector = await startCollector({ tls: SERVER });
    const { code } = await exported(exporter({ ca: CA }), readableSpans(2));
    expect(code).to.equal(ExportResultCode.SUCCESS);
    expect(collector.spans()).to.have.length(2);
  });

  it('takes PEM as bytes too, and keeps its connection', async () => {
    collector = await startCollector({ tls: SERVER });
    const made = exporter({ ca: new TextEncoder().encode(CA) });
    for (let i = 0; i < 3; i++) await exported(made, readableSpans(1));
    expect(collector.connections()).to.equal(1);
  });

  it('does not trust an authority that nobody knows', async () => {
    collector = await startCollector({ tls: SERVER });
    const { error } = await exported(exporter({}), readableSpans(2));
    expect(error?.message).to.match(/certificate/);
    expect(collector.requests).to.have.length(0);
  });

  it('shows its own certificate', async () => {
    const tls = { ...SERVER, ca: CA, requestCert: true, rejectUnauthorized: true };
    collector = await startCollector({ tls });
    const { code } = await exported(exporter({ ca: CA, ...CLIENT }), readableSpans(2));
    expect(code).to.equal(ExportResultCode.SUCCESS);
    const without = await exported(exporter({ ca: CA }), readableSpans(2));
    expect(without.code).to.equal(ExportResultCode.FAILED);
  });

  it('uses all of that at the end of a process too', async () => {
    collector = await startCollector({
      tls: { ...SERVER, ca: CA, requestCert: true, rejectUnauthorized: true },
    });
    const options = JSON.stringify({ url: collector.url, ca: CA, ...CLIENT });
    const { stdout } = await runChild('../../exporters/otlp/ending-child.ts', {
      args: ['by exit', options],
    }).ended;
    expect(stdout).to.include('"delivered":3');
    expect(collector.spans()).to.have.length(3);
  });

  const bad: [what: string, options: OTLPTraceExporterOptions, message: RegExp][] = [
    ['a path in place of PEM', { ca: '/etc/ca.pem' }, /ca must be PEM text/],
    ['a key without its certificate', { key: CLIENT.key }, /key and cert go together/],
    ['a certificate without its key', { cert: CLIENT.cert }, /key and cert go together/],
    ['a key of another certificate', { cert: CLIENT.cert, key: SERVER.key }, /TLS cannot use/],
    ['a broken key', { ...CLIENT, key: CLIENT.key.replaceAll('M', 'N') }, /TLS cannot use/],
  ];
  for (const [what, options, message] of bad) {
    it(`refuses ${what} when it is made, without repeating it`, async () => {
      collector = await startCollector();
      expect(() => new OTLPTraceExporter(options)).to.throw(TypeError, message);
      expect(() => new OTLPTraceExporter(options)).to.throw(TypeError, /^(?!.*MIGH)/);
    });
  }
});
