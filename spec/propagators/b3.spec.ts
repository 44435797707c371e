import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
  type SpanContext,
} from '@opentelemetry/api';
import { expect } from 'chai';
import { B3InjectEncoding, B3Propagator } from '../../propagators/b3.js';
import { behavesAsPropagator } from '../contract/propagator.js';

const TRACE_ID = '80f198ee56343ba864fe8b2a57d3eff7';
const SPAN_ID = 'e457b5a2e4d86bd1';
const PARENT_ID = '05e3ac9a4f6e3b90';
const IDS = `${TRACE_ID}-${SPAN_ID}`;
const MULTI = { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': SPAN_ID };
const OTHER_MULTI = { ...MULTI, 'x-b3-spanid': PARENT_ID, 'x-b3-sampled': '1' };

const single = () => new B3Propagator();
const multi = () => new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER });

const EXAMPLES = [
  { b3: `${IDS}-1` },
  { b3: `${IDS}-0-${PARENT_ID}` },
  { b3: `${IDS}-d` },
  { b3: IDS },
  { ...MULTI, 'x-b3-sampled': '1', 'x-b3-parentspanid': PARENT_ID },
  { ...MULTI, 'x-b3-flags': '1' },
  MULTI,
];

describe('B3Propagator', () => {
  describe('with a single header', () => behavesAsPropagator(single, { examples: EXAMPLES }));
  describe('with multiple headers', () => behavesAsPropagator(multi, { examples: EXAMPLES }));

  function parse(headers: object): SpanContext | undefined {
    return trace.getSpanContext(single().extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
  }

  function passOn(propagator: B3Propagator, headers: object): Record<string, string> {
    const written: Record<string, string> = {};
    const context = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    propagator.inject(context, written, defaultTextMapSetter);
    return written;
  }

  it('writes the single header by default (P-B3-03)', () => {
    expect(passOn(single(), OTHER_MULTI)).to.deep.equal({ b3: `${TRACE_ID}-${PARENT_ID}-1` });
    expect(single().fields()).to.deep.equal(['b3']);
  });

  it('writes multiple headers when told to, in lower case (P-B3-03, P-B3-12)', () => {
    expect(passOn(multi(), { b3: `${IDS}-0` })).to.deep.equal({ ...MULTI, 'x-b3-sampled': '0' });
    expect(multi().fields()).to.have.members([
      'x-b3-traceid',
      'x-b3-spanid',
      'x-b3-sampled',
      'x-b3-flags',
    ]);
  });

  it('has the numbers of the official encodings', () => {
    expect(B3InjectEncoding).to.deep.equal({ SINGLE_HEADER: 0, MULTI_HEADER: 1 });
  });

  it('refuses an unknown encoding, and names it', () => {
    const wrong = () => new B3Propagator({ injectEncoding: 'multi' as unknown as 1 });
    expect(wrong).to.throw(TypeError, 'multi');
  });

  it('never writes a parent span id (P-B3-05)', () => {
    expect(passOn(single(), { b3: `${IDS}-1-${PARENT_ID}` })).to.deep.equal({ b3: `${IDS}-1` });
    const headers = { ...MULTI, 'x-b3-sampled': '1', 'x-b3-parentspanid': PARENT_ID };
    expect(passOn(multi(), headers)).to.not.have.property('x-b3-parentspanid');
  });

  it('prefers the single header (P-B3-01)', () => {
    expect(parse({ ...OTHER_MULTI, b3: `${IDS}-0` })).to.include({
      spanId: SPAN_ID,
      traceFlags: 0,
    });
  });

  for (const header of ['', 'junk', `${IDS}-2`, `x${IDS}-1`, `${IDS}-1zzz`]) {
    it(`falls back to multiple headers from ${JSON.stringify(header)} (P-B3-02)`, () => {
      expect(parse({ ...OTHER_MULTI, b3: header })).to.include({ spanId: PARENT_ID });
    });
  }

  for (const header of ['0', '1', 'd']) {
    it(`takes the decision ${header} alone for no parent (P-B3-07)`, () => {
      const headers = { ...OTHER_MULTI, b3: header };
      const context = single().extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
      expect(context).to.equal(ROOT_CONTEXT);
    });
  }

  for (const [what, header] of [
    ['upper case', `${IDS.toUpperCase()}-1`],
    ['a trace id of 31 digits', `${IDS.slice(1)}-1`],
    ['a trace id of 24 digits', `${IDS.slice(8)}-1`],
    ['a zero trace id', `${'0'.repeat(32)}-${SPAN_ID}-1`],
    ['a zero 64-bit trace id', `${'0'.repeat(16)}-${SPAN_ID}-1`],
    ['a zero span id', `${TRACE_ID}-${'0'.repeat(16)}-1`],
    ['an unknown state', `${IDS}-2`],
    ['an empty state', `${IDS}-`],
    ['a parent that is no id', `${IDS}-1-xyz`],
    ['a fifth part', `${IDS}-1-${PARENT_ID}-1`],
    ['junk in front', `x${IDS}-1`],
    ['junk behind', `${IDS}-1zzz`],
    ['a line break behind', `${IDS}-1\n`],
    ['no span id', TRACE_ID],
  ] as const) {
    it(`does not read a single header with ${what} (P-B3-06)`, () => {
      expect(parse({ b3: header })).to.equal(undefined);
    });
  }

  it('pads 64-bit trace ids, which are not random ones (P-B3-08, T-ID-06)', () => {
    const short = TRACE_ID.slice(16);
    const expected = {
      traceId: '0'.repeat(16) + short,
      spanId: SPAN_ID,
      traceFlags: 1,
      isRemote: true,
    };
    expect(parse({ b3: `${short}-${SPAN_ID}-1` })).to.deep.equal(expected);
    expect(parse({ ...MULTI, 'x-b3-traceid': short, 'x-b3-sampled': '1' })).to.deep.equal(expected);
  });

  it('keeps the debug mark in either form, and samples (P-B3-04)', () => {
    for (const headers of [{ b3: `${IDS}-d` }, { ...MULTI, 'x-b3-flags': '1' }]) {
      expect(parse(headers)).to.include({ traceFlags: 1 });
      expect(passOn(single(), headers)).to.deep.equal({ b3: `${IDS}-d` });
      expect(passOn(multi(), headers)).to.deep.equal({ ...MULTI, 'x-b3-flags': '1' });
    }
  });

  it('forgets the debug mark of an earlier header (P-B3-04)', () => {
    const marked = single().extract(ROOT_CONTEXT, { b3: `${IDS}-d` }, defaultTextMapGetter);
    const next = single().extract(marked, { b3: `${IDS}-1` }, defaultTextMapGetter);
    const headers = {};
    single().inject(next, headers, defaultTextMapSetter);
    expect(headers).to.deep.equal({ b3: `${IDS}-1` });
  });

  for (const [sampled, traceFlags] of [
    ['1', 1],
    ['true', 1],
    ['0', 0],
    ['false', 0],
  ] as const) {
    it(`reads x-b3-sampled: ${sampled} (P-B3-09)`, () => {
      expect(parse({ ...MULTI, 'x-b3-sampled': sampled })).to.include({ traceFlags });
    });
  }

  for (const sampled of ['', '-', '2', 'yes', 'TRUE']) {
    it(`does not read headers with x-b3-sampled: ${JSON.stringify(sampled)} (P-B3-11)`, () => {
      expect(parse({ ...MULTI, 'x-b3-sampled': sampled })).to.equal(undefined);
    });
  }

  it('ignores any other flags than 1 (P-B3-09)', () => {
    expect(parse({ ...MULTI, 'x-b3-flags': '0', 'x-b3-sampled': '1' })).to.include({
      traceFlags: 1,
    });
    expect(passOn(multi(), { ...MULTI, 'x-b3-flags': '2', 'x-b3-sampled': '0' })).to.deep.equal({
      ...MULTI,
      'x-b3-sampled': '0',
    });
  });

  it('takes an absent sampling state for not sampled (P-B3-10)', () => {
    expect(parse({ b3: IDS })).to.include({ traceFlags: 0 });
    expect(parse(MULTI)).to.include({ traceFlags: 0 });
  });

  it('reads the first of several values, apart or joined (P-B3-11)', () => {
    expect(parse({ b3: [`${IDS}-1`, `${TRACE_ID}-${PARENT_ID}-0`] })).to.include({
      spanId: SPAN_ID,
    });
    expect(parse({ b3: `${IDS}-1, ${TRACE_ID}-${PARENT_ID}-0` })).to.include({ spanId: SPAN_ID });
    const joined = { 'x-b3-traceid': TRACE_ID, 'x-b3-spanid': `${SPAN_ID}, ${PARENT_ID}` };
    expect(parse(joined)).to.include({ spanId: SPAN_ID });
  });

  it('finds the headers in any case in a plain object (P-B3-12)', () => {
    expect(parse({ B3: `${IDS}-1` })).to.include({ spanId: SPAN_ID });
    const headers = { 'X-B3-TraceId': TRACE_ID, 'X-B3-SpanId': SPAN_ID, 'X-B3-Sampled': '1' };
    expect(parse(headers)).to.include({ spanId: SPAN_ID, traceFlags: 1 });
  });
});
