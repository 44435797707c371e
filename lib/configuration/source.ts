import { idGeneratorRegistry } from '../components.js';
import {
  NOTHING_SAID,
  readEnvironment,
  type HttpSettings,
  type LogLevel,
  type Settings,
} from '../config.js';
import type { SpanLimits } from '../limits.js';
import { defaultResource } from '../resource.js';
import type { Source } from '../source.js';
import { tracersByName } from '../tracer-configurators.js';
import type { TracerConfig, TracerConfigurator } from '../tracer.js';
import { given, makeComponent } from './entry.js';
import type {
  Configuration,
  ConfiguredTracer,
  HttpConfiguration,
  SpanLimitsConfiguration,
  TracerConfiguratorConfiguration,
} from './model.js';
import { processorFrom } from './processors.js';
import { propagatorsFrom } from './propagators.js';
import { detectorsFrom, resourceFrom } from './resource.js';
import { samplerFrom } from './samplers.js';

/** What a configuration says, as `start()` asks for it. It must have been checked. */
export function configurationSource(configuration: Configuration): Source {
  const { tracer_provider: tracing } = configuration;
  return {
    settings: settingsFrom(configuration),
    hasProvider: Boolean(tracing),
    resource: (detected) => resourceFrom(configuration.resource ?? {}, detected),
    detectors: () => detectorsFrom(configuration.resource ?? {}),
    propagators: () => (configuration.propagator ? propagatorsFrom(configuration.propagator) : []),
    sampler: (resource) =>
      tracing?.sampler
        ? samplerFrom(tracing.sampler, 'tracer_provider.sampler', resource)
        : undefined,
    exporters: () =>
      (tracing?.processors ?? []).map((component, i) =>
        processorFrom(component, `tracer_provider.processors[${i}]`),
      ),
    idGenerator: () =>
      tracing?.id_generator
        ? makeComponent(
            tracing.id_generator,
            'tracer_provider.id_generator',
            {},
            idGeneratorRegistry,
          )
        : undefined,
    tracerConfigurator: () => configuratorFrom(tracing?.['tracer_configurator/development']),
  };
}

/** Nothing at all: for a file that cannot be used, of which no part may be (specification: parse). */
export function silentSource(): Source {
  return {
    settings: { ...NOTHING_SAID, disabled: true },
    hasProvider: false,
    resource: defaultResource,
    detectors: () => [],
    propagators: () => [],
    sampler: () => undefined,
    exporters: () => [],
    idGenerator: () => undefined,
    tracerConfigurator: () => undefined,
  };
}

function settingsFrom(configuration: Configuration): Settings {
  const { disabled, log_level: level, attribute_limits: general } = configuration;
  const http = httpFrom(configuration);
  return {
    ...NOTHING_SAID,
    disabled: disabled ?? false,
    ...detectedSettings(configuration),
    ...(level && { logLevel: logLevelFrom(level) }),
    spanLimits: spanLimitsFrom({
      attribute_value_depth_limit: general?.attribute_value_depth_limit ?? null,
      ...given({ ...configuration.tracer_provider?.limits }),
    }),
    generalLimits: given({
      attributeValueLengthLimit: general?.attribute_value_length_limit,
      attributeCountLimit: general?.attribute_count_limit,
    }),
    http,
  };
}

/** These detectors are defined by what they read in the environment: whoever asks for them asks for that. */
function detectedSettings({ resource }: Configuration): Partial<Settings> {
  const detectors = resource?.['detection/development']?.detectors ?? [];
  if (!detectors.some((one) => 'service' in one || 'env' in one)) return {};
  const { OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES } = process.env;
  const { serviceName, resourceAttributes } = readEnvironment({
    OTEL_SERVICE_NAME,
    OTEL_RESOURCE_ATTRIBUTES,
  });
  return { ...(serviceName && { serviceName }), ...(resourceAttributes && { resourceAttributes }) };
}

/** Severities in their steps of four; what the API calls verbose is a trace. */
function logLevelFrom(said: string): LogLevel {
  const level = said.toLowerCase().replace(/[234]$/, '');
  if (level === 'trace') return 'verbose';
  return level === 'fatal' ? 'error' : (level as LogLevel);
}

function spanLimitsFrom(limits: SpanLimitsConfiguration): SpanLimits {
  return given({
    attributeValueLengthLimit: limits.attribute_value_length_limit,
    attributeValueDepthLimit: limits.attribute_value_depth_limit,
    attributeCountLimit: limits.attribute_count_limit,
    eventCountLimit: limits.event_count_limit,
    linkCountLimit: limits.link_count_limit,
    attributePerEventCountLimit: limits.event_attribute_count_limit,
    attributePerLinkCountLimit: limits.link_attribute_count_limit,
  });
}

function configuratorFrom(
  said: TracerConfiguratorConfiguration | null | undefined,
): TracerConfigurator | undefined {
  if (!said) return undefined;
  const rules = (said.tracers ?? []).map(({ name, config }) => ({ name, config: tracer(config) }));
  return tracersByName(rules, tracer(said.default_config ?? {}));
}

function tracer({ enabled, disabled }: ConfiguredTracer): TracerConfig {
  return { enabled: enabled ?? disabled !== true };
}

/** What is for all HTTP clients and servers (D-15). */
function httpFrom(configuration: Configuration): NonNullable<Settings['http']> {
  const general = configuration['instrumentation/development']?.general;
  const sensitiveQueryParameters = general?.sanitization?.url?.sensitive_query_parameters;
  const side = (said: HttpConfiguration | null | undefined): HttpSettings =>
    given({
      requestHeaders: said?.request_captured_headers,
      responseHeaders: said?.response_captured_headers,
      knownMethods: said?.known_methods,
      sensitiveQueryParameters,
    });
  return { client: side(general?.http?.client), server: side(general?.http?.server) };
}
