import type { ContextManager, TextMapPropagator, TraceAPI } from '@opentelemetry/api';
import type { BufferConfig } from './processors/batch.js';
import type { TracerProviderOptions } from './provider.js';

/**
 * What is used where nothing is given. The kernel knows no platform, no propagator and no environment: the
 * package's entry point fills this in.
 */
export const platform: {
  /** For `TracerProvider.register()`. */
  contextManager?: () => ContextManager;
  /** For `TracerProvider.register()`. */
  propagator?: () => TextMapPropagator;
  /** Other copies of the API whose early tracers a registration brings to life. */
  traceApis?: () => readonly TraceAPI[];
  /** What the environment says, for `NodeTracerProvider`. */
  providerOptions?: () => TracerProviderOptions;
  /** What the environment says, for `BatchSpanProcessor`. */
  bufferConfig?: () => BufferConfig;
} = {};
