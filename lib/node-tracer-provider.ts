import { platform } from './platform.js';
import { TracerProvider, type TracerProviderOptions } from './provider.js';

/**
 * A {@link TracerProvider} that takes what its options do not say from the environment, as the official SDK's
 * providers of 2.x do: `OTEL_TRACES_SAMPLER`, limits of spans and attributes, where exceptions go; and, when no resource is given,
 * `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. Also exported as `BasicTracerProvider`.
 *
 * @throws TypeError when a sampler, processor or id generator is not one
 */
export class NodeTracerProvider extends TracerProvider {
  constructor(options: TracerProviderOptions = {}) {
    const said = platform.providerOptions?.() ?? {};
    super({
      ...said,
      ...options,
      spanLimits: { ...said.spanLimits, ...options.spanLimits },
      generalLimits: { ...said.generalLimits, ...options.generalLimits },
    });
  }
}
