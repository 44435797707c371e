import { expect } from 'chai';
import { ENVIRONMENT } from '../../lib/config.js';

/*
 * The variables of the specification that concern traces, by the ids of the acceptance checklist: each is
 * in the table of lib/config.ts, or stands below with the reason why it is not.
 */
const READ: Record<string, readonly string[]> = {
  'V-01': ['OTEL_SDK_DISABLED'],
  'V-02': ['OTEL_RESOURCE_ATTRIBUTES', 'OTEL_SERVICE_NAME'],
  'V-03': ['OTEL_ENTITIES'],
  'V-04': ['OTEL_LOG_LEVEL'],
  'V-05': ['OTEL_PROPAGATORS'],
  'V-06': ['OTEL_TRACES_SAMPLER'],
  'V-07': ['OTEL_TRACES_SAMPLER_ARG'],
  'V-08': ['OTEL_TRACES_EXPORTER'],
  'V-09': ['OTEL_CONFIG_FILE', 'OTEL_EXPERIMENTAL_CONFIG_FILE'],
  'V-10': [
    'OTEL_BSP_SCHEDULE_DELAY',
    'OTEL_BSP_EXPORT_TIMEOUT',
    'OTEL_BSP_MAX_QUEUE_SIZE',
    'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
  ],
  'V-11': ['OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
  'V-12': [
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
    'OTEL_SPAN_EVENT_COUNT_LIMIT',
    'OTEL_SPAN_LINK_COUNT_LIMIT',
  ],
  'V-13': ['OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 'OTEL_LINK_ATTRIBUTE_COUNT_LIMIT'],
  'V-14': generalAndTraces('ENDPOINT', 'PROTOCOL', 'TIMEOUT', 'HEADERS', 'COMPRESSION'),
  'V-15': generalAndTraces('CERTIFICATE', 'CLIENT_KEY', 'CLIENT_CERTIFICATE', 'INSECURE'),
  'V-16': ['OTEL_EXPORTER_ZIPKIN_ENDPOINT', 'OTEL_EXPORTER_ZIPKIN_TIMEOUT'],
  'V-18': ['OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN'],
  'V-19': ['OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS'],
};

/** Those of the official SDK for Node.js, which the specification leaves to each language. */
const OF_THE_OFFICIAL_SDK = ['OTEL_NODE_RESOURCE_DETECTORS'];
/** Of spantree alone: it must not look like one of the specification's. */
const OURS = ['SPANTREE_DOCTOR'];

const NOT_READ: Record<string, { names: readonly string[]; reason: string }> = {
  'V-15': {
    names: ['OTEL_EXPORTER_OTLP_SPAN_INSECURE'],
    reason: 'obsolete, and not for new SDKs',
  },
  'V-16': { names: ['OTEL_EXPORTER_ZIPKIN_PROTOCOL'], reason: 'reserved, without any meaning' },
  'V-17': {
    names: ['OTEL_SEMCONV_STABILITY_OPT_IN'],
    reason: 'meant for instrumentations with an older form; those here have the stable one alone',
  },
};

/** Each for all signals, and for traces. */
function generalAndTraces(...names: string[]): string[] {
  return names.flatMap((name) => [
    `OTEL_EXPORTER_OTLP_${name}`,
    `OTEL_EXPORTER_OTLP_TRACES_${name}`,
  ]);
}

describe('the variables of the specification', () => {
  const table = ENVIRONMENT.map(({ name }) => name);

  for (const [id, names] of Object.entries(READ)) {
    it(`are read: ${names.join(', ')} (${id})`, () => {
      expect(table).to.include.members([...names]);
    });
  }

  for (const [id, { names, reason }] of Object.entries(NOT_READ)) {
    it(`are not read: ${names.join(', ')}, as ${reason} (${id})`, () => {
      expect(table).to.not.include.members([...names]);
    });
  }

  it('are all that is read, each once; what is ours alone is not called OTEL (V-RULE-08)', () => {
    const known = [...Object.values(READ).flat(), ...OF_THE_OFFICIAL_SDK];
    expect(table).to.have.members([...known, ...OURS]);
  });

  it('have options of their own, each once', () => {
    const options = ENVIRONMENT.map(({ option }) => option);
    expect(options).to.have.length(new Set(options).size);
  });
});
