import { expect } from 'chai';
import fc from 'fast-check';
import { ENVIRONMENT, readEnvironment } from '../../lib/config.js';
import { harness } from '../support/harness.js';

describe('the environment', () => {
  const h = harness();

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
