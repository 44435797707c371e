/*
 * The main door: everything that sets up and runs the SDK. Propagators, samplers, exporters, the tree
 * and the instrumentations have doors of their own.
 */
import './defaults.js';

export { exporterRegistry, propagatorRegistry, samplerRegistry } from './components.js';
export {
  deleteRPCMetadata,
  getRPCMetadata,
  isTracingSuppressed,
  setRPCMetadata,
  suppressTracing,
  unsuppressTracing,
  type RPCMetadata,
} from './context.js';
export { setErrorHandler, type Diagnostic, type ErrorHandler } from './diagnostics.js';
export { ExportResultCode, type ExportResult, type SpanExporter } from './exporter.js';
export { RandomIdGenerator, type IdGenerator } from './ids.js';
export type { InstrumentationScope } from './instrumentation-scope.js';
export type { GeneralLimits, SpanLimits } from './limits.js';
export { AsyncLocalStorageContextManager } from './node/context.js';
export type { SpanProcessor } from './processor.js';
export {
  BatchSpanProcessor,
  type BatchSpanProcessorOptions,
  type BufferConfig,
} from './processors/batch.js';
export { NoopSpanProcessor } from './processors/noop.js';
export { SimpleSpanProcessor, type SimpleSpanProcessorOptions } from './processors/simple.js';
export {
  TracerProvider,
  type RegisterOptions,
  type TracerOptions,
  type TracerProviderOptions,
} from './provider.js';
export type { Factory, Registry } from './registry.js';
export type { ReadableSpan, TimedEvent } from './readable-span.js';
export {
  defaultResource,
  emptyResource,
  resourceFromAttributes,
  type Resource,
} from './resource.js';
export {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  type ParentBasedSamplerOptions,
  type Sampler,
  type SamplingResult,
} from './sampler.js';
export type { Span } from './span.js';
export { start, type Component, type Sdk, type StartOptions } from './start.js';
export { TraceState } from './trace-state.js';
export type { Tracer, TracerConfig, TracerConfigurator } from './tracer.js';
export { SDK_INFO } from './version.js';
export { withSpan } from './with-span.js';
