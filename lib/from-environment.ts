import type { TextMapPropagator } from '@opentelemetry/api';
import {
  detectorRegistry,
  exporterRegistry,
  propagatorRegistry,
  samplerRegistry,
} from './components.js';
import type { Settings } from './config.js';
import type { ResourceDetector } from './detect-resources.js';
import { report } from './diagnostics.js';
import type { SpanExporter } from './exporter.js';
import type { SpanProcessor } from './processor.js';
import type { Registry } from './registry.js';
import {
  defaultResource,
  resourceFromAttributes,
  resourceFromEntities,
  type Resource,
} from './resource.js';
import type { Sampler } from './sampler.js';
import type { Source } from './source.js';

/** The environment, as `start()` asks for it. */
export function environmentSource(settings: Settings): Source {
  return {
    settings,
    hasProvider: true,
    resource: (detected) => environmentResource(settings, detected),
    detectors: () => environmentDetectors(settings),
    propagators: () => environmentPropagators(settings),
    sampler: (resource) => environmentSampler(settingsOf(resource, settings)),
    exporters: () => environmentExporters(settings),
    idGenerator: () => undefined,
    tracerConfigurator: () => undefined,
  };
}

/**
 * The default resource, over it what was detected, over that what the environment says (specification:
 * resource SDK): somebody wrote it there, where a detector has only looked.
 */
export function environmentResource(settings: Settings, detected?: Resource): Resource {
  const { entities, resourceAttributes, serviceName } = settings;
  const service = serviceName === undefined ? {} : { 'service.name': serviceName };
  return defaultResource()
    .merge(detected ?? null)
    .merge(entities ? resourceFromEntities(entities) : null)
    .merge(resourceFromAttributes({ ...resourceAttributes, ...service }));
}

/** The detectors of `OTEL_NODE_RESOURCE_DETECTORS`; `undefined` where it names none that is known. */
export function environmentDetectors(settings: Settings): ResourceDetector[] | undefined {
  const variable = 'OTEL_NODE_RESOURCE_DETECTORS';
  const names = settings.resourceDetectors?.flatMap(namedDetectors);
  const detectors = fromNames(variable, names, [], detectorRegistry, settings);
  const isSaid = names?.some((name) => isNone(name) || detectorRegistry.has(name));
  return isSaid ? detectors : undefined;
}

/** The names that a name stands for: `all` is all of ours, as in the official SDK. */
export function namedDetectors(name: string): string[] {
  return name.toLowerCase() === 'all' ? detectorRegistry.names() : [name];
}

/** The propagators of `OTEL_PROPAGATORS`, in its order. */
export function environmentPropagators(settings: Settings): TextMapPropagator[] {
  const { propagators } = settings;
  const fallback = ['tracecontext', 'baggage'];
  return fromNames('OTEL_PROPAGATORS', propagators, fallback, propagatorRegistry, settings);
}

/** With the name of the service whose spans they are: some samplers ask a server for what is its. */
export function settingsOf(resource: Resource, settings: Settings): Settings {
  const name = resource.attributes['service.name'];
  return typeof name === 'string' ? { ...settings, serviceName: name } : settings;
}

/** The sampler of `OTEL_TRACES_SAMPLER`; none for the default. */
export function environmentSampler(settings: Settings): Sampler | undefined {
  const names = settings.sampler === undefined ? [] : [settings.sampler];
  return fromNames('OTEL_TRACES_SAMPLER', names, [], samplerRegistry, settings)[0];
}

/** The exporters of `OTEL_TRACES_EXPORTER`. */
export function environmentExporters(settings: Settings): (SpanExporter | SpanProcessor)[] {
  const fallback = [defaultExporter(settings)];
  return fromNames(
    'OTEL_TRACES_EXPORTER',
    settings.exporters,
    fallback,
    exporterRegistry,
    settings,
  );
}

/** See docs/RATIONALE.md: the specification's default is `otlp` everywhere. */
function defaultExporter({ otlp }: Settings): string {
  const toBackend =
    process.env['NODE_ENV'] === 'production' ||
    otlp.endpoint !== undefined ||
    otlp.tracesEndpoint !== undefined;
  return toBackend ? 'otlp' : 'console';
}

/**
 * The components that a variable names. Unknown names are reported and ignored (specification: enum
 * values); where it names none that is known, those of the default are made, as if it were not set.
 */
function fromNames<T>(
  variable: string,
  names: readonly string[] | undefined,
  fallback: readonly string[],
  registry: Registry<T>,
  settings: Settings,
): T[] {
  const unknown = names?.filter((name) => !isNone(name) && !registry.has(name)) ?? [];
  if (unknown.length > 0) {
    const texts = unknown.map((name) => `"${name}"`).join(', ');
    report(`env.${variable}`, `${variable}: ${texts} is ignored: ${registry.unknown(unknown[0]!)}`);
  }
  const known = names?.filter((name) => !unknown.includes(name)) ?? [];
  return (known.length > 0 ? known : fallback).flatMap((name) =>
    isNone(name) ? [] : created(variable, name, registry, settings),
  );
}

function isNone(name: string): boolean {
  return name.toLowerCase() === 'none';
}

function created<T>(
  variable: string,
  name: string,
  registry: Registry<T>,
  settings: Settings,
): T[] {
  try {
    return [registry.create(name, undefined, settings)];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    report('env.component', `${variable}: "${name}" is ignored: ${why}`);
    return [];
  }
}
