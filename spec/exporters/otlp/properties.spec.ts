import { expect } from 'chai';
import * as fc from 'fast-check';
import { anySpans, expectedAttributes, expectedSpan, wellFormed } from './any-span.js';
import { ENCODINGS } from './encodings.js';

for (const encoding of ENCODINGS) {
  describe(`OTLP, any spans: ${encoding.name}`, () => {
    it('encodes, decodes and equals, whatever is in them', () => {
      fc.assert(
        fc.property(anySpans, (spans) => {
          const { resourceSpans } = encoding.decoded(spans);
          const decoded = resourceSpans.flatMap(({ resource, schemaUrl, scopeSpans }) =>
            scopeSpans.flatMap((inScope) =>
              inScope.spans.map((span) => ({ span, resource, schemaUrl, inScope })),
            ),
          );
          expect(decoded).to.have.length(spans.length);
          for (const span of spans) {
            const found = decoded.find(
              (one) => one.span.spanId === span.spanContext().spanId.toLowerCase(),
            )!;
            const { resource, instrumentationScope: scope } = span;
            expect(found.span).to.deep.equal(expectedSpan(span));
            expect(found.resource.attributes).to.deep.equal(
              expectedAttributes(resource.attributes),
            );
            expect(found.schemaUrl).to.equal(wellFormed(resource.schemaUrl ?? ''));
            expect(found.inScope.schemaUrl).to.equal(wellFormed(scope.schemaUrl ?? ''));
            expect(found.inScope.scope).to.deep.equal({
              name: wellFormed(scope.name),
              version: wellFormed(scope.version ?? ''),
              attributes: expectedAttributes(scope.attributes),
              droppedAttributesCount: 0,
            });
          }
        }),
        { numRuns: 150 },
      );
    });
  });
}
