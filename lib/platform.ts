import type { ContextManager, TextMapPropagator } from '@opentelemetry/api';

/**
 * What `TracerProvider.register()` uses when nothing is given. The kernel knows no platform and no
 * propagator: the package's entry point fills this in.
 */
export const platform: {
  contextManager?: () => ContextManager;
  propagator?: () => TextMapPropagator;
} = {};
