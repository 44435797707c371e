/*
 * Compiled, not run: what is given to the SDK to observe it, and what it tells of itself.
 */
import { metrics, type MeterProvider } from '@opentelemetry/api';
import type { LoggerProvider as ApiLoggerProvider } from '@opentelemetry/api-logs';
import { LoggerProvider, type LogRecordProcessor } from '@opentelemetry/sdk-logs';
import { MeterProvider as OfficialMeterProvider } from '@opentelemetry/sdk-metrics';
import {
  AlwaysOnSampler,
  AlwaysRecordSampler,
  BatchSpanProcessor,
  disableTracers,
  disableTracersExcept,
  EventToSpanEventBridge,
  InMemorySpanExporter,
  OTLPTraceExporter,
  SimpleSpanProcessor,
  start,
  tracersByName,
  ZipkinExporter,
  type BridgedLogRecord,
  type ExceptionLogger,
  type ExceptionLoggerProvider,
  type ExceptionSignal,
  type Failures,
  type LogAttributes,
  type LogValue,
  type ProcessorStats,
  type Sampler,
  type Sdk,
  type SpanProcessor,
  type SpanStats,
  type TracerConfigurator,
  type TracerProviderStats,
  type TracerRule,
} from '../../lib/index.js';
import { AlwaysRecordSampler as FromSamplers } from '../../samplers/index.js';

declare function compiles(...values: unknown[]): void;

// ── Metrics ────────────────────────────────────────────────────────────────────────────────────────

export const meterProviders: MeterProvider[] = [
  new OfficialMeterProvider(),
  metrics.getMeterProvider(),
];
const [selfObsMeterProvider = new OfficialMeterProvider()] = meterProviders;
export const sdk: Sdk = start({ meterProvider: selfObsMeterProvider });
const exporter = new InMemorySpanExporter();
export const processors: SpanProcessor[] = [
  new BatchSpanProcessor({ exporter, selfObsMeterProvider }),
  new SimpleSpanProcessor({ exporter, selfObsMeterProvider }),
  new BatchSpanProcessor(new OTLPTraceExporter({ selfObsMeterProvider })),
  new BatchSpanProcessor(new ZipkinExporter({ selfObsMeterProvider })),
];
// @ts-expect-error a name is no meter provider
compiles(start({ meterProvider: 'prometheus' }));

// ── Stats ──────────────────────────────────────────────────────────────────────────────────────────

export const stats: TracerProviderStats = sdk.stats();
export const spans: SpanStats = sdk.provider.stats().spans;
export const counts: readonly number[] = [spans.started, spans.open, spans.notSampled];
export const processorStats: ProcessorStats = new BatchSpanProcessor(exporter).stats();
export const dropped: Failures = processorStats.dropped;
// @ts-expect-error they are a copy, and do not count
compiles((spans.started = 1));

// ── Exceptions as logs ─────────────────────────────────────────────────────────────────────────────

export const official: ExceptionLoggerProvider[] = [new LoggerProvider(), {} as ApiLoggerProvider];
export const signals: ExceptionSignal[] = ['events', 'logs', 'logs/dup'];
export const logging: Sdk = start({
  loggerProvider: new LoggerProvider(),
  exceptionSignal: 'logs',
});
export const bridge: LogRecordProcessor = new EventToSpanEventBridge();
declare const record: BridgedLogRecord;
compiles(new EventToSpanEventBridge().onEmit(record));
declare const logger: ExceptionLogger;
export const attributes: LogAttributes = { a: [1, { b: null }] };
export const value: LogValue = attributes;
compiles(logger);
// @ts-expect-error there is no such signal
compiles(start({ exceptionSignal: 'log' }));

// ── Samplers and configurators ─────────────────────────────────────────────────────────────────────

export const samplers: Sampler[] = [
  new AlwaysRecordSampler(new AlwaysOnSampler()),
  new FromSamplers(new AlwaysOnSampler()),
];
// @ts-expect-error it needs another sampler
compiles(new AlwaysRecordSampler());
const rule: TracerRule = { name: 'shop*', config: { enabled: false } };
export const configurators: TracerConfigurator[] = [
  tracersByName([rule], { enabled: true }),
  disableTracers('a', 'b*'),
  disableTracersExcept('a'),
];
// @ts-expect-error a rule has a config
compiles(tracersByName([{ name: 'shop' }]));
