import { context, diag, propagation, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import type { OTLPTraceExporterOptions } from '../../exporters/otlp/options.js';
import { OTLPTraceExporter } from '../../exporters/otlp/trace-exporter.js';
import { ZipkinExporter, type ZipkinExporterOptions } from '../../exporters/zipkin.js';
import type { HttpClientOptions } from '../../instrumentation/http-client.js';
import { koaTracing, type KoaTracingOptions } from '../../instrumentation/koa.js';
import { ENVIRONMENT } from '../../lib/config.js';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../lib/diagnostics.js';
import { resourceFromEntities } from '../../lib/resource.js';
import { start, type StartOptions } from '../../lib/start.js';
import { CA, CLIENT } from '../support/tls/certificates.js';

/*
 * What says in code what a variable says in the environment. That there are such options is held by the
 * types, that nothing is wrong with them by the specs below.
 */
const FILE = 'spec/lib/configuration/files/nothing.yaml';

const OF_START = {
  OTEL_CONFIG_FILE: { configFile: FILE },
  OTEL_EXPERIMENTAL_CONFIG_FILE: { configFile: FILE },
  OTEL_SDK_DISABLED: { disabled: true },
  OTEL_LOG_LEVEL: { logLevel: 'warn' },
  OTEL_SERVICE_NAME: { serviceName: 'shop' },
  OTEL_ENTITIES: { resource: resourceFromEntities({ attributes: { 'host.id': 'a' }, refs: [] }) },
  OTEL_NODE_RESOURCE_DETECTORS: { resourceDetectors: ['host'] },
  OTEL_RESOURCE_ATTRIBUTES: { resource: { 'service.version': '2' } },
  OTEL_PROPAGATORS: { propagators: ['b3'] },
  OTEL_TRACES_SAMPLER: { sampler: 'always_off' },
  OTEL_TRACES_SAMPLER_ARG: { sampler: { name: 'traceidratio', options: { ratio: 0.5 } } },
  OTEL_TRACES_EXPORTER: { exporters: ['memory'] },
  OTEL_BSP_SCHEDULE_DELAY: { batch: { scheduledDelayMillis: 1000 } },
  OTEL_BSP_EXPORT_TIMEOUT: { batch: { exportTimeoutMillis: 1000 } },
  OTEL_BSP_MAX_QUEUE_SIZE: { batch: { maxQueueSize: 1000 } },
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: { batch: { maxExportBatchSize: 10 } },
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: { generalLimits: { attributeValueLengthLimit: 10 } },
  OTEL_ATTRIBUTE_COUNT_LIMIT: { generalLimits: { attributeCountLimit: 10 } },
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: { spanLimits: { attributeValueLengthLimit: 10 } },
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: { spanLimits: { attributeCountLimit: 10 } },
  OTEL_SPAN_EVENT_COUNT_LIMIT: { spanLimits: { eventCountLimit: 10 } },
  OTEL_SPAN_LINK_COUNT_LIMIT: { spanLimits: { linkCountLimit: 10 } },
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: { spanLimits: { attributePerEventCountLimit: 10 } },
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: { spanLimits: { attributePerLinkCountLimit: 10 } },
  OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: { exceptionSignal: 'events' },
  SPANTREE_DOCTOR: { doctor: false },
} satisfies Record<string, StartOptions>;

/** `_TRACES_` in a name has no option of its own: an exporter of spans is for traces. */
const OF_OTLP = {
  OTEL_EXPORTER_OTLP_ENDPOINT: { url: 'http://127.0.0.1:9/v1/traces' },
  OTEL_EXPORTER_OTLP_HEADERS: { headers: { 'x-tenant': 'a' } },
  OTEL_EXPORTER_OTLP_TIMEOUT: { timeoutMillis: 1000 },
  OTEL_EXPORTER_OTLP_COMPRESSION: { compression: 'gzip' },
  OTEL_EXPORTER_OTLP_PROTOCOL: { protocol: 'http/json' },
  OTEL_EXPORTER_OTLP_CERTIFICATE: { ca: CA },
  OTEL_EXPORTER_OTLP_CLIENT_KEY: CLIENT,
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: CLIENT,
  OTEL_EXPORTER_OTLP_INSECURE: { protocol: 'grpc', url: '127.0.0.1:9', insecure: true },
} satisfies Record<string, OTLPTraceExporterOptions>;

const OF_ZIPKIN = {
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: { url: 'http://127.0.0.1:9/api/v2/spans' },
  OTEL_EXPORTER_ZIPKIN_TIMEOUT: { timeoutMillis: 1000 },
} satisfies Record<string, ZipkinExporterOptions>;

const OF_HTTP = {
  OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: { knownMethods: ['GET'] },
} satisfies Record<string, HttpClientOptions & KoaTracingOptions>;

describe('the option in code for a variable (V-RULE-06)', () => {
  let diagnostics: Diagnostic[];

  beforeEach(() => {
    diagnostics = [];
    resetDiagnostics();
    setErrorHandler((diagnostic) => diagnostics.push(diagnostic));
  });

  afterEach(() => {
    setErrorHandler(() => {});
    // The logger that a log level sets outlives its SDK.
    diag.disable();
    trace.disable();
    context.disable();
    propagation.disable();
  });

  it('is there for every variable, and listed for no other', () => {
    const general = ENVIRONMENT.map(({ name }) => name.replace('OTLP_TRACES_', 'OTLP_'));
    const listed = [OF_START, OF_OTLP, OF_ZIPKIN, OF_HTTP].flatMap((table) => Object.keys(table));
    expect(listed).to.have.members([...new Set(general)]);
  });

  for (const [name, options] of Object.entries(OF_START)) {
    it(`is taken by start(): ${name}`, async () => {
      await start({ exporters: [], flushAtExit: false, ...options }).shutdown();
      expect(diagnostics).to.deep.equal([]);
    });
  }

  it('is taken by exporters and instrumentations', async () => {
    const exporters = [
      ...Object.values(OF_OTLP).map((options) => new OTLPTraceExporter(options)),
      ...Object.values(OF_ZIPKIN).map((options) => new ZipkinExporter(options)),
    ];
    await Promise.all(exporters.map((exporter) => exporter.shutdown()));
    for (const options of Object.values(OF_HTTP)) koaTracing(options);
    expect(diagnostics).to.deep.equal([]);
  });
});
