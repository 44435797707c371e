import { ROOT_CONTEXT, type TracerProvider as ApiTracerProvider } from '@opentelemetry/api';
import * as official from '@opentelemetry/sdk-trace-base';
import * as official3 from 'official-trace-3';
import type { SpanExporter } from '../../lib/exporter.js';
import type { SpanProcessor } from '../../lib/processor.js';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { TracerProvider } from '../../lib/provider.js';

/** Spans of each test: two full batches and a part of one. */
export const SPANS = 25;
const BATCH = { maxExportBatchSize: 10 };

/** Their names, sorted. */
export const NAMES: readonly string[] = Array.from({ length: SPANS }, (_, i) => `s${i}`).toSorted();

/** The processors of the official SDK, versions 2 and 3. */
export const THEIRS: Readonly<
  Record<string, (exporter: official.SpanExporter) => official.SpanProcessor>
> = {
  batch: (exporter) => new official.BatchSpanProcessor(exporter, BATCH),
  simple: (exporter) => new official.SimpleSpanProcessor(exporter),
  'batch (SDK 3)': (exporter) => new official3.BatchSpanProcessor({ exporter, ...BATCH }),
  'simple (SDK 3)': (exporter) => new official3.SimpleSpanProcessor({ exporter }),
};

/** Ours. */
export const OURS: Readonly<Record<string, (exporter: SpanExporter) => SpanProcessor>> = {
  batch: (exporter) => new BatchSpanProcessor(exporter, BATCH),
  simple: (exporter) => new SimpleSpanProcessor(exporter),
};

/** A provider of either maker. */
export interface Provider extends ApiTracerProvider {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Providers of both makers, over a processor of either. */
export const PROVIDERS: Readonly<
  Record<string, (processor: SpanProcessor & official.SpanProcessor) => Provider>
> = {
  spantree: (processor) => new TracerProvider({ spanProcessors: [processor] }),
  official: (processor) => new official.BasicTracerProvider({ spanProcessors: [processor] }),
  'official (SDK 3)': (processor) => new official3.TracerProvider({ spanProcessors: [processor] }),
};

/** Makes {@link SPANS} spans. */
export function makeSpans(provider: ApiTracerProvider): void {
  const tracer = provider.getTracer('spec');
  for (let i = 0; i < SPANS; i++) tracer.startSpan(`s${i}`, {}, ROOT_CONTEXT).end();
}
