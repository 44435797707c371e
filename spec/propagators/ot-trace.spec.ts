import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { OTTracePropagator as OfficialOTTracePropagator } from '@opentelemetry/propagator-ot-trace';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { setErrorHandler } from '../../lib/diagnostics.js';
import { OTTracePropagator } from '../../propagators/ot-trace.js';
import { behavesAsPropagator } from '../contract/propagator.js';
import { hex, textOf } from '../support/texts.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const IDS = { 'ot-tracer-traceid': TRACE_ID, 'ot-tracer-spanid': SPAN_ID };

describe('OTTracePropagator', () => {
  const propagator = new OTTracePropagator();
  const official = new OfficialOTTracePropagator();

  beforeEach(() => setErrorHandler(() => {}));
  afterEach(() => setErrorHandler(() => {}));

  behavesAsPropagator(() => new OTTracePropagator(), {
    examples: [
      {
        'ot-tracer-traceid': TRACE_ID.slice(16),
        'ot-tracer-spanid': SPAN_ID,
        'ot-tracer-sampled': 'true',
        'ot-baggage-user': 'a b',
        'ot-baggage-x': '',
      },
      {
        'ot-tracer-traceid': TRACE_ID.slice(16),
        'ot-tracer-spanid': SPAN_ID,
        'ot-tracer-sampled': 'false',
      },
    ],
    otherFields: /^ot-baggage-/,
    carriedTraceId: (traceId) => '0'.repeat(16) + traceId.slice(16),
  });

  function extract(headers: object, from: Context = ROOT_CONTEXT): Context {
    return propagator.extract(from, headers, defaultTextMapGetter);
  }

  function write(context: Context, by: TextMapPropagator = propagator): Record<string, string> {
    const headers: Record<string, string> = {};
    by.inject(context, headers, defaultTextMapSetter);
    return headers;
  }

  function parse(headers: object): SpanContext | undefined {
    return trace.getSpanContext(extract(headers));
  }

  function found(context: Context): unknown {
    const baggage = propagation.getBaggage(context)?.getAllEntries();
    return { span: trace.getSpanContext(context), baggage: baggage && Object.fromEntries(baggage) };
  }

  it('writes the right half of the trace id, the span id and the decision in words (P-OT-01)', () => {
    const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 3 };
    expect(write(trace.setSpanContext(ROOT_CONTEXT, spanContext))).to.deep.equal({
      'ot-tracer-traceid': TRACE_ID.slice(16),
      'ot-tracer-spanid': SPAN_ID,
      'ot-tracer-sampled': 'true',
    });
  });

  it('reads a trace id of 128 bits as it is, one of 64 padded (P-OT-01, T-ID-06)', () => {
    const rest = { spanId: SPAN_ID, traceFlags: 0, isRemote: true };
    expect(parse(IDS)).to.deep.equal({ ...rest, traceId: TRACE_ID });
    expect(parse({ ...IDS, 'ot-tracer-traceid': 'A3CE929D0E0E4736' })).to.deep.equal({
      ...rest,
      traceId: '0000000000000000a3ce929d0e0e4736',
    });
  });

  for (const [text, traceFlags] of [
    ['true', 1],
    ['TRUE', 1],
    ['1', 1],
    ['false', 0],
    ['0', 0],
    ['yes', 0],
    ['', 0],
  ] as const) {
    it(`reads the decision "${text}" as ${traceFlags} (P-OT-01)`, () => {
      expect(parse({ ...IDS, 'ot-tracer-sampled': text })).to.include({ traceFlags });
    });
  }

  for (const [what, headers] of [
    ['a trace id of 15 digits', { 'ot-tracer-traceid': TRACE_ID.slice(17) }],
    ['a trace id of 33 digits', { 'ot-tracer-traceid': `0${TRACE_ID}` }],
    ['a zero trace id', { 'ot-tracer-traceid': '0'.repeat(16) }],
    ['a trace id that is not hexadecimal', { 'ot-tracer-traceid': 'g'.repeat(16) }],
    ['a zero span id', { 'ot-tracer-spanid': '0'.repeat(16) }],
    ['a span id of 15 digits', { 'ot-tracer-spanid': SPAN_ID.slice(1) }],
  ] as const) {
    it(`does not read ${what}, nor the baggage beside it (P-GEN-02)`, () => {
      const context = extract({ ...IDS, ...headers, 'ot-baggage-a': '1' });
      expect(context).to.equal(ROOT_CONTEXT);
    });
  }

  it('writes no trace id whose right half is zero, which nobody could read', () => {
    const spanContext = { traceId: `${SPAN_ID}${'0'.repeat(16)}`, spanId: SPAN_ID, traceFlags: 1 };
    expect(write(trace.setSpanContext(ROOT_CONTEXT, spanContext))).to.deep.equal({});
  });

  it('sends only baggage that a header can hold as it is (P-OT-02)', () => {
    const entries = {
      good: 'a b;c=1,%',
      'tab.inside': 'a\tb',
      'a b': 'no token',
      'line\r\nbreak': '1',
      broken: '1\r\nx-evil: 1',
      accent: 'é',
      padded: ' 1 ',
    };
    const baggage = propagation.createBaggage(
      Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, { value }])),
    );
    expect(write(propagation.setBaggage(extract(IDS), baggage))).to.include.keys(
      'ot-baggage-good',
      'ot-baggage-tab.inside',
    );
    expect(Object.keys(write(propagation.setBaggage(extract(IDS), baggage)))).to.have.length(5);
  });

  it('adds baggage to what the context holds, from headers in any case', () => {
    const present = propagation.createBaggage({ a: { value: '1' }, b: { value: '2' } });
    const context = extract(
      { ...IDS, 'OT-Baggage-b': '3' },
      propagation.setBaggage(ROOT_CONTEXT, present),
    );
    expect(found(context)).to.have.deep.property('baggage', {
      a: { value: '1' },
      b: { value: '3' },
    });
  });

  describe('beside the official propagator', () => {
    const token = textOf('abcxyz019-_.!~', { minLength: 1, maxLength: 8 });
    const value = textOf('aZ09 ;=,%"\t', { maxLength: 12 }).filter((text) => text.trim() === text);

    it('writes the same headers (P-OT-01, P-OT-02)', () => {
      fc.assert(
        fc.property(
          hex(32).filter((id) => !id.endsWith('0'.repeat(16))),
          hex(16),
          fc.integer({ min: 0, max: 255 }),
          fc.dictionary(token, value),
          (traceId, spanId, traceFlags, entries) => {
            const baggage = propagation.createBaggage(
              Object.fromEntries(
                Object.entries(entries).map(([name, text]) => [name, { value: text }]),
              ),
            );
            const context = propagation.setBaggage(
              trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags }),
              baggage,
            );
            expect(write(context)).to.deep.equal(write(context, official));
          },
        ),
      );
    });

    it('finds the same parent and baggage in lower-case headers (P-OT-01)', () => {
      const id = fc.oneof(hex(16), hex(32), hex(15), fc.constantFrom('', '0'.repeat(16), 'xyz'));
      fc.assert(
        fc.property(
          id,
          id,
          fc.constantFrom('true', 'false', '', 'maybe'),
          fc.dictionary(token, value),
          (traceId, spanId, sampled, entries) => {
            const headers = {
              'ot-tracer-traceid': traceId,
              'ot-tracer-spanid': spanId,
              'ot-tracer-sampled': sampled,
              ...Object.fromEntries(
                Object.entries(entries).map(([name, text]) => [`ot-baggage-${name}`, text]),
              ),
            };
            const theirs = official.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
            expect(found(extract(headers))).to.deep.equal(found(theirs));
          },
        ),
      );
    });

    it('writes no text beyond ASCII, which is not what the others read (P-GEN-01)', () => {
      const baggage = propagation.createBaggage({ name: { value: 'é' } });
      const context = propagation.setBaggage(extract(IDS), baggage);
      expect(write(context, official)).to.include({ 'ot-baggage-name': 'é' });
      expect(write(context)).to.not.have.property('ot-baggage-name');
    });
  });
});
