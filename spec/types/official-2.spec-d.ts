/*
 * Compiled, not run: our shapes and those of the official SDK's 2.x are the same, in both directions, so that
 * parts of either plug into the other, and code that names the types compiles with the import changed. It is
 * compiled twice: with the newest API, and (tsconfig.api-1.9.json) with API 1.9.
 */
import type * as api from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import * as theirCore from '@opentelemetry/core';
import { OTLPTraceExporter as TheirGrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as TheirJsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TheirExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { ZipkinExporter as TheirZipkinExporter } from '@opentelemetry/exporter-zipkin';
import type { OTLPExporterNodeConfigBase } from '@opentelemetry/otlp-exporter-base';
import { B3Propagator, type B3PropagatorConfig } from '@opentelemetry/propagator-b3';
import { JaegerPropagator } from '@opentelemetry/propagator-jaeger';
import * as theirResources from '@opentelemetry/resources';
import * as their from '@opentelemetry/sdk-trace-node';
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
  new our.SimpleSpanProcessor(theirExporter),
  new our.BatchSpanProcessor(theirExporter, { maxQueueSize: 1 }),
);
fits<our.SpanProcessor>(
  some<their.SpanProcessor>(),
  new their.NoopSpanProcessor(),
  new their.SimpleSpanProcessor(exporter),
  new their.BatchSpanProcessor(exporter, { maxQueueSize: 1 }),
);
fits<their.SpanExporter>(
  some<our.SpanExporter>(),
  exporter,
  new our.ConsoleSpanExporter(),
  new our.OTLPTraceExporter(),
  new our.ZipkinExporter(),
);
fits<our.SpanExporter>(
  some<their.SpanExporter>(),
  theirExporter,
  new their.ConsoleSpanExporter(),
  new TheirExporter(),
  new TheirGrpcExporter(),
  new TheirJsonExporter(),
  new TheirZipkinExporter(),
);
fits<our.OTLPTraceExporterOptions>(some<OTLPExporterNodeConfigBase>());
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
);
fits<their.SamplingResult>(some<our.SamplingResult>(), { decision: our.SamplingDecision.RECORD });
fits<our.SamplingResult>(some<their.SamplingResult>(), { decision: their.SamplingDecision.RECORD });
fits<their.SamplingDecision>(some<our.SamplingDecision>());
fits<our.SamplingDecision>(some<their.SamplingDecision>());
fits<their.IdGenerator>(some<our.IdGenerator>(), new our.RandomIdGenerator());
fits<our.IdGenerator>(some<their.IdGenerator>(), new their.RandomIdGenerator());

// ── Providers and their options ────────────────────────────────────────────────────────────────────

fits<their.TracerConfig>(some<Pick<our.TracerConfig, Shared>>());
fits<our.TracerConfig>(some<their.TracerConfig>());
fits<their.NodeTracerConfig>(some<Pick<our.NodeTracerConfig, Shared>>());
fits<our.NodeTracerConfig>(some<their.NodeTracerConfig>());
type Shared = Exclude<keyof their.TracerConfig & keyof our.TracerConfig, 'spanProcessors'>;
fits<their.SDKRegistrationConfig>(some<our.SDKRegistrationConfig>());
fits<our.SDKRegistrationConfig>(some<their.SDKRegistrationConfig>());
fits<their.SpanLimits>(some<our.SpanLimits>());
fits<our.SpanLimits>(some<their.SpanLimits>());
fits<their.GeneralLimits>(some<our.GeneralLimits>());
fits<our.GeneralLimits>(some<their.GeneralLimits>());
fits<their.BufferConfig>(some<our.BufferConfig>());
fits<our.BufferConfig>(some<their.BufferConfig>());
fits<Pick<their.NodeTracerProvider, ProviderMethods>>(new our.NodeTracerProvider());
fits<Pick<their.BasicTracerProvider, Exclude<ProviderMethods, 'register'>>>(
  new our.BasicTracerProvider(),
  new our.TracerProvider(),
);
type ProviderMethods = 'getTracer' | 'forceFlush' | 'shutdown' | 'register';
fits<our.TracerConfig>({ spanProcessors: [new their.NoopSpanProcessor()] });
fits<their.TracerConfig>({ spanProcessors: [new our.NoopSpanProcessor()] });

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
fits<B3PropagatorConfig>(some<our.B3PropagatorConfig>());
fits<our.B3PropagatorConfig>(some<B3PropagatorConfig>());
fits<our.CompositePropagatorConfig>({ propagators: [new B3Propagator(), new JaegerPropagator()] });
fits<our.CompositePropagatorConfig>(some<theirCore.CompositePropagatorConfig>());
fits<api.ContextManager>(new our.AsyncLocalStorageContextManager());
new our.NodeTracerProvider().register({ contextManager: new AsyncLocalStorageContextManager() });
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
fits<their.BasicTracerProvider>(new our.BasicTracerProvider());
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
