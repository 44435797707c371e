import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import * as exporters from '../../exporters/index.js';
import { ConsoleSpanExporter, InMemorySpanExporter } from '../../exporters/index.js';
import { ExportResultCode, type ExportResult, type SpanExporter } from '../../lib/exporter.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { Paper } from '../exporters/console-paper.js';
import { exporting } from '../exporters/otlp/exporting.js';
import { fileExporting } from '../exporters/otlp-file-exporting.js';
import { spansIn, zipkinExporting } from '../exporters/zipkin-exporting.js';
import { readableSpan } from '../support/readable-spans.js';

/** Three calls of `export`, none of which waits for another, and the spans of all. */
async function overlapping(exporter: SpanExporter): Promise<ReadableSpan[]> {
  const batches = [0, 1, 2].map((batch) =>
    [0, 1, 2].map((span) => readableSpan({ name: `span ${batch}.${span}` })),
  );
  const results = await Promise.all(
    batches.map((batch) => new Promise<ExportResult>((done) => exporter.export(batch, done))),
  );
  expect(results.map(({ code }) => code)).to.deep.equal([0, 0, 0]);
  expect(ExportResultCode.SUCCESS).to.equal(0);
  await exporter.shutdown();
  return batches.flat();
}

const namesOf = (spans: readonly { name?: string }[]) => spans.map(({ name }) => name);

describe('exports that overlap (T-EXP-06)', () => {
  const otlp = exporting();
  const zipkin = zipkinExporting();
  const files = fileExporting();

  it('are documented for every exporter', () => {
    const text = readFileSync('docs/production.md', 'utf8');
    const section = text.split('\n## ').find((part) => part.startsWith('Exports at the same time'));
    const documented = [...section!.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(documented).to.have.members(
      Object.keys(exporters).filter((name) => name.endsWith('Exporter')),
    );
  });

  it('go out side by side over OTLP', async () => {
    otlp.collector.always({ status: 200, delay: 150 });
    const spans = await overlapping(otlp.exporter());
    expect(namesOf(otlp.collector.spans())).to.have.members(namesOf(spans));
    const [first, , last] = otlp.collector.requests;
    expect(last!.at - first!.at, 'before the first was answered').to.be.below(150);
  });

  it('wait their turn over OTLP beyond concurrencyLimit', async () => {
    otlp.collector.always({ status: 200, delay: 30 });
    const spans = await overlapping(otlp.exporter({ concurrencyLimit: 1 }));
    expect(namesOf(otlp.collector.spans())).to.have.members(namesOf(spans));
    const [first, second] = otlp.collector.requests;
    expect(second!.at - first!.at).to.be.at.least(25);
  });

  it('all reach Zipkin', async () => {
    const spans = await overlapping(zipkin.exporter());
    const seen = zipkin.collector.requests.flatMap(spansIn);
    expect(namesOf(seen)).to.have.members(namesOf(spans));
  });

  it('are written to a file in the order of the calls', async () => {
    const spans = await overlapping(files.exporter({ path: files.path('spans.jsonl') }));
    expect(files.names('spans.jsonl')).to.deep.equal(namesOf(spans));
  });

  it('are one trace on the console', async () => {
    const paper = new Paper();
    const spans = await overlapping(new ConsoleSpanExporter({ stream: paper }));
    expect(paper.writes).to.have.length(1);
    for (const { name } of spans) expect(paper.text).to.include(name);
  });

  it('cannot be in memory', async () => {
    const exporter = new InMemorySpanExporter();
    let answered = false;
    exporter.export([readableSpan()], () => (answered = true));
    expect(answered).to.equal(true);
  });
});
