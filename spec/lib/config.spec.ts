import { expect } from 'chai';
import fc from 'fast-check';
import { ENVIRONMENT, readEnvironment, readSetting } from '../../lib/config.js';
import { harness } from '../support/harness.js';

/** A text for each variable, and what it is read as. */
const SAMPLES: Record<string, readonly [id: string, text: string, value: unknown]> = {
  OTEL_CONFIG_FILE: ['V-09', 'a.yaml', 'a.yaml'],
  OTEL_EXPERIMENTAL_CONFIG_FILE: ['V-09', 'a.yaml', 'a.yaml'],
  OTEL_SDK_DISABLED: ['V-01', 'True', true],
  OTEL_SERVICE_NAME: ['V-02', 'Shop', 'Shop'],
  OTEL_RESOURCE_ATTRIBUTES: ['V-02', 'a=1,b=%20', { a: '1', b: ' ' }],
  OTEL_LOG_LEVEL: ['V-04', 'Debug', 'debug'],
  OTEL_ENTITIES: [
    'V-03',
    'host{host.id=1}',
    {
      attributes: { 'host.id': '1' },
      refs: [{ type: 'host', idKeys: ['host.id'], descriptionKeys: [] }],
    },
  ],
  OTEL_NODE_RESOURCE_DETECTORS: ['official', 'host, OS,Host', ['Host', 'OS']],
  OTEL_PROPAGATORS: ['V-05', 'b3, XRay,B3', ['B3', 'XRay']],
  OTEL_TRACES_SAMPLER: ['V-06', 'traceidratio', 'traceidratio'],
  OTEL_TRACES_SAMPLER_ARG: ['V-07', '0.25', '0.25'],
  OTEL_TRACES_EXPORTER: ['V-08', 'otlp,console', ['otlp', 'console']],
  OTEL_BSP_SCHEDULE_DELAY: ['V-10', '0', 0],
  OTEL_BSP_EXPORT_TIMEOUT: ['V-10', '0', 0],
  OTEL_BSP_MAX_QUEUE_SIZE: ['V-10', '1', 1],
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: ['V-10', '1', 1],
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: ['V-11', '0', 0],
  OTEL_ATTRIBUTE_COUNT_LIMIT: ['V-11', '0', 0],
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: ['V-12', '3', 3],
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: ['V-12', '3', 3],
  OTEL_SPAN_EVENT_COUNT_LIMIT: ['V-12', '3', 3],
  OTEL_SPAN_LINK_COUNT_LIMIT: ['V-12', '3', 3],
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: ['V-13', '3', 3],
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: ['V-13', '3', 3],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['V-14', 'http://c:4318', 'http://c:4318'],
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: ['V-14', 'c:4317', 'c:4317'],
  OTEL_EXPORTER_OTLP_HEADERS: ['V-14', 'a=b', { a: 'b' }],
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: ['V-14', 'a=b', { a: 'b' }],
  OTEL_EXPORTER_OTLP_TIMEOUT: ['V-14', '0', 0],
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: ['V-14', '10', 10],
  OTEL_EXPORTER_OTLP_COMPRESSION: ['V-14', 'GZIP', 'gzip'],
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: ['V-14', 'none', 'none'],
  OTEL_EXPORTER_OTLP_PROTOCOL: ['V-14', 'GRPC', 'grpc'],
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: ['V-14', 'http/JSON', 'http/json'],
  OTEL_EXPORTER_OTLP_CERTIFICATE: ['V-15', '/a.pem', '/a.pem'],
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: ['V-15', '/a.pem', '/a.pem'],
  OTEL_EXPORTER_OTLP_CLIENT_KEY: ['V-15', '/a.pem', '/a.pem'],
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: ['V-15', '/a.pem', '/a.pem'],
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: ['V-15', '/a.pem', '/a.pem'],
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: ['V-15', '/a.pem', '/a.pem'],
  OTEL_EXPORTER_OTLP_INSECURE: ['V-15', 'TRUE', true],
  OTEL_EXPORTER_OTLP_TRACES_INSECURE: ['V-15', 'false', false],
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: ['V-16', 'https://z/x', 'https://z/x'],
  OTEL_EXPORTER_ZIPKIN_TIMEOUT: ['V-16', '5', 5],
  OTEL_SEMCONV_EXCEPTION_SIGNAL_OPT_IN: ['V-18', 'Logs/Dup', 'logs/dup'],
  OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS: ['V-19', 'GET,get,GET', ['GET', 'get']],
  SPANTREE_DOCTOR: ['ours', 'True', true],
};

