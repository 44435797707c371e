/*
 * The main door: everything that sets up and runs the SDK, and every name that users of the official SDK
 * know, so that they change an import line and nothing else. Propagators, samplers, exporters, the tree and
 * the instrumentations have doors of their own, for those who want one part.
 */
import './defaults.js';

// ── Set-up ─────────────────────────────────────────────────────────────────────────────────────────

export {
  detectorRegistry,
  exporterRegistry,
  idGeneratorRegistry,
  processorRegistry,
  propagatorRegistry,
  samplerRegistry,
} from './components.js';
export type { LogLevel } from './config.js';
export type { Doctor, DoctorOptions } from './doctor/doctor.js';
export type { Finding, FindingDetail } from './doctor/findings.js';
export {
  ConfigurationError,
  type ConfigurationProblem,
} from './configuration/configuration-error.js';
export { createComponents, type ConfiguredComponents } from './configuration/create.js';
export type { Configuration } from './configuration/model.js';
export {
  parseConfiguration,
  parseConfigurationFile,
  type ParseOptions,
} from './configuration/parse.js';
export { setErrorHandler, type Diagnostic, type ErrorHandler } from './diagnostics.js';
export { setGlobalErrorHandler } from './error-handler.js';
export type { Factory, Registry } from './registry.js';
export { start, type Component, type Sdk, type StartOptions } from './start.js';
export { SDK_INFO } from './version.js';
export { withSpan } from './with-span.js';

// ── Providers, tracers, spans ──────────────────────────────────────────────────────────────────────

export { RandomIdGenerator, type IdGenerator } from './ids.js';
export type { InstrumentationScope } from './instrumentation-scope.js';
export type { GeneralLimits, SpanLimits } from './limits.js';
export {
  NodeTracerProvider,
  NodeTracerProvider as BasicTracerProvider,
} from './node-tracer-provider.js';
export {
  TracerProvider,
  type RegisterOptions,
  type RegisterOptions as SDKRegistrationConfig,
  type TracerProviderOptions,
  type TracerProviderOptions as NodeTracerConfig,
  type TracerProviderOptions as TracerConfig,
  type TracerProviderStats,
} from './provider.js';
export { EventToSpanEventBridge, type BridgedLogRecord } from './event-bridge.js';
export type {
  ExceptionLogger,
  ExceptionLoggerProvider,
  ExceptionSignal,
  LogAttributes,
  LogValue,
} from './exception-log.js';
export type { ReadableSpan, TimedEvent } from './readable-span.js';
export type { Span } from './span.js';
export type { SpanStats } from './span-counts.js';
export type { Tracer, TracerConfig as TracerScopeConfig, TracerConfigurator } from './tracer.js';
export type { TracerOptions } from './tracers.js';
export {
  disableTracers,
  disableTracersExcept,
  tracersByName,
  type TracerRule,
} from './tracer-configurators.js';

// ── Processors ─────────────────────────────────────────────────────────────────────────────────────

export type { Failures, ProcessorStats } from './component-counts.js';
export type { SpanProcessor } from './processor.js';
export {
  BatchSpanProcessor,
  type BatchSpanProcessorOptions,
  type BufferConfig,
} from './processors/batch.js';
export { NoopSpanProcessor } from './processors/noop.js';
export { SimpleSpanProcessor, type SimpleSpanProcessorOptions } from './processors/simple.js';
export {
  TailKeeper,
  type TailKeeperOptions,
  type TailKeeperStats,
} from './processors/tail-keeper.js';
export type { TailPattern, TailReason, TailRule } from './processors/tail-rules.js';

// ── Exporters ──────────────────────────────────────────────────────────────────────────────────────

export { ConsoleSpanExporter } from '../exporters/console-exporter.js';
export { InMemorySpanExporter } from '../exporters/memory.js';
export { CompressionAlgorithm } from '../exporters/otlp/compression-algorithm.js';
export { OTLPTraceExporter } from '../exporters/otlp/trace-exporter.js';
export type { OTLPTraceExporterOptions } from '../exporters/otlp/options.js';
export { ZipkinExporter, type ZipkinExporterOptions } from '../exporters/zipkin.js';
export {
  ExportResultCode,
  type ExportResult,
  type FlushOptions,
  type FlushOptions as ForceFlushOptions,
  type SpanExporter,
} from './exporter.js';

// ── Samplers ───────────────────────────────────────────────────────────────────────────────────────

