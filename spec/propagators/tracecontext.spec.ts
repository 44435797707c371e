import {
  createTraceState,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
  type SpanContext,
} from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { W3CTraceContextPropagator } from '../../propagators/tracecontext.js';
import { behavesAsPropagator } from '../contract/propagator.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const IDS = `${TRACE_ID}-${SPAN_ID}`;

describe('W3CTraceContextPropagator', () => {
  const propagator = new W3CTraceContextPropagator();

  behavesAsPropagator(() => new W3CTraceContextPropagator(), {
    examples: [
      { traceparent: `00-${IDS}-01`, tracestate: 'foo=1,bar=2' },
      { traceparent: `00-${IDS}-00` },
      { traceparent: `cc-${IDS}-03-what-comes-later` },
    ],
  });

  function parse(traceparent: unknown, tracestate?: unknown): SpanContext | undefined {
    const headers = tracestate === undefined ? { traceparent } : { traceparent, tracestate };
    return trace.getSpanContext(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
  }

  function write(spanContext: Partial<SpanContext>): Record<string, string> {
    const context = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
      ...spanContext,
    });
    const headers: Record<string, string> = {};
    propagator.inject(context, headers, defaultTextMapSetter);
    return headers;
  }

  it('reads version 00 (P-TC-02)', () => {
    expect(parse(`00-${IDS}-01`)).to.deep.equal({
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags: 1,
      isRemote: true,
    });
  });

  for (const [what, header] of [
    ['an upper-case digit (P-TC-02)', `00-${IDS.toUpperCase()}-01`],
    ['a letter beyond f (P-TC-02)', `00-${IDS.replace('4', 'g')}-01`],
    ['a digit that is not ASCII (P-TC-02)', `00-${IDS.replace('4', '\u0664')}-01`],
    ['a character whose low byte is a digit (P-TC-02)', `00-${IDS.replace('4', '\u0134')}-01`],
    ['underscores for dashes (P-TC-02)', `00_${TRACE_ID}_${SPAN_ID}_01`],
    ['version ff (P-TC-03)', `ff-${IDS}-01`],
    ['a version of one digit (P-TC-03)', `0-${IDS}-01`],
    ['a zero trace id (P-TC-04)', `00-${'0'.repeat(32)}-${SPAN_ID}-01`],
    ['a zero parent id (P-TC-04)', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['more behind version 00 (P-TC-05)', `00-${IDS}-01-extra`],
    ['a full stop behind version 00 (P-TC-05)', `00-${IDS}-01.`],
    ['a later version cut short (P-TC-06)', `cc-${IDS}-0`],
    ['a later version without a dash (P-TC-06)', `cc-${IDS}-01.x`],
    ['a no-break space around it (P-TC-10)', `00-${IDS}-01\u00a0`],
    ['two values in one (P-TC-11)', `00-${IDS}-01, 00-${IDS}-01`],
    ['two values of a later version in one (P-TC-11)', `cc-${IDS}-01-x, cc-${IDS}-01-x`],
    ['two values apart (P-TC-11)', [`00-${IDS}-01`, `00-${IDS}-01`]],
    ['no value (P-TC-11)', []],
  ] as const) {
    it(`starts a new trace for ${what}`, () => {
      expect(parse(header)).to.equal(undefined);
    });
  }

  it('reads the first 55 characters of a later version (P-TC-06)', () => {
    expect(parse(`cc-${IDS}-01`)).to.include({ traceId: TRACE_ID, traceFlags: 1 });
    expect(parse(`cc-${IDS}-01-x`)).to.include({ traceId: TRACE_ID, traceFlags: 1 });
  });

  it('trims any run of spaces and tabs (P-TC-10)', () => {
    expect(parse(`  \t 00-${IDS}-01\t \t`)).to.include({ traceId: TRACE_ID });
  });

  it('reads a value that comes alone in an array (P-GEN-10)', () => {
    expect(parse([`00-${IDS}-01`])).to.include({ traceId: TRACE_ID });
  });

  it('reads and writes the two known flags and no other bit (P-TC-08, P-TC-09)', () => {
    for (let flags = 0; flags < 256; flags++) {
      const digits = flags.toString(16).padStart(2, '0');
      const known = flags & 3;
      expect(parse(`00-${IDS}-${digits}`)?.traceFlags).to.equal(known);
      expect(write({ traceFlags: flags })).to.deep.equal({ traceparent: `00-${IDS}-0${known}` });
    }
  });

  it('writes flags that nobody set as zero (P-TC-08)', () => {
    const traceFlags = undefined as unknown as number;
    expect(write({ traceFlags })).to.deep.equal({ traceparent: `00-${IDS}-00` });
  });

  it('writes version 00 whatever version came (P-TC-07)', () => {
    const context = propagator.extract(
      ROOT_CONTEXT,
      { traceparent: `cc-${IDS}-01-x` },
      defaultTextMapGetter,
    );
    const headers: Record<string, string> = {};
    propagator.inject(context, headers, defaultTextMapSetter);
    expect(headers).to.deep.equal({ traceparent: `00-${IDS}-01` });
  });

  it('finds the headers in any case in a plain object (P-TC-12)', () => {
    const headers = { TraceParent: `00-${IDS}-01`, TRACESTATE: 'foo=1' };
    const found = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    expect(trace.getSpanContext(found)).to.include({ traceId: TRACE_ID });
    expect(trace.getSpanContext(found)?.traceState?.get('foo')).to.equal('1');
  });

  it('drops a tracestate without a good traceparent (P-TC-13)', () => {
    expect(parse(undefined, 'foo=1')).to.equal(undefined);
    expect(parse('junk', 'foo=1')).to.equal(undefined);
  });

  it('keeps the traceparent beside a bad tracestate, which is not sent on (P-TC-13, P-TS-05)', () => {
    const parent = parse(`00-${IDS}-01`, 'foo=1,bar');
    expect(parent).to.include({ traceId: TRACE_ID, spanId: SPAN_ID });
    expect(write(parent!)).to.deep.equal({ traceparent: `00-${IDS}-01` });
  });

  it('joins several tracestate headers in order (P-TS-07)', () => {
    const parent = parse(`00-${IDS}-01`, ['foo=1', 'bar=2']);
    expect(write(parent!)['tracestate']).to.equal('foo=1,bar=2');
  });

  it('sends an untouched tracestate byte for byte (P-TC-14, P-TS-13)', () => {
    const tracestate = 'foo=1 ,\t bar= 2,,baz@v=3';
    expect(write(parse(`00-${IDS}-01`, tracestate)!)['tracestate']).to.equal(tracestate);
  });

  it('sends no empty tracestate (P-TC-01, P-TS-12)', () => {
    expect(write(parse(`00-${IDS}-01`, '')!)).to.not.have.property('tracestate');
    expect(write(parse(`00-${IDS}-01`, ' , ')!)).to.not.have.property('tracestate');
    expect(write({ traceState: createTraceState() })).to.not.have.property('tracestate');
  });

  it("sends the API's own TraceState", () => {
    expect(write({ traceState: createTraceState('a=1') })['tracestate']).to.equal('a=1');
  });

  it('reads nothing but what the grammar allows (P-TC-02 to P-TC-06)', () => {
    const valid =
      /^[ \t]*(?:00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}|(?!00|ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-[^,]*)?)[ \t]*$/;
    const digits = fc.string({
      unit: fc.constantFrom(...'0123456789abcdefAg'.split('')),
      minLength: 1,
      maxLength: 33,
    });
    const nearly = fc.oneof(
      { weight: 1, arbitrary: digits },
      {
        weight: 6,
        arbitrary: fc.constantFrom(TRACE_ID, SPAN_ID, '00', '01', 'cc', 'ff', '0'.repeat(32)),
      },
    );
    const header = fc
      .tuple(
        fc.constantFrom('00', 'cc', 'ff', '0', ' 00'),
        nearly,
        nearly,
        nearly,
        fc.constantFrom('', '-', '-x', '.', ' ', ','),
      )
      .map(([version, trace, span, flags, rest]) => `${version}-${trace}-${span}-${flags}${rest}`);
    fc.assert(
      fc.property(header, (text) => {
        const match = valid.exec(text);
        const isZero =
          /^0+$/.test(match?.[1] ?? match?.[3] ?? '') ||
          /^0+$/.test(match?.[2] ?? match?.[4] ?? '');
        expect(parse(text) !== undefined).to.equal(match !== null && !isZero);
      }),
      { numRuns: 2000 },
    );
  });
});
