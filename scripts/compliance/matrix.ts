/** A row: its name, the ids of the facts that make it up, and what they do not say. */
type Row = readonly [name: string, ids: readonly string[], beyond?: Beyond];

/** What the facts do not say of a row. */
export interface Beyond {
  /** Which other signal it concerns. */
  readonly foreign?: string;
  /** Why there is no such thing here. */
  readonly not?: string;
  /** What is missing. */
  readonly partly?: string;
  /** What is worth saying of a row that is done. */
  readonly note?: string;
}

/** One table of the matrix, or several under headings. */
interface Section {
  readonly section: string;
  readonly groups: readonly { readonly heading?: string; readonly rows: readonly Row[] }[];
}

const NO_LOGS = 'Concerns logs; spantree is a tracing SDK.';
const NO_METRICS = 'Concerns metrics; spantree is a tracing SDK.';

/** The rows of the specification's compliance matrix that spantree could have, by its own names. */
export const MATRIX: readonly Section[] = [
  {
    section: 'Traces',
    groups: [
      {
        heading: 'TracerProvider',
        rows: [
          ['Create TracerProvider', ['T-PROV-06', 'T-PROV-07', 'T-PROV-08']],
          ['Get a Tracer', ['T-PROV-01', 'T-PROV-02', 'T-PROV-03']],
          ['Get a Tracer with schema_url', ['T-PROV-01', 'T-PROV-05']],
          ['Get a Tracer with scope attributes', ['T-API-06', 'T-PROV-01', 'T-PROV-05']],
          ['Associate Tracer with InstrumentationScope', ['T-PROV-01']],
          ['Safe for concurrent calls', ['T-PROV-13']],
          ['Shutdown (SDK only required)', ['T-PROV-09', 'T-PROV-10', 'T-PROV-12']],
          ['Optional shutdown of Samplers (SDK only required)', ['T-PROV-09']],
          ['ForceFlush (SDK only required)', ['T-PROV-11', 'T-PROV-12']],
        ],
      },
      {
        heading: 'Trace / Context interaction',
        rows: [
          ['Get active Span', ['T-TRC-09', 'T-CTX-03']],
          ['Set active Span', ['T-TRC-09', 'T-CTX-04']],
        ],
      },
      {
        heading: 'Tracer',
        rows: [
          ['Create a new Span', ['T-API-05', 'T-SPAN-01', 'T-SPAN-06', 'T-SPAN-12']],
          [
            'Documentation defines adding attributes at span creation as preferred',
            ['T-SAMP-01', 'C-HTTP-13'],
            { note: 'Said by `Tracer.startSpan`.' },
          ],
          ['Get active Span', ['T-TRC-09', 'T-CTX-03']],
          ['Mark Span active', ['T-TRC-09', 'T-API-05']],
          ['Safe for concurrent calls', ['T-PROV-13', 'T-CTX-03']],
        ],
      },
      {
        heading: 'SpanContext',
        rows: [
          ['IsValid', ['T-SPAN-03', 'T-ID-02']],
          ['IsRemote', ['T-API-08', 'T-SPAN-05', 'P-GEN-03']],
          ['Conforms to the W3C TraceContext spec', ['T-SPAN-18', 'P-TC-15']],
          ['Support W3C Trace Context Level 2 randomness', ['T-ID-03', 'T-ID-05', 'P-TC-09']],
        ],
      },
      {
        heading: 'Span',
        rows: [
          ['Create root span', ['T-SPAN-01', 'T-SPAN-02']],
          ['Create with default parent (active span)', ['T-SPAN-02', 'T-SPAN-04']],
          ['Create with parent from Context', ['T-SPAN-02', 'T-SPAN-04']],
          ['No explicit parent Span/SpanContext allowed', ['T-SPAN-02']],
          ['SpanProcessor.OnStart receives parent Context', ['T-PROC-02', 'T-PROC-03']],
          ['UpdateName', ['T-NAME-01']],
          ['User-defined start timestamp', ['T-API-09', 'T-SPAN-16']],
          ['End', ['T-END-01', 'T-END-02']],
          ['End with timestamp', ['T-END-02', 'T-SPAN-17']],
          ['IsRecording', ['T-SPAN-08', 'T-SPAN-19']],
          ['IsRecording becomes false after End', ['T-SPAN-19']],
          [
            'Set status with StatusCode (Unset, Ok, Error)',
            ['T-STAT-01', 'T-STAT-02', 'T-STAT-03', 'T-STAT-04'],
          ],
          ['Safe for concurrent calls', ['T-END-01', 'T-CTX-03']],
          ['events collection size limit', ['T-LIM-01', 'T-LIM-09']],
          ['attribute collection size limit', ['T-LIM-01', 'T-LIM-03']],
          ['links collection size limit', ['T-LIM-01', 'T-LIM-09']],
          ['SpanProcessor.OnEnding', ['T-PROC-04']],
        ],
      },
      {
        heading: 'Span attributes',
        rows: [
          ['SetAttribute', ['T-ATTR-01', 'T-ATTR-05', 'T-ATTR-06']],
          ['String type', ['T-ATTR-02', 'T-ATTR-03']],
          ['Boolean type', ['T-ATTR-02']],
          ['Double floating-point type', ['T-ATTR-02', 'E-PB-09']],
          ['Signed int64 type', ['T-ATTR-02', 'E-PB-09']],
          ['Array of primitives (homogeneous)', ['T-ATTR-02', 'T-ATTR-04', 'T-ATTR-08']],
          ['`null` values documented as invalid/undefined', ['T-API-03', 'T-ATTR-03']],
          ['Unicode support for keys and string values', ['T-ATTR-02', 'T-LIM-05']],
        ],
      },
      {
        heading: 'Span linking',
        rows: [
          ['Links can be recorded on span creation', ['T-LINK-01', 'T-LINK-02']],
          ['Links can be recorded after span creation', ['T-LINK-01']],
          ['Links order is preserved', ['T-LINK-01']],
        ],
      },
      {
        heading: 'Span events',
        rows: [
          ['AddEvent', ['T-EVT-01']],
          ['Add order preserved', ['T-EVT-02']],
          ['Safe for concurrent calls', ['T-EVT-02', 'T-CTX-03']],
        ],
      },
      {
        heading: 'Span exceptions',
        rows: [
          ['RecordException', ['T-EXC-01', 'T-EXC-02', 'T-EXC-04', 'T-EXC-05', 'T-EXC-06']],
          ['RecordException with extra parameters', ['T-API-10', 'T-EXC-03']],
        ],
      },
      {
        heading: 'Sampling',
        rows: [
          ['Allow samplers to modify tracestate', ['T-SPAN-10']],
          ['ShouldSample gets full parent Context', ['T-SAMP-01']],
          ['Sampler: JaegerRemoteSampler', ['T-SAMP-13', 'T-SAMP-14', 'T-SAMP-15']],
          ['New Span ID created also for non-recording Spans', ['T-SPAN-01', 'T-SPAN-07']],
          ['IdGenerators', ['T-ID-01', 'T-ID-02', 'T-ID-04', 'T-ID-07']],
          ['SpanLimits', ['T-LIM-01', 'T-LIM-02', 'T-LIM-10', 'T-LIM-11']],
          [
            'Built-in `SpanProcessor`s implement `ForceFlush` spec',
            ['T-PROC-09', 'T-PROC-10', 'T-PROC-11'],
          ],
          [
            'Attribute Limits',
            ['T-LIM-03', 'T-LIM-04', 'T-LIM-06', 'T-LIM-07', 'T-LIM-08', 'T-LIM-14'],
          ],
          ['Fetch InstrumentationScope from ReadableSpan', ['T-SPAN-14']],
          [
            'TraceIdRatioBased sampler implements OpenTelemetry tracestate `th` field',
            ['T-PROB-03', 'T-PROB-09'],
          ],
          [
            'CompositeSampler and built-in ComposableSamplers',
            [
              'T-COMP-01',
              'T-COMP-02',
              'T-COMP-03',
              'T-COMP-04',
              'T-COMP-05',
              'T-COMP-06',
              'T-COMP-07',
              'T-COMP-08',
            ],
          ],
          ['Sampler: AlwaysRecord', ['T-SAMP-09']],
        ],
      },
    ],
  },
  {
    section: 'Baggage',
    groups: [
      {
        rows: [
          ['Basic support', ['P-BG-01', 'P-BG-02', 'P-BG-10', 'P-BG-11']],
          ['Use official header name `baggage`', ['P-BG-03', 'P-BG-04', 'P-BG-08']],
        ],
      },
    ],
  },
  {
    section: 'Resource',
    groups: [
      {
        rows: [
          ['Create from Attributes', ['T-RES-01']],
          ['Create empty', ['T-RES-01']],
          ['Merge (v2)', ['T-RES-02', 'T-RES-03']],
          ['Retrieve attributes', ['T-RES-01', 'T-PROV-14']],
          ['Default value for service.name', ['T-RES-04', 'C-RES-01']],
          ['Resource detector interface/mechanism', ['T-RES-05', 'T-RES-06', 'T-RES-08']],
          ['Resource detectors populate Schema URL', ['T-RES-07']],
        ],
      },
    ],
  },
  {
    section: 'Context Propagation',
    groups: [
      {
        rows: [
          ['Create Context Key', ['T-CTX-01']],
          ['Get value from Context', ['T-CTX-01']],
          ['Set value for Context', ['T-CTX-01']],
          ['Attach Context', ['T-API-04', 'T-CTX-02', 'T-CTX-04']],
          ['Detach Context', ['T-API-04', 'T-CTX-02']],
          ['Get current Context', ['T-CTX-03', 'T-CTX-04']],
          ['Composite Propagator', ['P-GEN-04']],
          ['Global Propagator', ['P-GEN-07']],
          ['TraceContext Propagator', ['P-TC-01', 'P-TC-13', 'P-TC-15', 'P-TS-01']],
          ['B3 Propagator', ['P-B3-01', 'P-B3-03', 'P-B3-04', 'P-B3-05']],
          ['Jaeger Propagator', ['P-JG-01', 'P-JG-02', 'P-JG-03', 'P-JG-04']],
          ['OT Propagator', ['P-OT-01', 'P-OT-02']],
          [
            'OpenCensus Binary Propagator',
            [],
            { not: 'Optional and deprecated; nobody has asked for it.' },
          ],
          ['TextMapPropagator', ['P-GEN-01', 'P-GEN-02', 'P-GEN-05']],
          ['Fields', ['P-GEN-01', 'P-GEN-04']],
          ['Setter argument', ['P-GEN-06']],
          ['Getter argument', ['P-GEN-05', 'P-GEN-10']],
          ['Getter argument returning Keys', ['P-GEN-05']],
          [
            'Environment Variables as Context Propagation Carriers',
            ['P-ENV-01', 'P-ENV-02', 'P-ENV-03', 'P-ENV-04', 'P-ENV-05'],
          ],
        ],
      },
    ],
  },
  {
    section: 'Environment Variables',
    groups: [
      {
        rows: [
          ['OTEL_SDK_DISABLED', ['V-01']],
          ['OTEL_RESOURCE_ATTRIBUTES', ['V-02', 'T-RES-06']],
          ['OTEL_SERVICE_NAME', ['V-02']],
          ['OTEL_LOG_LEVEL', ['V-04']],
          ['OTEL_PROPAGATORS', ['V-05']],
          ['OTEL_BSP_*', ['V-10']],
          ['OTEL_BLRP_*', [], { foreign: NO_LOGS }],
          ['OTEL_EXPORTER_OTLP_*', ['V-14', 'V-15', 'E-CFG-06']],
          ['OTEL_EXPORTER_ZIPKIN_*', ['V-16']],
          ['OTEL_TRACES_EXPORTER', ['V-08']],
          ['OTEL_METRICS_EXPORTER', [], { foreign: NO_METRICS }],
          ['OTEL_LOGS_EXPORTER', [], { foreign: NO_LOGS }],
          ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', ['V-12']],
          ['OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT', ['V-12']],
          ['OTEL_SPAN_EVENT_COUNT_LIMIT', ['V-12']],
          ['OTEL_SPAN_LINK_COUNT_LIMIT', ['V-12']],
          ['OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', ['V-13']],
          ['OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', ['V-13']],
          ['OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT', [], { foreign: NO_LOGS }],
          ['OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT', [], { foreign: NO_LOGS }],
          [
            'OTEL_TRACES_SAMPLER',
            ['V-06'],
            { partly: 'All but `xray`: there is no sampler of X-Ray here.' },
          ],
          ['OTEL_TRACES_SAMPLER_ARG', ['V-07']],
          ['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', ['V-11']],
          ['OTEL_ATTRIBUTE_COUNT_LIMIT', ['V-11']],
          ['OTEL_METRIC_EXPORT_INTERVAL', [], { foreign: NO_METRICS }],
          ['OTEL_METRIC_EXPORT_TIMEOUT', [], { foreign: NO_METRICS }],
          ['OTEL_METRICS_EXEMPLAR_FILTER', [], { foreign: NO_METRICS }],
          ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE', [], { foreign: NO_METRICS }],
          ['OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION', [], { foreign: NO_METRICS }],
          ['OTEL_CONFIG_FILE', ['V-09']],
        ],
      },
    ],
  },
  {
    section: 'Declarative configuration',
    groups: [
      {
        rows: [
          ['`Parse` a configuration file', ['D-06']],
          ['The `Parse` operation accepts the configuration YAML file format', ['D-01', 'D-03']],
          ['The `Parse` operation performs environment variable substitution', ['D-04']],
          ['The `Parse` operation returns configuration model', ['D-06']],
          [
            'The `Parse` operation resolves plugin component configuration to `properties`',
            ['D-07'],
          ],
          ['`Create` SDK components', ['D-06']],
          ['The `Create` operation accepts configuration model', ['D-06']],
          ['The `Create` operation returns `TracerProvider`', ['D-06', 'D-08']],
          ['The `Create` operation returns `MeterProvider`', [], { foreign: NO_METRICS }],
          ['The `Create` operation returns `LoggerProvider`', [], { foreign: NO_LOGS }],
          ['The `Create` operation returns `Propagators`', ['D-06', 'D-13']],
          [
            'The `Create` operation calls `CreateComponent` of corresponding `PluginComponentProvider` when encountering plugin components',
            ['D-07'],
          ],
          ['Register a `PluginComponentProvider`', ['D-07']],
        ],
      },
    ],
  },
  {
    section: 'Exporters',
    groups: [
      {
        rows: [
          ['Exporter interface', ['T-EXP-01', 'T-EXP-02', 'T-EXP-03', 'T-EXP-04']],
          ['Exporter interface has `ForceFlush`', ['T-EXP-01', 'T-PROC-09']],
          ['Standard output (logging)', ['T-EXP-08', 'E-CON-01', 'E-FILE-02']],
          ['In-memory (mock exporter)', ['T-EXP-08']],
        ],
      },
      {
        heading: 'OTLP',
        rows: [
          ['OTLP/gRPC Exporter', ['E-CFG-01', 'E-GRPC-01', 'E-GRPC-07', 'E-GRPC-08']],
          ['OTLP/HTTP binary Protobuf Exporter', ['E-CFG-01', 'E-HTTP-01', 'E-PB-01', 'E-PB-02']],
          ['OTLP/HTTP JSON Protobuf Exporter', ['E-CFG-01', 'E-JSON-01', 'E-JSON-02', 'E-JSON-04']],
          ['OTLP/HTTP gzip Content-Encoding support', ['E-CFG-08', 'E-HTTP-01']],
          ['Enforces request size limit', ['E-CFG-09', 'E-HTTP-08', 'E-GRPC-05']],
          ['Enforces response size limit', ['E-CFG-09', 'E-HTTP-08', 'E-GRPC-05']],
          ['Concurrent sending', ['E-HTTP-10', 'E-GRPC-06']],
          ['Honors retryable responses with backoff', ['E-HTTP-05', 'E-GRPC-02', 'E-RET-01']],
          ['Honors non-retryable responses', ['E-HTTP-05', 'E-GRPC-02']],
          ['Honors throttling response', ['E-HTTP-06', 'E-GRPC-03']],
          ['Multi-destination spec compliance', ['E-HTTP-14']],
          ['SchemaURL in ResourceSpans and ScopeSpans', ['E-PB-07']],
          ['SchemaURL in ResourceMetrics and ScopeMetrics', [], { foreign: NO_METRICS }],
          ['SchemaURL in ResourceLogs and ScopeLogs', [], { foreign: NO_LOGS }],
          ['Honors the user agent spec', ['E-CFG-14']],
          ['Partial Success messages are handled and logged for OTLP/gRPC', ['E-GRPC-04']],
          ['Partial Success messages are handled and logged for OTLP/HTTP', ['E-HTTP-04']],
          ['Metric Exporter configurable temporality preference', [], { foreign: NO_METRICS }],
          ['Metric Exporter configurable default aggregation', [], { foreign: NO_METRICS }],
        ],
      },
      {
        heading: 'Zipkin',
        rows: [
          ['Zipkin V1 JSON', [], { not: 'Optional; Zipkin has taken the second form since 2017.' }],
          ['Zipkin V1 Thrift', [], { not: 'Optional; as the one above.' }],
          ['Zipkin V2 JSON', ['E-ZIP-01', 'E-ZIP-09']],
          ['Zipkin V2 Protobuf', [], { not: 'Optional; JSON does, and Zipkin is deprecated.' }],
          ['Service name mapping', ['E-ZIP-02']],
          ['SpanKind mapping', ['E-ZIP-03']],
          ['InstrumentationLibrary mapping', ['E-ZIP-08']],
          ['InstrumentationScope mapping', ['E-ZIP-08']],
          ['Boolean attributes', ['E-ZIP-05']],
          ['Array attributes', ['E-ZIP-05']],
          ['Status mapping', ['E-ZIP-06']],
          ['Error Status mapping', ['E-ZIP-06']],
          ['Event attributes mapping to Annotations', ['E-ZIP-07']],
          ['Integer microseconds in timestamps', ['E-ZIP-07']],
        ],
      },
    ],
  },
  {
    section: 'SDK Self-Observability',
    groups: [
      {
        rows: [
          ['`otel.sdk.span.started`', ['T-OBS-01']],
          ['`otel.sdk.span.live`', ['T-OBS-02']],
          ['`otel.sdk.processor.span.queue.size`', ['T-OBS-03']],
          ['`otel.sdk.processor.span.queue.capacity`', ['T-OBS-03']],
          ['`otel.sdk.processor.span.processed`', ['T-OBS-04']],
          ['`otel.sdk.exporter.span.inflight`', ['T-OBS-05']],
          ['`otel.sdk.exporter.span.exported`', ['T-OBS-06']],
          ['`otel.sdk.exporter.operation.duration`', ['T-OBS-07']],
        ],
      },
    ],
  },
];
