/*
 * Compiled, not run: parts of ours and parts of the official SDK go where the other's are asked for, without
 * casts.
 */
import { OTLPTraceExporter as OfficialGrpc } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as OfficialHttp } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as OfficialProto } from '@opentelemetry/exporter-trace-otlp-proto';
import { ZipkinExporter as OfficialZipkin } from '@opentelemetry/exporter-zipkin';
import * as official from '@opentelemetry/sdk-trace-base';
import {
  ConsoleSpanExporter,
  consoleTree,
  InMemorySpanExporter,
  OTLPFileExporter,
  OTLPTraceExporter,
  ZipkinExporter,
} from '../../exporters/index.js';
import type { SpanExporter } from '../../lib/exporter.js';
import type { SpanProcessor } from '../../lib/processor.js';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { TracerProvider } from '../../lib/provider.js';
import type { ReadableSpan } from '../../lib/readable-span.js';

const ours = [
  new OTLPTraceExporter(),
  new ZipkinExporter(),
  new ConsoleSpanExporter(),
  new InMemorySpanExporter(),
  new OTLPFileExporter(),
];
export const oursForThem: official.SpanExporter[] = ours;
export const theirsForUs: SpanExporter[] = [
  new OfficialGrpc(),
  new OfficialHttp(),
  new OfficialProto(),
  new OfficialZipkin(),
  new official.InMemorySpanExporter(),
  new official.ConsoleSpanExporter(),
];

export const ourProcessors: official.SpanProcessor[] = [
  ...theirsForUs.flatMap((exporter) => [
    new BatchSpanProcessor(exporter),
    new SimpleSpanProcessor(exporter),
  ]),
  consoleTree(),
];
export const theirProcessors: SpanProcessor[] = ours.flatMap((exporter) => [
  new official.BatchSpanProcessor(exporter),
  new official.SimpleSpanProcessor(exporter),
]);
export const theirProvider = new official.BasicTracerProvider({ spanProcessors: ourProcessors });
export const ourProvider = new TracerProvider({ spanProcessors: theirProcessors });

declare const theirSpan: official.ReadableSpan;
declare const ourSpan: ReadableSpan;
export const asOurs: ReadableSpan = theirSpan;
export const asTheirs: official.ReadableSpan = ourSpan;