describe('the environment', () => {
  const h = harness();

  for (const { name, option } of ENVIRONMENT) {
    const [id, text, value] = SAMPLES[name] ?? ['none', '', undefined];
    it(`reads ${name} into ${option}, and nothing else (${id})`, () => {
      const expected = readEnvironment({}) as unknown as Record<string, unknown>;
      const [group, setting] = option.split('.') as [string, string?];
      expected[group] = setting === undefined ? value : { [setting]: value };
      expect(readEnvironment({ [name]: `  ${text}\t` })).to.deep.equal(expected);
      expect(h.diagnostics).to.deep.equal([]);
    });
  }

  it('reads a setting alone, of this process where no other environment is given', () => {
    expect(readSetting('logLevel', { OTEL_LOG_LEVEL: 'warn', OTEL_SDK_DISABLED: 'junk' })).to.equal(
      'warn',
    );
    expect(h.diagnostics).to.deep.equal([]);
    expect(readSetting('serviceName')).to.equal(process.env['OTEL_SERVICE_NAME']);
  });

  it('says nothing when nothing is set', () => {
    expect(readEnvironment({})).to.deep.equal({
      batch: {},
      spanLimits: {},
      generalLimits: {},
      otlp: {},
      zipkin: {},
    });
  });

  it('takes an empty variable for one that is not set (V-RULE-01)', () => {
    for (const { name } of ENVIRONMENT) {
      expect(readEnvironment({ [name]: ' ' }), name).to.deep.equal(readEnvironment({}));
    }
  });

  it('reads a boolean whatever its case, and anything else as false, with a report (V-RULE-02)', () => {
    expect(readEnvironment({ OTEL_SDK_DISABLED: 'TRUE' }).disabled).to.equal(true);
    expect(h.diagnostics).to.have.length(0);
    expect(readEnvironment({ OTEL_SDK_DISABLED: '1' }).disabled).to.equal(false);
    expect(h.diagnostics[0]?.message).to.include('"1" is neither true nor false');
  });

  for (const bad of ['-1', '1.5', 'ten', '1e3', '99999999999999']) {
    it(`ignores ${bad} as a number, with a report (V-RULE-03)`, () => {
      expect(readEnvironment({ OTEL_SPAN_EVENT_COUNT_LIMIT: bad }).spanLimits).to.deep.equal({});
      expect(h.diagnostics[0]?.message).to.include(`OTEL_SPAN_EVENT_COUNT_LIMIT: "${bad}"`);
    });
  }

  it('reads whole numbers up to 2^31 - 1 (V-RULE-04)', () => {
    const { batch } = readEnvironment({ OTEL_BSP_SCHEDULE_DELAY: '2147483647' });
    expect(batch).to.deep.equal({ scheduledDelayMillis: 2147483647 });
  });

  it('reads an enum whatever its case, and ignores an unknown one, with its text (V-RULE-05)', () => {
    const name = 'OTEL_EXPORTER_OTLP_COMPRESSION';
    expect(readEnvironment({ [name]: 'GZip' }).otlp.compression).to.equal('gzip');
    expect(readEnvironment({ [name]: 'Zstd' }).otlp.compression).to.equal(undefined);
    expect(h.diagnostics[0]?.message).to.include('"Zstd" is none of none, gzip');
  });

  it('takes a list of nothing for none', () => {
    expect(readEnvironment({ OTEL_PROPAGATORS: ' , ,' })).to.deep.equal(readEnvironment({}));
  });

  it('reads a list without duplicates (V-05)', () => {
    const { propagators } = readEnvironment({ OTEL_PROPAGATORS: 'b3, baggage,b3,,' });
    expect(propagators).to.deep.equal(['b3', 'baggage']);
  });

  it('reads the variables of the batch processor (V-10)', () => {
    const { batch } = readEnvironment({
      OTEL_BSP_SCHEDULE_DELAY: '1',
      OTEL_BSP_EXPORT_TIMEOUT: '0',
      OTEL_BSP_MAX_QUEUE_SIZE: '3',
      OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '0',
    });
    expect(batch).to.deep.equal({
      scheduledDelayMillis: 1,
      exportTimeoutMillis: 0,
      maxQueueSize: 3,
    });
  });

  it('reads the limits under their right names (V-11, V-12, V-13)', () => {
    const { spanLimits, generalLimits } = readEnvironment({
      OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '1',
      OTEL_ATTRIBUTE_COUNT_LIMIT: '2',
      OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '3',
      OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '4',
      OTEL_SPAN_EVENT_COUNT_LIMIT: '5',
      OTEL_SPAN_LINK_COUNT_LIMIT: '6',
      OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '7',
      OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '8',
      OTEL_SPAN_ATTRIBUTE_PER_EVENT_COUNT_LIMIT: '9',
    });
    expect(generalLimits).to.deep.equal({ attributeValueLengthLimit: 1, attributeCountLimit: 2 });
    expect(spanLimits).to.deep.equal({
      attributeValueLengthLimit: 3,
      attributeCountLimit: 4,
      eventCountLimit: 5,
      linkCountLimit: 6,
      attributePerEventCountLimit: 7,
      attributePerLinkCountLimit: 8,
    });
  });

  it('decodes resource attributes (T-RES-06)', () => {
    const { resourceAttributes } = readEnvironment({
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=shop, team=a%2Cb%3Dc,long=' + 'x'.repeat(300),
    });
    expect(resourceAttributes).to.deep.equal({
      'service.name': 'shop',
      team: 'a,b=c',
      long: 'x'.repeat(300),
    });
  });

  for (const bad of ['a=1,b', 'a=1,=2', 'a=%zz,b=2', 'a=1,b=2=3']) {
    it(`discards resource attributes with a mistake in them whole: ${bad} (T-RES-06)`, () => {
      expect(readEnvironment({ OTEL_RESOURCE_ATTRIBUTES: bad }).resourceAttributes).to.equal(
        undefined,
      );
      expect(h.diagnostics).to.have.length(1);
    });
  }

  it('decodes headers, whose values may hold equals signs (E-CFG-10)', () => {
    const { otlp } = readEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b==,x=1' });
    expect(otlp.headers).to.deep.equal({ 'api-key': 'a b==', x: '1' });
  });

  it('never shows a header, which may be a secret', () => {
    readEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=hunter2%zz' });
    expect(JSON.stringify(h.diagnostics)).to.not.include('hunter2');
  });

  it('never shows an endpoint, which may hold a password', () => {
    readEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://me:hunter2@example.com' });
    expect(h.diagnostics).to.have.length(1);
    expect(JSON.stringify(h.diagnostics)).to.not.include('hunter2');
  });

  it('never throws, whatever is set', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...ENVIRONMENT.map(({ name }) => name)), fc.string()),
        (env) => {
          readEnvironment(env);
        },
      ),
    );
  });
});
