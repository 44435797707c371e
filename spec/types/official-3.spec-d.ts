/*
 * Compiled, not run: our shapes and those of the official SDK's 3.x are the same, in both directions, so that
 * parts of either plug into the other, and code that names the types compiles with the import changed.
 */
import type * as api from '@opentelemetry/api';
import * as theirCore from 'official-core-3';
import * as theirResources from 'official-resources-3';
import * as their from 'official-trace-3';
import * as our from '../../lib/index.js';

/* oxlint-disable typescript/no-unnecessary-type-parameters -- the type is what is asked */
/** Compiles when each of the values has the type. */
declare function fits<T>(...values: T[]): void;
/** A value of the type. */
declare function some<T>(): T;
/* oxlint-enable typescript/no-unnecessary-type-parameters */

const exporter = new our.InMemorySpanExporter();
const theirExporter = new their.InMemorySpanExporter();

// ── Processors and exporters ───────────────────────────────────────────────────────────────────────

fits<their.SpanProcessor>(
  some<our.SpanProcessor>(),
  new our.NoopSpanProcessor(),
  new our.SimpleSpanProcessor({ exporter: theirExporter }),
  new our.BatchSpanProcessor({ exporter: theirExporter, maxQueueSize: 1 }),
);
fits<our.SpanProcessor>(
  some<their.SpanProcessor>(),
  new their.NoopSpanProcessor(),
  new their.SimpleSpanProcessor({ exporter }),
  new their.BatchSpanProcessor({ exporter, maxQueueSize: 1 }),
);
fits<their.SpanExporter>(
  some<our.SpanExporter>(),
  exporter,
  new our.ConsoleSpanExporter(),
  new our.OTLPTraceExporter(),
  new our.ZipkinExporter(),
);
fits<our.SpanExporter>(some<their.SpanExporter>(), theirExporter, new their.ConsoleSpanExporter());
fits<theirCore.ExportResult>(some<our.ExportResult>());
fits<our.ExportResult>(some<theirCore.ExportResult>());
fits<theirCore.ExportResultCode>(some<our.ExportResultCode>(), our.ExportResultCode.FAILED);
fits<our.ExportResultCode>(some<theirCore.ExportResultCode>());

// ── Spans ──────────────────────────────────────────────────────────────────────────────────────────

fits<their.ReadableSpan>(some<our.ReadableSpan>(), some<our.Span>());
fits<our.ReadableSpan>(some<their.ReadableSpan>(), some<their.Span>());
fits<their.Span>(some<our.Span>());
fits<their.TimedEvent>(some<our.TimedEvent>());
fits<our.TimedEvent>(some<their.TimedEvent>());
fits<theirCore.InstrumentationScope>(some<our.InstrumentationScope>());
fits<our.InstrumentationScope>(some<theirCore.InstrumentationScope>());

// ── Samplers and ids ───────────────────────────────────────────────────────────────────────────────

fits<their.Sampler>(
  some<our.Sampler>(),
  new our.AlwaysOnSampler(),
  new our.AlwaysOffSampler(),
  new our.TraceIdRatioBasedSampler(0.1),
  new our.ParentBasedSampler({ root: new their.AlwaysOnSampler() }),
);
fits<our.Sampler>(
  some<their.Sampler>(),
  new their.AlwaysOnSampler(),
  new their.AlwaysOffSampler(),
  new their.TraceIdRatioBasedSampler(0.1),
  new their.ParentBasedSampler({ root: new our.AlwaysOnSampler() }),
  their.createAlwaysRecordSampler(new our.AlwaysOffSampler()),
);
fits<their.SamplingResult>(some<our.SamplingResult>(), { decision: our.SamplingDecision.RECORD });
fits<our.SamplingResult>(some<their.SamplingResult>(), { decision: their.SamplingDecision.RECORD });
fits<their.SamplingDecision>(some<our.SamplingDecision>());
fits<our.SamplingDecision>(some<their.SamplingDecision>());
fits<their.IdGenerator>(some<our.IdGenerator>(), new our.RandomIdGenerator());
fits<our.IdGenerator>(some<their.IdGenerator>(), new their.RandomIdGenerator());

// ── Providers and their options ────────────────────────────────────────────────────────────────────

