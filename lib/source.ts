import type { TextMapPropagator } from '@opentelemetry/api';
import type { Settings } from './config.js';
import type { ResourceDetector } from './detect-resources.js';
import type { SpanExporter } from './exporter.js';
import type { IdGenerator } from './ids.js';
import type { SpanProcessor } from './processor.js';
import type { Resource } from './resource.js';
import type { Sampler } from './sampler.js';
import type { TracerConfigurator } from './tracer.js';

/**
 * What `start()` is told besides its options: by the environment, or by a configuration file. Each part is made
 * when it is asked for: what the code says itself is not.
 */
export interface Source {
  readonly settings: Settings;
  /** Whether there is to be a tracer provider, where the code says nothing. */
  readonly hasProvider: boolean;
  /** What is said over what was detected. */
  resource(detected?: Resource): Resource;
  /** `undefined` where the choice is left open. */
  detectors(): ResourceDetector[] | undefined;
  propagators(): TextMapPropagator[];
  /** @param resource whose spans it is to decide */
  sampler(resource: Resource): Sampler | undefined;
  exporters(): readonly (SpanExporter | SpanProcessor)[];
  idGenerator(): IdGenerator | undefined;
  tracerConfigurator(): TracerConfigurator | undefined;
}
