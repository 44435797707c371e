import type { Attributes, Link } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { encodeTracesJsonBytes } from '../../../exporters/otlp/json.js';
import { encodeTraces } from '../../../exporters/otlp/protobuf.js';
import type { ReadableSpan } from '../../../lib/readable-span.js';
import { harness } from '../../support/harness.js';
import { anyAttributes, anyLink, anyText } from './any-span.js';

/** What a program writes to one span. */
interface Written {
  readonly name: string;
  readonly attributes: Attributes;
  readonly events: readonly { readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly Link[];
  readonly message: string;
}

const LISTS = ['attributes', 'events', 'links'] as const;

// Too long together to be converted in one call, now and then.
const text = fc.oneof(
  { weight: 9, arbitrary: anyText },
  { weight: 1, arbitrary: fc.constantFrom('line\n', 'é').map((each) => each.repeat(5000)) },
);
const anyWritten: fc.Arbitrary<Written> = fc.record({
  name: text,
  attributes: anyAttributes,
  events: fc.array(fc.record({ name: text, attributes: anyAttributes }), { maxLength: 3 }),
  links: fc.array(anyLink, { maxLength: 3 }),
  message: text,
});

/** Encoders convert what was written together, and what somebody has read in the meantime text by text. */
describe('OTLP, spans as they were written', () => {
  const h = harness();

  function ended({ name, attributes, events, links, message }: Written): ReadableSpan {
    const span = h.tracer.startSpan(name, { attributes, links: [...links] });
    for (const event of events) span.addEvent(event.name, event.attributes);
    span.setStatus({ code: 2, message }).end();
    return h.exporter.getFinishedSpans().at(-1)!;
  }

  for (const [encoding, encode] of [
    ['protobuf', encodeTraces],
    ['json', encodeTracesJsonBytes],
  ] as const) {
    it(`are encoded to the same bytes when parts of them have been read (${encoding})`, () => {
      fc.assert(
        fc.property(fc.array(anyWritten), fc.subarray([...LISTS]), (writings, read) => {
          h.exporter.reset();
          const spans = writings.map(ended);
          const before = Buffer.from(encode(spans));
          for (const list of read) for (const span of spans) void span[list];
          expect(Buffer.from(encode(spans)).equals(before)).to.equal(true);
          for (const list of LISTS) for (const span of spans) void span[list];
          expect(Buffer.from(encode(spans)).equals(before)).to.equal(true);
        }),
        { numRuns: 200 },
      );
    });
  }
});
