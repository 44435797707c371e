import {
  anything,
  bool,
  complain,
  component,
  expecting,
  isMapping,
  later,
  list,
  mapping,
  oneOf,
  ratio,
  secret,
  shown,
  text,
  whole,
  type Check,
  type Spot,
} from './shape.js';

/*
 * The rules of the configuration model (opentelemetry-configuration 1.1), as far as traces, propagators, the
 * resource and instrumentations go. What is for metrics and logs is not looked into.
 */

const NO_OPTIONS = mapping({});

const pair = mapping({ name: text, value: secret }, { required: ['name'] });
const patterns = { included: list(text), excluded: list(text) };
const absolutePath = expecting(
  'the absolute path of a PEM file',
  (value) => typeof value === 'string' && /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(value),
);

const tls = { ca_file: absolutePath, key_file: absolutePath, cert_file: absolutePath };
const otlp = {
  endpoint: text,
  headers: list(pair),
  headers_list: secret,
  compression: oneOf('gzip', 'none'),
  timeout: whole(0),
  max_request_size: whole(1),
  max_response_size: whole(1),
};

const exporter = component('exporter', {
  otlp_http: mapping({ ...otlp, tls: mapping(tls), encoding: oneOf('protobuf', 'json') }),
  otlp_grpc: mapping({ ...otlp, tls: mapping({ ...tls, insecure: bool }) }),
  'otlp_file/development': mapping({
    output_stream: expecting(
      'stdout or a URL such as file:///var/log/traces.jsonl',
      (value) => typeof value === 'string' && (value === 'stdout' || value.startsWith('file:///')),
    ),
  }),
  console: NO_OPTIONS,
});

const processor = component('span processor', {
  batch: mapping(
    {
      schedule_delay: whole(0),
      export_timeout: whole(0),
      max_queue_size: whole(1),
      max_export_batch_size: whole(1),
      exporter,
    },
    { required: ['exporter'] },
  ),
  simple: mapping({ exporter }, { required: ['exporter'] }),
});

const rule = mapping(
  {
    attribute_values: mapping(
      { key: text, values: list(text, { least: 1 }) },
      { required: ['key', 'values'] },
    ),
    attribute_patterns: mapping({ key: text, ...patterns }, { required: ['key'] }),
    span_kinds: list(oneOf('internal', 'server', 'client', 'producer', 'consumer')),
    parent: list(oneOf('none', 'remote', 'local')),
    sampler: later(() => composable),
  },
  { required: ['sampler'] },
);

const composable: Check = component(
  'composable sampler',
  {
    always_on: NO_OPTIONS,
    always_off: NO_OPTIONS,
    probability: mapping({ ratio }),
    parent_threshold: mapping({ root: later(() => composable) }, { required: ['root'] }),
    rule_based: mapping({ rules: list(rule) }),
  },
  { isOpen: false },
);

const sampler: Check = component('sampler', {
  always_on: NO_OPTIONS,
  always_off: NO_OPTIONS,
  trace_id_ratio_based: mapping({ ratio }),
  parent_based: mapping({
    root: later(() => sampler),
    remote_parent_sampled: later(() => sampler),
    remote_parent_not_sampled: later(() => sampler),
    local_parent_sampled: later(() => sampler),
    local_parent_not_sampled: later(() => sampler),
  }),
  always_record: mapping({ root: later(() => sampler) }, { required: ['root'] }),
  'probability/development': mapping({ ratio }),
  'jaeger_remote/development': mapping(
    { endpoint: text, interval: whole(0), initial_sampler: later(() => sampler) },
    { required: ['endpoint', 'initial_sampler'] },
  ),
  'composite/development': composable,
});

const generalLimits = {
  attribute_value_length_limit: whole(0),
  attribute_value_depth_limit: whole(1),
  attribute_count_limit: whole(0),
};

/** `disabled` is the word of format 1.0. */
const tracerConfig = mapping({ enabled: bool, disabled: bool });

