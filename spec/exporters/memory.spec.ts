import { expect } from 'chai';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { ExportResultCode, type ExportResult } from '../../lib/exporter.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { harness } from '../support/harness.js';

function exportTo(exporter: InMemorySpanExporter, spans: ReadableSpan[]): ExportResult {
  const results: ExportResult[] = [];
  exporter.export(spans, (result) => results.push(result));
  expect(results).to.have.length(1);
  return results[0]!;
}

describe('InMemorySpanExporter', () => {
  const h = harness();

  function spans(count: number): ReadableSpan[] {
    for (let i = 0; i < count; i++) h.tracer.startSpan(`s${i}`).end();
    return h.spans();
  }

  it('keeps what it is given, in order, and answers at once (T-EXP-08, T-EXP-01)', () => {
    const exporter = new InMemorySpanExporter();
    const [a, b, c] = spans(3) as [ReadableSpan, ReadableSpan, ReadableSpan];
    expect(exportTo(exporter, [a, b])).to.deep.equal({ code: ExportResultCode.SUCCESS });
    exporter.exportSync([c]);
    expect(exporter.getFinishedSpans()).to.deep.equal([a, b, c]);
  });

  it('gives out a list of its own each time', () => {
    const exporter = new InMemorySpanExporter();
    exportTo(exporter, spans(1));
    exporter.getFinishedSpans().pop();
    expect(exporter.getFinishedSpans()).to.have.length(1);
  });

  it('forgets at reset (T-EXP-08)', () => {
    const exporter = new InMemorySpanExporter();
    exportTo(exporter, spans(1));
    exporter.reset();
    expect(exporter.getFinishedSpans()).to.deep.equal([]);
    expect(exportTo(exporter, h.spans()).code).to.equal(ExportResultCode.SUCCESS);
  });

  it('fails at once after its shutdown, and keeps nothing (T-EXP-03)', async () => {
    const exporter = new InMemorySpanExporter();
    exportTo(exporter, spans(1));
    await exporter.forceFlush();
    await exporter.shutdown();
    const { code, error } = exportTo(exporter, h.spans());
    expect(code).to.equal(ExportResultCode.FAILED);
    expect(error).to.be.instanceOf(Error);
    exporter.exportSync(h.spans());
    expect(exporter.getFinishedSpans()).to.deep.equal([]);
  });

  it('takes any number of spans at a time', () => {
    const exporter = new InMemorySpanExporter();
    const [span] = spans(1);
    exportTo(
      exporter,
      Array.from({ length: 300_000 }, () => span!),
    );
    expect(exporter.getFinishedSpans()).to.have.length(300_000);
  });
});