export {
  AdaptiveSampler,
  createComposableAdaptiveSampler,
  type AdaptiveOptions,
  type AdaptiveSamplerOptions,
} from '../samplers/adaptive.js';
export { AlwaysRecordSampler } from '../samplers/always-record.js';
export {
  createComposableAlwaysOffSampler,
  createComposableAlwaysOnSampler,
  createComposableAnnotatingSampler,
  createComposableParentThresholdSampler,
  createComposableProbabilitySampler,
  type ProbabilityOptions,
} from '../samplers/composables.js';
export { createCompositeSampler, type CompositeSamplerOptions } from '../samplers/composite.js';
export type {
  AttributePatterns,
  AttributeValues,
  ParentKind,
  Pattern,
  SamplingPredicate,
  SpanConditions,
  SpanKindName,
} from '../samplers/conditions.js';
export type { ComposableSampler, SamplingIntent } from '../samplers/intent.js';
export { JaegerRemoteSampler, type JaegerRemoteSamplerOptions } from '../samplers/jaeger-remote.js';
export { ProbabilitySampler, type ProbabilitySamplerOptions } from '../samplers/probability.js';
export {
  createComposableRateLimitingSampler,
  RateLimitingSampler,
  type RateLimitingOptions,
} from '../samplers/rate-limiting.js';
export {
  createComposableRuleBasedSampler,
  RuleBasedSampler,
  type ComposableRule,
  type SamplingRule,
} from '../samplers/rule-based.js';
export { TraceIdRatioBasedSampler } from '../samplers/trace-id-ratio-based.js';
export { adjustedCount } from './ot-trace-state.js';
export {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  type ParentBasedSamplerOptions,
  type Sampler,
  type SamplingResult,
} from './sampler.js';

// ── Context and propagation ────────────────────────────────────────────────────────────────────────

export {
  B3InjectEncoding,
  B3Propagator,
  type B3PropagatorOptions,
  type B3PropagatorOptions as B3PropagatorConfig,
} from '../propagators/b3.js';
export { W3CBaggagePropagator } from '../propagators/baggage.js';
export { childEnvironment } from '../propagators/child-environment.js';
export {
  CompositePropagator,
  type CompositePropagatorOptions,
  type CompositePropagatorOptions as CompositePropagatorConfig,
} from '../propagators/composite.js';
export { JaegerPropagator, type JaegerPropagatorOptions } from '../propagators/jaeger.js';
export { OTTracePropagator } from '../propagators/ot-trace.js';
export {
  parseTraceParent,
  TRACE_PARENT_HEADER,
  TRACE_STATE_HEADER,
} from '../propagators/parse-trace-parent.js';
export { W3CTraceContextPropagator } from '../propagators/tracecontext.js';
export {
  deleteRPCMetadata,
  getRPCMetadata,
  isTracingSuppressed,
  RPCType,
  setRPCMetadata,
  suppressTracing,
  unsuppressTracing,
  type RPCMetadata,
} from './context.js';
export { AsyncLocalStorageContextManager } from './node/context.js';
export { TraceState } from './trace-state.js';

// ── Resource ───────────────────────────────────────────────────────────────────────────────────────

export {
  detectResources,
  type DetectedResource,
  type DetectedResourceAttributes,
  type ResourceDetectionConfig,
  type ResourceDetector,
} from './detect-resources.js';
export { containerDetector } from './node/detectors/container.js';
export { envDetector } from './node/detectors/env.js';
export { hostDetector } from './node/detectors/host.js';
export {
  createKubernetesDetector,
  kubernetesDetector,
  type KubernetesDetectorOptions,
} from './node/detectors/kubernetes.js';
export { osDetector } from './node/detectors/os.js';
export {
  createProcessDetector,
  processDetector,
  type ProcessDetectorOptions,
} from './node/detectors/process.js';
export { serviceInstanceIdDetector } from './node/detectors/service-instance.js';
export type { EntityRef } from './entities.js';
export {
  defaultResource,
  emptyResource,
  resourceFromAttributes,
  type RawResourceAttribute,
  type Resource,
} from './resource.js';

// ── Times ──────────────────────────────────────────────────────────────────────────────────────────

export {
  addHrTimes,
  hrTime,
  hrTimeDuration,
  hrTimeToMicroseconds,
  hrTimeToMilliseconds,
  hrTimeToNanoseconds,
  hrTimeToSeconds,
  hrTimeToTimeStamp,
  isTimeInput,
  isTimeInputHrTime,
  millisToHrTime,
  timeInputToHrTime,
} from './hr-time.js';
