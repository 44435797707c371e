import type { TextMapPropagator } from '@opentelemetry/api';
import { CompositePropagator } from '../../propagators/composite.js';
import { replaceEnvironment } from '../config.js';
import { detectResources } from '../detect-resources.js';
import type { SpanProcessor } from '../processor.js';
import { TracerProvider } from '../provider.js';
import type { Resource } from '../resource.js';
import { checkConfiguration } from './check.js';
import type { Configuration } from './model.js';
import { configurationSource } from './source.js';

/** What {@link createComponents} makes. */
export interface ConfiguredComponents {
  /** Makes nothing but spans that record nothing where the configuration has no provider or is disabled. */
  readonly tracerProvider: TracerProvider;
  /** Does nothing where the configuration names none. */
  readonly propagator: TextMapPropagator;
  readonly resource: Resource;
}

/**
 * Makes the components that a configuration describes (specification: configuration SDK, create), and registers
 * nothing: `start({ configFile })` does both. The environment has no say in it.
 *
 * @throws ConfigurationError for a model that breaks its rules, for components that nobody has registered, and
 *   for what their factories throw
 */
export function createComponents(configuration: Configuration): ConfiguredComponents {
  checkConfiguration(configuration);
  const source = configurationSource(configuration);
  return withoutEnvironment(() => {
    const resource = source.resource(detectResources({ detectors: source.detectors() ?? [] }));
    const propagator = new CompositePropagator({ propagators: source.propagators() });
    const isOff = source.settings.disabled === true || !source.hasProvider;
    const sampler = source.sampler(resource);
    const idGenerator = source.idGenerator();
    const tracerConfigurator = source.tracerConfigurator();
    const tracerProvider = new TracerProvider({
      resource,
      spanProcessors: isOff ? [] : (source.exporters() as readonly SpanProcessor[]),
      spanLimits: source.settings.spanLimits,
      generalLimits: source.settings.generalLimits,
      ...(sampler && { sampler }),
      ...(idGenerator && { idGenerator }),
      ...(tracerConfigurator && { tracerConfigurator }),
    });
    // A provider that has been shut down is the one that does nothing.
    if (isOff) void tracerProvider.shutdown();
    return { tracerProvider, propagator, resource };
  });

  function withoutEnvironment<T>(make: () => T): T {
    const before = replaceEnvironment(source.settings);
    try {
      return make();
    } finally {
      replaceEnvironment(before);
    }
  }
}
