/*
 * The configuration model of OpenTelemetry (opentelemetry-configuration 1.1, the schema's own names), as far
 * as traces, propagators, the resource and instrumentations go. Every value may also be null, as in a file a
 * key without a value: then its default holds. Defaults are those of the schema.
 */

/** A component by its name, with options or none: `{ batch: { … } }`, `{ console: null }`. One key. */
export type ConfiguredComponent<Known = object> = {
  readonly [Name in keyof Known]?: Known[Name] | null;
} & {
  readonly [name: string]: object | null | undefined;
};

/** What a configuration file says (specification: in-memory configuration model). */
export interface Configuration {
  /** The version of the model, such as `1.0`. */
  readonly file_format: string;
  /** Whether nothing is traced; contexts are still propagated. Default false. */
  readonly disabled?: boolean | null;
  /** From `trace` to `fatal4`; also a level of `OTEL_LOG_LEVEL`. Default `info`. */
  readonly log_level?: string | null;
  readonly resource?: ResourceConfiguration | null;
  /** Limits of attributes in general; `tracer_provider.limits` wins. */
  readonly attribute_limits?: AttributeLimitsConfiguration | null;
  /** Default: nothing is propagated. */
  readonly propagator?: PropagatorConfiguration | null;
  /** Default: nothing is traced. */
  readonly tracer_provider?: TracerProviderConfiguration | null;
  readonly 'instrumentation/development'?: InstrumentationConfiguration | null;
  /** For metrics, for logs, for others, for anchors: not looked into. */
  readonly [key: string]: unknown;
}

/** Who produces the telemetry. */
export interface ResourceConfiguration {
  /** Win over `attributes_list`; one without a value is left out. */
  readonly attributes?: readonly AttributeConfiguration[] | null;
  /** In the form of `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly attributes_list?: string | null;
  readonly schema_url?: string | null;
  readonly 'detection/development'?: DetectionConfiguration | null;
}

/** One attribute of the resource; `type` is `string` by default. */
export interface AttributeConfiguration {
  readonly name: string;
  readonly value?: string | number | boolean | readonly (string | number | boolean)[] | null;
  readonly type?: string | null;
}

/** Which detectors run, and what of theirs is kept. */
export interface DetectionConfiguration {
  readonly attributes?: PatternsConfiguration | null;
  readonly detectors?: readonly ConfiguredComponent[] | null;
}

/** Names, or patterns with `*` and `?`; what is excluded wins. Default: all are included. */
export interface PatternsConfiguration {
  readonly included?: readonly string[] | null;
  readonly excluded?: readonly string[] | null;
}

/** Limits of attributes. */
export interface AttributeLimitsConfiguration {
  readonly attribute_value_length_limit?: number | null;
  readonly attribute_value_depth_limit?: number | null;
  readonly attribute_count_limit?: number | null;
}

/** Limits of spans. */
export interface SpanLimitsConfiguration extends AttributeLimitsConfiguration {
  readonly event_count_limit?: number | null;
  readonly link_count_limit?: number | null;
  readonly event_attribute_count_limit?: number | null;
  readonly link_attribute_count_limit?: number | null;
}

/** Propagators; those of the list come last, each once. */
export interface PropagatorConfiguration {
  readonly composite?: readonly ConfiguredComponent[] | null;
  /** In the form of `OTEL_PROPAGATORS`. */
  readonly composite_list?: string | null;
}

/** How spans are made, kept and exported. */
export interface TracerProviderConfiguration {
  /** At least one. */
  readonly processors: readonly ConfiguredComponent<{
    batch: BatchConfiguration;
    simple: SimpleConfiguration;
  }>[];
  readonly limits?: SpanLimitsConfiguration | null;
  /** Default: what the parent keeps, and all roots. */
  readonly sampler?: ConfiguredComponent | null;
  /** Default `random`. */
  readonly id_generator?: ConfiguredComponent | null;
  readonly 'tracer_configurator/development'?: TracerConfiguratorConfiguration | null;
}

/** A batch processor; times in milliseconds. */
export interface BatchConfiguration {
  readonly exporter: ConfiguredComponent;
  readonly schedule_delay?: number | null;
  readonly export_timeout?: number | null;
  readonly max_queue_size?: number | null;
  readonly max_export_batch_size?: number | null;
}

/** A simple processor. */
export interface SimpleConfiguration {
  readonly exporter: ConfiguredComponent;
}

/** Tracers by name; the first that matches holds. */
export interface TracerConfiguratorConfiguration {
  readonly default_config?: ConfiguredTracer | null;
  readonly tracers?: readonly { readonly name: string; readonly config: ConfiguredTracer }[] | null;
}

/** Whether a tracer makes spans. `disabled` is the word of format 1.0. */
export interface ConfiguredTracer {
  readonly enabled?: boolean | null;
  readonly disabled?: boolean | null;
}

/** For instrumentations: what is for all languages is used here, the rest is not looked into. */
export interface InstrumentationConfiguration {
  readonly general?: {
    readonly http?: {
      readonly client?: HttpConfiguration | null;
      readonly server?: HttpConfiguration | null;
    } | null;
    readonly sanitization?: {
      readonly url?: { readonly sensitive_query_parameters?: readonly string[] | null } | null;
    } | null;
    readonly [key: string]: unknown;
  } | null;
  readonly [language: string]: unknown;
}

/** Options of all HTTP clients, or of all HTTP servers. */
export interface HttpConfiguration {
  readonly request_captured_headers?: readonly string[] | null;
  readonly response_captured_headers?: readonly string[] | null;
  readonly known_methods?: readonly string[] | null;
}