const tracerProvider = mapping(
  {
    processors: list(processor, { least: 1 }),
    limits: mapping({
      ...generalLimits,
      event_count_limit: whole(0),
      link_count_limit: whole(0),
      event_attribute_count_limit: whole(0),
      link_attribute_count_limit: whole(0),
    }),
    sampler,
    id_generator: component('id generator', { random: NO_OPTIONS }),
    'tracer_configurator/development': mapping({
      default_config: tracerConfig,
      tracers: list(
        mapping({ name: text, config: tracerConfig }, { required: ['name', 'config'] }),
      ),
    }),
  },
  { required: ['processors'] },
);

const propagator = mapping({
  composite: list(
    component('propagator', {
      tracecontext: NO_OPTIONS,
      baggage: NO_OPTIONS,
      b3: NO_OPTIONS,
      b3multi: NO_OPTIONS,
    }),
  ),
  composite_list: text,
});

/** What the `type` of an attribute asks of its value, in words and as a test. */
const ATTRIBUTE_TYPES: Readonly<Record<string, readonly [string, (value: unknown) => boolean]>> = {
  // A text that looks like something else, perhaps after substitution, is still the text that was written.
  string: ['a text', (value) => ['string', 'number', 'boolean'].includes(typeof value)],
  bool: ['true or false', (value) => typeof value === 'boolean'],
  int: ['a whole number', Number.isSafeInteger],
  double: ['a number', (value) => typeof value === 'number'],
};

const attributeType = oneOf(
  ...Object.keys(ATTRIBUTE_TYPES),
  ...Object.keys(ATTRIBUTE_TYPES).map((type) => `${type}_array`),
);

function attribute(value: unknown, spot: Spot): void {
  mapping(
    { name: text, value: anything, type: attributeType },
    { required: ['name'], present: ['value'] },
  )(value, spot);
  if (!isMapping(value) || value['value'] === null || value['value'] === undefined) return;
  const type = String(value['type'] ?? 'string').toLowerCase();
  const isList = type.endsWith('_array');
  const [what, is] = ATTRIBUTE_TYPES[type.replace('_array', '')] ?? ['', () => true];
  const item = expecting(isList ? `${what} in a list` : `${what}, as its type is ${type}`, is);
  const at: Spot = { ...spot, path: `${spot.path}.value`, container: value, key: 'value' };
  (isList ? list(item) : item)(value['value'], at);
}

const resource = mapping({
  attributes: list(attribute),
  attributes_list: text,
  schema_url: text,
  'detection/development': mapping({
    attributes: mapping(patterns),
    detectors: list(
      component('resource detector', {
        container: NO_OPTIONS,
        host: NO_OPTIONS,
        process: NO_OPTIONS,
        service: NO_OPTIONS,
      }),
    ),
  }),
});

const http = mapping({
  request_captured_headers: list(text),
  response_captured_headers: list(text),
  known_methods: list(text),
});
const semconv = mapping({ version: whole(0), experimental: bool, dual_emit: bool });

const instrumentation: Check = (value, spot) => {
  const general = mapping({
    http: mapping({ semconv, client: http, server: http }),
    sanitization: mapping({ url: mapping({ sensitive_query_parameters: list(text) }) }),
    ...Object.fromEntries(
      ['code', 'db', 'gen_ai', 'messaging', 'rpc'].map((name) => [name, mapping({ semconv })]),
    ),
    stability_opt_in_list: text,
  });
  // The other keys are languages, each with the words of its own instrumentations.
  if (!isMapping(value)) return complain(spot, `expected a mapping, not ${shown(value)}`);
  mapping({ general })({ general: value['general'] }, spot);
};

/** The severities of logs, which are the levels of the model, and those of `OTEL_LOG_LEVEL`. */
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].flatMap((level) => [
  level,
  ...[2, 3, 4].map((n) => `${level}${n}`),
]);

/** The keys at the top. Others may be there: for anchors, say. */
export const TOP: Readonly<Record<string, Check>> = {
  disabled: bool,
  log_level: oneOf(...LOG_LEVELS, 'verbose', 'all', 'none'),
  attribute_limits: mapping(generalLimits),
  resource,
  propagator,
  tracer_provider: tracerProvider,
  'instrumentation/development': instrumentation,
};
