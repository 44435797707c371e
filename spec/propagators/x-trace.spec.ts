import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
} from '@opentelemetry/api';
import { expect } from 'chai';
import { XTracePropagator, type XTracePropagatorOptions } from '../../propagators/x-trace.js';
import { behavesAsPropagator } from '../contract/propagator.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const IDS = { 'X-Trace-ID': TRACE_ID, 'X-Span-ID': SPAN_ID };

describe('XTracePropagator', () => {
  behavesAsPropagator(() => new XTracePropagator(), {
    examples: [
      { 'x-trace-id': TRACE_ID, 'x-span-id': SPAN_ID, 'x-sampled': '0', 'x-baggage': 'a=1;m' },
      { 'x-trace-id': 'trace-456', 'x-span-id': 'span-x', 'x-sampled': '1' },
      { 'x-trace-id': '7d444840-9dc0-11d1-b245-5ffdce74fad2' },
    ],
    // Nearly every text is an id here.
    junk: [
      '',
      ' ',
      '\t ',
      '\0',
      '\u0085',
      '\u200b',
      '\u2028',
      '\ud800',
      '\u0000'.repeat(9),
      'x'.repeat(129),
    ],
  });

  const propagator = new XTracePropagator();

  function parse(headers: object): SpanContext | undefined {
    return trace.getSpanContext(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
  }

  function write(context: Context, by: XTracePropagator = propagator): Record<string, string> {
    const headers: Record<string, string> = {};
    by.inject(context, headers, defaultTextMapSetter);
    return headers;
  }

  it('writes the default names in their case', () => {
    const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 };
    const baggage = propagation.createBaggage({ a: { value: 'b c' } });
    const context = propagation.setBaggage(
      trace.setSpanContext(ROOT_CONTEXT, spanContext),
      baggage,
    );
    expect(write(context)).to.deep.equal({ ...IDS, 'X-Sampled': '1', 'X-Baggage': 'a=b%20c' });
    expect(propagator.fields()).to.deep.equal([
      'X-Trace-ID',
      'X-Span-ID',
      'X-Sampled',
      'X-Baggage',
    ]);
  });

  it('reads names in the case of the options, in lower case and in any other', () => {
    const upper = { 'X-TRACE-ID': TRACE_ID, 'X-SPAN-ID': SPAN_ID };
    for (const headers of [IDS, { 'x-trace-id': TRACE_ID, 'x-span-id': SPAN_ID }, upper]) {
      expect(parse(headers)).to.include({ traceId: TRACE_ID, spanId: SPAN_ID });
    }
  });

  it('takes an absent or unknown sampled header for sampled', () => {
    expect(parse(IDS)).to.include({ traceFlags: 1 });
    expect(parse({ ...IDS, 'X-Sampled': 'perhaps' })).to.include({ traceFlags: 1 });
  });

  for (const [text, traceFlags] of [
    ['1', 1],
    ['true', 1],
    ['0', 0],
    ['false', 0],
    ['False', 0],
    [' 0 ', 0],
  ] as const) {
    it(`reads the sampled header ${JSON.stringify(text)}`, () => {
      expect(parse({ ...IDS, 'X-Sampled': text })).to.include({ traceFlags });
    });
  }

  it('writes 0 for a trace that is not sampled', () => {
    const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0x02 };
    expect(write(trace.setSpanContext(ROOT_CONTEXT, spanContext))).to.include({ 'X-Sampled': '0' });
  });

  it('reads baggage that comes without a trace', () => {
    const headers = { 'x-baggage': 'a=1' };
    const context = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    expect(propagation.getBaggage(context)?.getEntry('a')?.value).to.equal('1');
    expect(trace.getSpanContext(context)).to.equal(undefined);
  });

  it('finds no parent in a span id alone', () => {
    expect(parse({ 'X-Span-ID': SPAN_ID })).to.equal(undefined);
    expect(parse({ 'X-Trace-ID': '', 'X-Span-ID': SPAN_ID })).to.equal(undefined);
  });

  it('reads the first of several values', () => {
    expect(parse({ 'X-Trace-ID': [TRACE_ID, 'x'], 'X-Span-ID': [SPAN_ID] })).to.include({
      traceId: TRACE_ID,
    });
  });

  describe('with names of its own', () => {
    const custom = new XTracePropagator({
      traceIdHeader: 'Request-Id',
      spanIdHeader: 'Caller-Id',
      sampledHeader: 'Trace-It',
      baggageHeader: 'Luggage',
    });

    it('writes and reads them, and no default one', () => {
      const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0 };
      const baggage = propagation.createBaggage({ a: { value: '1' } });
      const context = propagation.setBaggage(
        trace.setSpanContext(ROOT_CONTEXT, spanContext),
        baggage,
      );
      const headers = write(context, custom);
      expect(headers).to.deep.equal({
        'Request-Id': TRACE_ID,
        'Caller-Id': SPAN_ID,
        'Trace-It': '0',
        Luggage: 'a=1',
      });
      expect(custom.fields()).to.have.members(Object.keys(headers));
      const found = custom.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      expect(trace.getSpanContext(found)).to.include(spanContext);
      expect(propagation.getBaggage(found)?.getEntry('a')?.value).to.equal('1');
      expect(custom.extract(ROOT_CONTEXT, IDS, defaultTextMapGetter)).to.equal(ROOT_CONTEXT);
    });

    it('leaves out the sampled and the baggage header when told to', () => {
      const lean = new XTracePropagator({ sampledHeader: false, baggageHeader: false });
      const headers = { ...IDS, 'X-Sampled': '0', 'X-Baggage': 'a=1' };
      const found = lean.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      expect(trace.getSpanContext(found)).to.include({ traceFlags: 1 });
      expect(propagation.getBaggage(found)).to.equal(undefined);
      expect(write(found, lean)).to.deep.equal(IDS);
      expect(lean.fields()).to.deep.equal(['X-Trace-ID', 'X-Span-ID']);
    });

    for (const [options, named] of [
      [{ traceIdHeader: 'a b' }, 'a b'],
      [{ spanIdHeader: '' }, 'spanIdHeader'],
      [{ traceIdHeader: false }, 'traceIdHeader'],
      [{ sampledHeader: 'X-Trace: ID' }, 'X-Trace: ID'],
      [{ baggageHeader: 7 }, '7'],
      [{ spanIdHeader: 'x-trace-id' }, 'x-trace-id'],
    ] as const) {
      it(`refuses ${JSON.stringify(options)}, and says why`, () => {
        const make = () => new XTracePropagator(options as unknown as XTracePropagatorOptions);
        expect(make).to.throw(TypeError, named);
      });
    }
  });
});
