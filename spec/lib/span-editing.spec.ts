import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { expect } from 'chai';
import { TracerProvider } from '../../lib/provider.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { resourceFromAttributes } from '../../lib/resource.js';
import type { Span } from '../../lib/span.js';
import { ENCODINGS } from '../exporters/otlp/encodings.js';
import { harness } from '../support/harness.js';
import { readableSpan } from '../support/readable-spans.js';

const OTHER = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1, isRemote: true };

/** What the official SDK has as fields. */
const FIELDS = {
  name: 'hidden',
  kind: SpanKind.PRODUCER,
  parentSpanContext: OTHER,
  startTime: [1_760_000_000, 1],
  endTime: [1_760_000_001, 2],
  status: { code: SpanStatusCode.ERROR, message: '***' },
  attributes: { user: '***' },
  links: [{ context: OTHER, attributes: { why: '***' } }],
  events: [{ name: 'seen', time: [1_760_000_000, 5], attributes: { by: '***' } }],
  resource: resourceFromAttributes({ 'service.name': 'other' }),
  instrumentationScope: { name: 'other' },
  // What spans of SDK 1.x had, which is put on spans for exporters of its time.
  parentSpanId: OTHER.spanId,
  instrumentationLibrary: { name: 'other' },
} satisfies Partial<ReadableSpan>;

/** A span as it is after a processor has edited it. */
function edited(sdk: Sdk, edit: (span: ReadableSpan) => void): ReadableSpan {
  let seen: ReadableSpan;
  const processor: SpanProcessor = {
    onStart() {},
    onEnd(span: ReadableSpan) {
      edit(span);
      seen = span;
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const span = sdk(processor)
    .getTracer('spec')
    .startSpan('query', {
      attributes: { user: 'ada' },
      links: [{ context: OTHER }],
    });
  span.addEvent('asked').end();
  return seen!;
}

type Sdk = (processor: SpanProcessor) => Pick<BasicTracerProvider, 'getTracer'>;

const ours: Sdk = (processor) => new TracerProvider({ spanProcessors: [processor] });
const official: Sdk = (processor) => new BasicTracerProvider({ spanProcessors: [processor] });

describe('a span in the hands of a processor', () => {
  for (const [field, value] of Object.entries(FIELDS)) {
    for (const [name, sdk] of Object.entries({ ours, official })) {
      it(`has the ${field} that was set (${name})`, () => {
        const span = edited(sdk, (each) => Object.assign(each, { [field]: value }));
        expect(span[field as keyof ReadableSpan]).to.deep.equal(value);
      });
    }
  }

  for (const encoding of ENCODINGS) {
    it(`is exported with all that was set (${encoding.name})`, () => {
      const span = edited(ours, (each) => Object.assign(each, FIELDS));
      const expected = readableSpan({ ...FIELDS, spanContext: () => span.spanContext() });
      expect(encoding.decoded([span])).to.deep.equal(encoding.decoded([expected]));
    });
  }
});

describe('an open span that is edited', () => {
  const h = harness();

  it('is written to in what was set', () => {
    // Keys that have followed each other before are expected to do so again.
    h.tracer.startSpan('before', { attributes: { user: 'ada', rows: 3 } }).end();
    const span = h.tracer.startSpan('query', { attributes: { user: 'ada' } }) as Span;
    span.attributes = { user: '***' };
    span.events = [];
    span.setAttribute('rows', 3).addEvent('done').end();
    expect(h.span('query').attributes).to.deep.equal({ user: '***', rows: 3 });
    expect(h.span('query').events.map(({ name }) => name)).to.deep.equal(['done']);
  });

  it('does not end by being given an end time', () => {
    const span = h.tracer.startSpan('query') as Span;
    span.endTime = [1, 0];
    expect(span.ended).to.equal(false);
    span.end();
    expect(h.span('query').endTime[0]).to.be.greaterThan(1);
  });
});
