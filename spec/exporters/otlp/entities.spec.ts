import { trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { groupSpans } from '../../../exporters/otlp/group.js';
import { encodeTracesJson, jsonEncoding } from '../../../exporters/otlp/json.js';
import { encodeTraces, protobufEncoding } from '../../../exporters/otlp/protobuf.js';
import { OTLPTraceExporter } from '../../../exporters/index.js';
import { parseEntities } from '../../../lib/entities.js';
import {
  emptyResource,
  resourceFromAttributes,
  resourceFromEntities,
} from '../../../lib/resource.js';
import { start } from '../../../lib/start.js';
import { startCollector, type Collector } from '../../support/collector.js';
import { withEnvironment } from '../../support/environment.js';
import { readableSpan } from '../../support/readable-spans.js';
import { readFields } from '../../support/wire.js';

const TEXT = 'host{host.id=1}[host.name=h,host.arch=ä]@https://s.io/1.2.0;k8s.pod{uid=u,name=n}';
const REFS = [
  {
    schemaUrl: 'https://s.io/1.2.0',
    type: 'host',
    idKeys: ['host.id'],
    descriptionKeys: ['host.name', 'host.arch'],
  },
  { type: 'k8s.pod', idKeys: ['uid', 'name'], descriptionKeys: [] },
];
const resource = resourceFromEntities(parseEntities(TEXT, () => {}));
const span = readableSpan({ resource });

/** The contents of the fields of that number. */
function inside(bytes: Uint8Array, number: number): Uint8Array[] {
  return readFields(bytes)
    .filter((field) => field.number === number)
    .map(({ value }) => value as Uint8Array);
}

/** resource.proto: Resource.entity_refs = 3; common.proto: schema_url 1, type 2, id_keys 3, description_keys 4. */
function refsOf(request: Uint8Array): unknown[] {
  const [resourceSpans] = inside(request, 1);
  const [encoded] = inside(resourceSpans!, 1);
  return inside(encoded!, 3).map((ref) => {
    const texts = (number: number) =>
      inside(ref, number).map((bytes) => new TextDecoder().decode(bytes));
    const [schemaUrl] = texts(1);
    return {
      ...(schemaUrl !== undefined && { schemaUrl }),
      type: texts(2).join(),
      idKeys: texts(3),
      descriptionKeys: texts(4),
    };
  });
}

function refsOfJson(json: string): unknown {
  const { resourceSpans } = JSON.parse(json) as {
    resourceSpans: { resource: { entityRefs?: unknown } }[];
  };
  return resourceSpans[0]!.resource.entityRefs;
}

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe('entities in OTLP requests (T-RES-09)', () => {
  let collector: Collector | undefined;
  afterEach(() => collector?.close());

  it('are written as protobuf', () => {
    expect(refsOf(encodeTraces([span]))).to.deep.equal(REFS);
  });

  it('are written as JSON', () => {
    expect(refsOfJson(encodeTracesJson([span]))).to.deep.equal(REFS);
  });

  it('are written where parts are joined', () => {
    const contents = (encoding: typeof jsonEncoding) =>
      encoding.parts([span]).map(({ content }) => content);
    expect(refsOf(protobufEncoding.join(resource, contents(protobufEncoding)))).to.deep.equal(REFS);
    expect(refsOfJson(textOf(jsonEncoding.join(resource, contents(jsonEncoding))))).to.deep.equal(
      REFS,
    );
  });

  it('are not written where there are none', () => {
    const plain = readableSpan({ resource: resourceFromAttributes({ a: 1 }) });
    expect(refsOf(encodeTraces([plain]))).to.deep.equal([]);
    expect(encodeTracesJson([plain])).to.not.include('entityRefs');
  });

  it('keep resources apart that are otherwise the same', () => {
    const same = readableSpan({ resource: resourceFromAttributes(resource.attributes) });
    const equal = readableSpan({ resource: emptyResource().merge(resource) });
    expect(groupSpans([span, same])).to.have.length(2);
    expect(groupSpans([span, equal])).to.have.length(1);
  });

  it('come from the environment to the collector (V-03)', async () => {
    collector = await startCollector();
    const { url } = collector;
    const sdk = withEnvironment({ OTEL_ENTITIES: TEXT }, () =>
      start({ exporters: [new OTLPTraceExporter({ url })], flushAtExit: false }),
    );
    trace.getTracer('spec').startSpan('s').end();
    await sdk.shutdown();
    expect(refsOf(collector.requests[0]!.body)).to.deep.equal(REFS);
  });
});
