import { SpanStatusCode } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import type { SpanProcessor } from '../../lib/processor.js';
import { TracerProvider } from '../../lib/provider.js';
import type { ReadableSpan } from '../../lib/readable-span.js';

/*
 * How to export some spans only: a processor in front of the exporting one. (To record less in the first
 * place, which saves more and keeps traces whole, write a sampler.)
 */

function filtering(wanted: (span: ReadableSpan) => boolean, next: SpanProcessor): SpanProcessor {
  return {
    onStart: (span, parent) => next.onStart(span, parent),
    onEnd(span) {
      if (wanted(span)) next.onEnd(span);
    },
    forceFlush: () => next.forceFlush(),
    shutdown: () => next.shutdown(),
  };
}

describe('a processor can choose what is exported', () => {
  it('by anything that is known at the end: duration, status, attributes', async () => {
    const exporter = new InMemorySpanExporter();
    const wanted = ({ duration, status }: ReadableSpan) =>
      duration[0] >= 1 || status.code === SpanStatusCode.ERROR;
    const provider = new TracerProvider({
      spanProcessors: [filtering(wanted, new SimpleSpanProcessor(exporter))],
    });
    const tracer = provider.getTracer('app');
    tracer.startSpan('quick').end();
    tracer.startSpan('slow', { startTime: [1000, 0] }).end([1002, 0]);
    tracer.startSpan('failed').setStatus({ code: SpanStatusCode.ERROR }).end();
    await provider.forceFlush();
    const names = exporter.getFinishedSpans().map(({ name }) => name);
    expect(names).to.deep.equal(['slow', 'failed']);
  });
});
