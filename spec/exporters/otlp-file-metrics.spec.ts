import { PassThrough, Writable } from 'node:stream';
import type { Histogram } from '@opentelemetry/sdk-metrics';
import { expect } from 'chai';
import { metrics } from '../support/metrics.js';
import { readableSpans } from '../support/readable-spans.js';
import { exported, fileExporting } from './otlp-file-exporting.js';

const IN_FLIGHT = 'otel.sdk.exporter.span.inflight';
const EXPORTED = 'otel.sdk.exporter.span.exported';
const DURATION = 'otel.sdk.exporter.operation.duration';

describe('the metrics of OTLPFileExporter', () => {
  const e = fileExporting();

  function observed(stream: Writable) {
    const read = metrics();
    const exporter = e.exporter({ stream });
    exporter.observeWith(read.meterProvider);
    const values = async (name: string) =>
      (await read.points(name)).map(({ attributes, value }) => [
        attributes['error.type'] ?? 'none',
        typeof value === 'object' ? (value as Histogram).count : value,
      ]);
    return { exporter, values, points: read.points };
  }

  it('have its class as type, and a numbered name (T-OBS-08)', async () => {
    const { points } = observed(new PassThrough());
    const [point] = await points(IN_FLIGHT);
    expect(point!.attributes['otel.component.type']).to.equal('OTLPFileExporter');
    expect(point!.attributes['otel.component.name']).to.match(/^OTLPFileExporter\/\d+$/);
  });

  it('tell of spans that wait, and of those that are written (T-OBS-05, T-OBS-06, T-OBS-07)', async () => {
    let take = (): void => {};
    const slow = new Writable({ write: (_text, _encoding, done) => void (take = () => done()) });
    const { exporter, values } = observed(slow);
    const done = exported(exporter, readableSpans(3));
    expect(await values(IN_FLIGHT)).to.deep.equal([['none', 3]]);
    expect(await values(EXPORTED)).to.deep.equal([]);
    take();
    await done;
    expect(await values(IN_FLIGHT)).to.deep.equal([['none', 0]]);
    expect(await values(EXPORTED)).to.deep.equal([['none', 3]]);
    expect(await values(DURATION)).to.deep.equal([['none', 1]]);
  });

  it('tell why spans could not be written (T-OBS-06, T-OBS-07)', async () => {
    const broken = new Writable({ write: (_text, _encoding, done) => done(new Error('full')) });
    broken.on('error', () => {});
    const { exporter, values } = observed(broken);
    await exported(exporter, readableSpans(2));
    expect(await values(EXPORTED)).to.deep.equal([['write', 2]]);
    expect(await values(DURATION)).to.deep.equal([['write', 1]]);
  });
});
