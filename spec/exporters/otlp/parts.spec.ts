import { expect } from 'chai';
import * as fc from 'fast-check';
import { jsonEncoding } from '../../../exporters/otlp/json.js';
import { protobufEncoding } from '../../../exporters/otlp/protobuf.js';
import { decodeTraces, decodeTracesJson, type WireTraces } from '../../support/wire.js';
import { anySpans } from './any-span.js';
import { ENCODINGS } from './encodings.js';

const PARTS = { protobuf: protobufEncoding, json: jsonEncoding };
const DECODERS = {
  protobuf: (bytes: Uint8Array): WireTraces => decodeTraces(bytes),
  json: (bytes: Uint8Array): WireTraces => decodeTracesJson(new TextDecoder().decode(bytes)),
};

for (const whole of ENCODINGS) {
  const { name } = whole;
  const encoding = PARTS[name as keyof typeof PARTS];
  const decode = DECODERS[name as keyof typeof DECODERS];

  describe(`OTLP, parts of requests: ${name}`, () => {
    it('are together what one request of all spans is', () => {
      fc.assert(
        fc.property(anySpans, (spans) => {
          const parts = encoding.parts(spans);
          const all = parts.flatMap(({ request }) => decode(request!).resourceSpans);
          expect(all).to.deep.equal(whole.decoded(spans).resourceSpans);
          expect(parts.reduce((sum, part) => sum + part.spans, 0)).to.equal(spans.length);
        }),
        { numRuns: 60 },
      );
    });

    it('become one request of one resource when they are joined', () => {
      fc.assert(
        fc.property(anySpans, anySpans, (first, second) => {
          const { resource } = first[0] ?? {};
          fc.pre(resource !== undefined && second.length > 0);
          const own = (spans: typeof first) => spans.map((span) => ({ ...span, resource }));
          const batches = [own(first), own(second), own(first)] as (typeof first)[];
          const contents = batches.flatMap((spans) => {
            return encoding.parts(spans).map(({ content }) => content);
          });
          const { resourceSpans } = decode(encoding.join(resource, contents));
          expect(resourceSpans).to.have.length(1);
          const [one] = whole.decoded(batches[0]!).resourceSpans;
          expect(resourceSpans[0]!.resource).to.deep.equal(one!.resource);
          expect(resourceSpans[0]!.schemaUrl).to.equal(one!.schemaUrl);
          const scopes = batches.flatMap(
            (spans) => whole.decoded(spans).resourceSpans[0]!.scopeSpans,
          );
          expect(resourceSpans[0]!.scopeSpans).to.deep.equal(scopes);
        }),
        { numRuns: 60 },
      );
    });

    it('have no resource while that is being detected', () => {
      fc.assert(
        fc.property(anySpans, (spans) => {
          fc.pre(spans.length > 0);
          const pending = { ...spans[0]!.resource, asyncAttributesPending: true };
          Object.assign(pending, { attributes: { a: 1 }, schemaUrl: undefined });
          const [part] = encoding.parts(spans.map((span) => ({ ...span, resource: pending })));
          expect(part!.request).to.equal(undefined);
          const settled = { ...pending, attributes: { a: 1, b: 2 }, asyncAttributesPending: false };
          const { resourceSpans } = decode(encoding.join(settled, [part!.content]));
          expect(resourceSpans[0]!.resource.attributes.map(({ key }) => key)).to.deep.equal([
            'a',
            'b',
          ]);
        }),
        { numRuns: 20 },
      );
    });
  });
}