fits<their.TracerProviderOptions>(some<Pick<our.TracerProviderOptions, Shared>>());
fits<our.TracerProviderOptions>(some<Pick<their.TracerProviderOptions, Shared>>());
type Shared = 'sampler' | 'spanLimits' | 'resource' | 'idGenerator';
fits<their.SpanLimits>(some<our.SpanLimits>());
fits<our.SpanLimits>(some<their.SpanLimits>());
fits<their.BatchSpanProcessorOptions>(some<our.BatchSpanProcessorOptions>());
fits<our.BatchSpanProcessorOptions>(some<their.BatchSpanProcessorOptions>());
fits<their.SimpleSpanProcessorOptions>(some<our.SimpleSpanProcessorOptions>());
fits<our.SimpleSpanProcessorOptions>(some<their.SimpleSpanProcessorOptions>());
fits<their.ForceFlushOptions>(some<our.ForceFlushOptions>());
fits<our.ForceFlushOptions>(some<their.ForceFlushOptions>());
fits<Pick<their.TracerProvider, 'getTracer' | 'forceFlush' | 'shutdown'>>(new our.TracerProvider());
fits<our.TracerProviderOptions>({ spanProcessors: [new their.NoopSpanProcessor()] });
fits<their.TracerProviderOptions>({ spanProcessors: [new our.NoopSpanProcessor()] });

// ── Resource ───────────────────────────────────────────────────────────────────────────────────────

fits<theirResources.Resource>(some<our.Resource>(), our.defaultResource(), our.emptyResource());
fits<our.Resource>(some<theirResources.Resource>(), theirResources.defaultResource());
fits<theirResources.RawResourceAttribute>(some<our.RawResourceAttribute>());
fits<our.RawResourceAttribute>(some<theirResources.RawResourceAttribute>());

// ── Context and propagation ────────────────────────────────────────────────────────────────────────

fits<api.TextMapPropagator>(
  new our.CompositePropagator({ propagators: [new theirCore.W3CTraceContextPropagator()] }),
  new our.W3CBaggagePropagator(),
  new our.B3Propagator(),
  new our.JaegerPropagator(),
  new theirCore.CompositePropagator({ propagators: [new our.W3CTraceContextPropagator()] }),
);
fits<our.CompositePropagatorConfig>(some<theirCore.CompositePropagatorConfig>());
fits<api.ContextManager>(new our.AsyncLocalStorageContextManager());
fits<api.TraceState>(new our.TraceState('a=1'), new theirCore.TraceState('a=1'));

// ── Functions: anybody who passes one on may pass the other ────────────────────────────────────────

type Functions = Pick<
  typeof theirCore,
  | 'addHrTimes'
  | 'hrTime'
  | 'hrTimeDuration'
  | 'hrTimeToMicroseconds'
  | 'hrTimeToMilliseconds'
  | 'hrTimeToNanoseconds'
  | 'hrTimeToSeconds'
  | 'hrTimeToTimeStamp'
  | 'isTimeInput'
  | 'isTimeInputHrTime'
  | 'isTracingSuppressed'
  | 'millisToHrTime'
  | 'parseTraceParent'
  | 'setGlobalErrorHandler'
  | 'suppressTracing'
  | 'timeInputToHrTime'
  | 'unsuppressTracing'
  | 'deleteRPCMetadata'
>;
fits<Functions>(our);
fits<Pick<typeof our, keyof Functions>>(theirCore);

// ── Where it cannot hold ───────────────────────────────────────────────────────────────────────────

// Classes with private fields are the same as themselves alone; their interfaces are above.
// @ts-expect-error private fields
fits<their.TracerProvider>(new our.TracerProvider());
// @ts-expect-error private fields
fits<their.BatchSpanProcessor>(new our.BatchSpanProcessor({ exporter }));
// @ts-expect-error private fields
fits<theirCore.TraceState>(new our.TraceState());
// `Span` is a class of ours, and an intersection of interfaces of theirs: processors take either, as above.
// @ts-expect-error private fields
fits<our.Span>(some<their.Span>());
// A plain string is no member of an enum of strings; the other way round it fits.
fits<our.RPCType>(theirCore.RPCType.HTTP);
// @ts-expect-error an enum
fits<theirCore.RPCType>(our.RPCType.HTTP);
