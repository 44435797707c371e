import { ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { expect } from 'chai';
import { InMemorySpanExporter } from '../../exporters/memory.js';
import type { SpanProcessor } from '../../lib/processor.js';
import { TracerProvider } from '../../lib/provider.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { SamplingDecision, type Sampler } from '../../lib/sampler.js';
import { TraceIdRatioBasedSampler } from '../../samplers/trace-id-ratio-based.js';

/*
 * How to keep every trace that failed although few are sampled: record all, export what is sampled, and
 * hold the spans of the others until their local root has ended, to export them if anything failed.
 */

/** Samples what another sampler keeps and records the rest, for processors alone. */
function recordingAll(inner: Sampler): Sampler {
  return {
    shouldSample(...input) {
      const result = inner.shouldSample(...input);
      if (result.decision !== SamplingDecision.NOT_RECORD) return result;
      return { ...result, decision: SamplingDecision.RECORD };
    },
    toString: () => `recordingAll(${inner})`,
  };
}

/** Exports the unsampled traces in which something has failed. */
class FailedTraces implements SpanProcessor {
  readonly #held = new Map<string, ReadableSpan[]>();
  readonly #exporter: InMemorySpanExporter;

  constructor(exporter: InMemorySpanExporter) {
    this.#exporter = exporter;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    const { traceId, traceFlags } = span.spanContext();
    if (traceFlags & TraceFlags.SAMPLED) return;
    const spans = this.#held.get(traceId) ?? [];
    spans.push(span);
    this.#held.set(traceId, spans);
    const isLocalRoot = !span.parentSpanContext || span.parentSpanContext.isRemote === true;
    if (!isLocalRoot) return;
    this.#held.delete(traceId);
    if (spans.some(({ status }) => status.code === SpanStatusCode.ERROR)) {
      this.#exporter.export(spans, () => {});
    }
  }

  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}

describe('a processor can see spans that are not sampled', () => {
  it('and export the traces that failed (T-SPAN-08, T-PROC-02)', () => {
    const exporter = new InMemorySpanExporter();
    const tracer = new TracerProvider({
      sampler: recordingAll(new TraceIdRatioBasedSampler(0)),
      spanProcessors: [new FailedTraces(exporter)],
    }).getTracer('app');

    for (const outcome of ['fine', 'failed']) {
      const request = tracer.startSpan(`${outcome} request`, {}, ROOT_CONTEXT);
      const query = tracer.startSpan(`${outcome} query`, {}, trace.setSpan(ROOT_CONTEXT, request));
      if (outcome === 'failed') query.setStatus({ code: SpanStatusCode.ERROR });
      query.end();
      request.end();
    }
    const names = exporter.getFinishedSpans().map(({ name }) => name);
    expect(names).to.deep.equal(['failed query', 'failed request']);
  });
});
