import { ROOT_CONTEXT } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../../exporters/memory.js';
import type { SpanExporter } from '../../../lib/exporter.js';
import { SimpleSpanProcessor } from '../../../lib/processors/simple.js';
import { TracerProvider } from '../../../lib/provider.js';
import { behavesLikeAnExportingProcessor } from '../../contract/span-processor.js';
import { ManualExporter, turns } from '../../support/manual-exporter.js';
import { fakeTimers } from '../../support/timers.js';

function tracerTo(exporter: SpanExporter) {
  const processor = new SimpleSpanProcessor(exporter);
  const provider = new TracerProvider({ spanProcessors: [processor] });
  return { processor, tracer: provider.getTracer('t') };
}

describe('SimpleSpanProcessor', () => {
  behavesLikeAnExportingProcessor(
    (exporter, options) => new SimpleSpanProcessor(exporter, options),
  );

  it('exports a span when it ends, and together what has ended until it is exported', async () => {
    const exporter = new ManualExporter();
    const { tracer, processor } = tracerTo(exporter);
    for (const name of ['a', 'b', 'c']) tracer.startSpan(name, {}, ROOT_CONTEXT).end();
    expect(exporter.calls.map(({ names }) => names)).to.deep.equal([['a']]);
    exporter.calls[0]!.succeed();
    await turns();
    expect(exporter.calls.map(({ names }) => names)).to.deep.equal([['a'], ['b', 'c']]);
    tracer.startSpan('d', {}, ROOT_CONTEXT).end();
    exporter.succeedAlways();
    await processor.forceFlush();
    expect(exporter.calls.map(({ names }) => names)).to.deep.equal([['a'], ['b', 'c'], ['d']]);
  });

  it('exports within end() as long as the exporter is done at once, as in tests', () => {
    const exporter = new InMemorySpanExporter();
    const { tracer } = tracerTo(exporter);
    for (const name of ['a', 'b', 'c']) tracer.startSpan(name, {}, ROOT_CONTEXT).end();
    expect(exporter.getFinishedSpans().map(({ name }) => name)).to.deep.equal(['a', 'b', 'c']);
  });

  it('does not export within an export, when the exporter ends a span itself (T-SIMP-01)', () => {
    const order: string[] = [];
    const exporter: SpanExporter = {
      export: (spans, done) => {
        order.push(`begin ${spans[0]!.name}`);
        if (spans[0]!.name === 'a') other.end();
        order.push(`end ${spans[0]!.name}`);
        done({ code: 0 });
      },
      shutdown: () => Promise.resolve(),
    };
    const { tracer } = tracerTo(exporter);
    const other = tracer.startSpan('b', {}, ROOT_CONTEXT);
    tracer.startSpan('a', {}, ROOT_CONTEXT).end();
    expect(order).to.deep.equal(['begin a', 'end a', 'begin b', 'end b']);
  });
});

describe('the timers of a SimpleSpanProcessor', () => {
  const timers = fakeTimers();

  it('are none for an exporter that is done at once, and hold nothing otherwise (T-BATCH-08)', () => {
    tracerTo(new InMemorySpanExporter()).tracer.startSpan('a', {}, ROOT_CONTEXT).end();
    expect(timers.pending).to.equal(0);
    tracerTo(new ManualExporter()).tracer.startSpan('a', {}, ROOT_CONTEXT).end();
    expect(timers.pending).to.equal(1);
    expect(timers.holding).to.equal(0);
  });
});
