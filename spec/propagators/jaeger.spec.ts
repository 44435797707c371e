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
import { JaegerPropagator } from '../../propagators/jaeger.js';
import { behavesAsPropagator } from '../contract/propagator.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';

describe('JaegerPropagator', () => {
  const propagator = new JaegerPropagator();

  behavesAsPropagator(() => new JaegerPropagator(), {
    examples: [
      { 'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:01`, 'uberctx-user': 'a%20b', 'uberctx-x': '' },
      { 'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:00` },
    ],
    // An empty value, or an undecoded one, is a good baggage value.
    junk: ['%', '%zz', '%FF'],
    otherFields: /^uberctx-/,
  });

  function extract(headers: object, from: Context = ROOT_CONTEXT): Context {
    return propagator.extract(from, headers, defaultTextMapGetter);
  }

  function parse(header: unknown): SpanContext | undefined {
    return trace.getSpanContext(extract({ 'uber-trace-id': header }));
  }

  function write(context: Context): Record<string, string> {
    const headers: Record<string, string> = {};
    propagator.inject(context, headers, defaultTextMapSetter);
    return headers;
  }

  function baggageOf(context: Context): string[][] | undefined {
    const entries = propagation.getBaggage(context)?.getAllEntries();
    return entries?.map(([name, { value }]) => [name, value]);
  }

  it('reads the trace, the span and whether it is sampled (P-JG-01)', () => {
    expect(parse(`${TRACE_ID}:${SPAN_ID}:0:01`)).to.deep.equal({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
      isRemote: true,
    });
  });

  it('pads short ids, in either case (P-JG-01)', () => {
    expect(parse('ABC:1f:0:0')).to.include({
      traceId: '0'.repeat(29) + 'abc',
      spanId: '0'.repeat(14) + '1f',
    });
  });

  it('reads percent-encoded colons (P-JG-01)', () => {
    expect(parse(`${TRACE_ID}%3A${SPAN_ID}%3a0%3A1`)).to.include({
      spanId: SPAN_ID,
      traceFlags: 1,
    });
  });

  it('ignores the parent (P-JG-01)', () => {
    expect(parse(`${TRACE_ID}:${SPAN_ID}:e457b5a2e4d86bd1:1`)).to.include({ spanId: SPAN_ID });
    expect(parse(`${TRACE_ID}:${SPAN_ID}::1`)).to.include({ spanId: SPAN_ID });
  });

  for (const [flags, traceFlags] of [
    ['0', 0],
    ['1', 1],
    ['01', 1],
    ['2', 1],
    ['03', 1],
    ['8', 0],
    ['9', 1],
    ['f0', 0],
  ] as const) {
    it(`reads the flags ${flags} (P-JG-02)`, () => {
      expect(parse(`${TRACE_ID}:${SPAN_ID}:0:${flags}`)).to.include({ traceFlags });
    });
  }

  for (const [what, header] of [
    ['three parts', `${TRACE_ID}:${SPAN_ID}:1`],
    ['five parts', `${TRACE_ID}:${SPAN_ID}:0:1:1`],
    ['a zero trace id', `0:${SPAN_ID}:0:1`],
    ['a zero span id', `${TRACE_ID}:0:0:1`],
    ['an empty trace id', `:${SPAN_ID}:0:1`],
    ['a trace id of 33 digits', `0${TRACE_ID}:${SPAN_ID}:0:1`],
    ['a span id of 17 digits', `${TRACE_ID}:0${SPAN_ID}:0:1`],
    ['a trace id that is not hexadecimal', `xyz:${SPAN_ID}:0:1`],
    ['a span id that is not hexadecimal', `${TRACE_ID}:-1:0:1`],
    ['flags that are not hexadecimal', `${TRACE_ID}:${SPAN_ID}:0:x`],
    ['no flags', `${TRACE_ID}:${SPAN_ID}:0:`],
    ['flags of three digits', `${TRACE_ID}:${SPAN_ID}:0:001`],
    ['a broken escape', `${TRACE_ID}%3${SPAN_ID}:0:1`],
  ] as const) {
    it(`does not read ${what} (P-JG-04)`, () => {
      expect(parse(header)).to.equal(undefined);
    });
  }

  it('writes 0 for the parent and two digits of flags (P-JG-01, P-JG-02)', () => {
    expect(write(extract({ 'uber-trace-id': 'abc:1f:7:1' }))).to.deep.equal({
      'uber-trace-id': `${'0'.repeat(29)}abc:${'0'.repeat(14)}1f:0:01`,
    });
  });

  it('writes the random flag as no debug flag (P-JG-02)', () => {
    const spanContext = { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 0x02 };
    expect(write(trace.setSpanContext(ROOT_CONTEXT, spanContext))).to.deep.equal({
      'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:00`,
    });
  });

  it('carries each baggage entry in a header of its own (P-JG-03)', () => {
    const entries = { 'user-id': { value: 'a b/é+💼' }, empty: { value: '' } };
    const context = propagation.setBaggage(ROOT_CONTEXT, propagation.createBaggage(entries));
    const headers = write(context);
    expect(headers).to.deep.equal({
      'uberctx-user-id': 'a%20b%2F%C3%A9%2B%F0%9F%92%BC',
      'uberctx-empty': '',
    });
    expect(baggageOf(extract(headers))).to.deep.equal([
      ['user-id', 'a b/é+💼'],
      ['empty', ''],
    ]);
    expect(propagator.fields()).to.deep.equal(['uber-trace-id']);
  });

  it('skips a baggage value that is not well-formed (P-JG-03)', () => {
    const headers = {
      'uberctx-a': '%',
      'uberctx-b': '%E0%A4%A',
      'uberctx-c': '3',
      'uberctx-': '4',
    };
    expect(baggageOf(extract(headers))).to.deep.equal([['c', '3']]);
  });

  it('finds baggage headers in any case', () => {
    expect(baggageOf(extract({ 'Uberctx-User': '1' }))).to.deep.equal([['User', '1']]);
  });

  it('adds baggage to what the context holds', () => {
    const present = propagation.createBaggage({ a: { value: '1' }, b: { value: '2' } });
    const context = extract({ 'uberctx-b': '3' }, propagation.setBaggage(ROOT_CONTEXT, present));
    expect(baggageOf(context)).to.deep.equal([
      ['a', '1'],
      ['b', '3'],
    ]);
  });

  it('sends baggage names that are no tokens nowhere', () => {
    const baggage = propagation.createBaggage({ 'a b': { value: '1' }, 'c\r\nd': { value: '2' } });
    expect(write(propagation.setBaggage(ROOT_CONTEXT, baggage))).to.deep.equal({});
  });

  it('takes other header names, as the official propagator does', () => {
    const named = [
      new JaegerPropagator('X-My-Trace'),
      new JaegerPropagator({
        customTraceHeader: 'X-My-Trace',
        customBaggageHeaderPrefix: 'uberctx',
      }),
    ];
    for (const custom of named) {
      const headers: Record<string, string> = {};
      const context = extract({ 'uber-trace-id': `${TRACE_ID}:${SPAN_ID}:0:01`, 'uberctx-a': '1' });
      custom.inject(context, headers, defaultTextMapSetter);
      expect(headers).to.have.keys('X-My-Trace', 'uberctx-a');
      const found = custom.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      expect(trace.getSpanContext(found)?.spanId).to.equal(SPAN_ID);
      expect(custom.fields()).to.deep.equal(['X-My-Trace']);
    }
  });

  it('refuses what is no header name, and names it', () => {
    expect(() => new JaegerPropagator('a b')).to.throw(TypeError, 'a b');
    expect(() => new JaegerPropagator({ customBaggageHeaderPrefix: '' })).to.throw(
      TypeError,
      'customBaggageHeaderPrefix',
    );
  });
});
