import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
  type Context,
} from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { setSpan } from '../../lib/context.js';
import { XTracePropagator } from '../../propagators/x-trace.js';
import { harness } from '../support/harness.js';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN_ID = '00f067aa0ba902b7';
const UUID = '7D444840-9DC0-11D1-B245-5FFDCE74FAD2';

/** The bytes of an independent SHA-256. */
function hashed(text: string, bytes: number): string {
  return createHash('sha256')
    .update(text, 'utf8')
    .digest('hex')
    .slice(0, bytes * 2);
}

describe('XTracePropagator with ids made elsewhere', () => {
  const h = harness();
  const propagator = new XTracePropagator();

  function extract(traceText?: string, spanText?: string, from: Context = ROOT_CONTEXT): Context {
    const headers: Record<string, string> = {};
    if (traceText !== undefined) headers['x-trace-id'] = traceText;
    if (spanText !== undefined) headers['x-span-id'] = spanText;
    return propagator.extract(from, headers, defaultTextMapGetter);
  }

  function idsIn(context: Context): string[] | undefined {
    const found = trace.getSpanContext(context);
    return found && [found.traceId, found.spanId];
  }

  function write(context: Context): Record<string, string> {
    const headers: Record<string, string> = {};
    propagator.inject(context, headers, defaultTextMapSetter);
    delete headers['X-Sampled'];
    return headers;
  }

  describe('reads', () => {
    for (const [what, text, traceId] of [
      ['32 digits', TRACE_ID, TRACE_ID],
      ['32 digits in upper case', TRACE_ID.toUpperCase(), TRACE_ID],
      ['16 digits, padded (T-ID-06)', '00f067AA0ba902b7', `${'0'.repeat(16)}00f067aa0ba902b7`],
      ['a UUID', UUID, '7d4448409dc011d1b2455ffdce74fad2'],
      ['any other text by its SHA-256', 'trace-456', hashed('trace-456', 16)],
      ['31 digits by their SHA-256', TRACE_ID.slice(1), hashed(TRACE_ID.slice(1), 16)],
      ['a text of 128 characters', 'x'.repeat(128), hashed('x'.repeat(128), 16)],
      ['a text that is not ASCII by its UTF-8', 'größe 💼', hashed('größe 💼', 16)],
    ] as const) {
      it(`${what}, as a trace id that is not random`, () => {
        const found = trace.getSpanContext(extract(text, SPAN_ID));
        expect(found).to.deep.equal({ traceId, spanId: SPAN_ID, traceFlags: 1, isRemote: true });
      });
    }

    for (const [what, text, spanId] of [
      ['16 digits', SPAN_ID, SPAN_ID],
      ['16 digits in upper case', SPAN_ID.toUpperCase(), SPAN_ID],
      ['any other text by its SHA-256', 'span-x', hashed('span-x', 8)],
      ['a UUID by its SHA-256', UUID, hashed(UUID, 8)],
      ['32 digits by their SHA-256', TRACE_ID, hashed(TRACE_ID, 8)],
    ] as const) {
      it(`${what}, as a span id`, () => {
        expect(idsIn(extract(TRACE_ID, text))).to.deep.equal([TRACE_ID, spanId]);
      });
    }

    it('a trace id alone, with a parent id that every service derives', () => {
      const [traceId, spanId] = idsIn(extract('trace-456'))!;
      expect(traceId).to.equal(hashed('trace-456', 16));
      expect(spanId).to.equal(hashed(traceId!, 8));
      expect(idsIn(extract(traceId))).to.deep.equal([traceId, spanId]);
      expect(idsIn(extract('trace-456', ''))).to.deep.equal([traceId, spanId]);
    });
  });

  describe('starts a new trace, and says so once, for', () => {
    for (const [what, traceText, spanText] of [
      ['a zero trace id', '0'.repeat(32), SPAN_ID],
      ['a zero 64-bit trace id', '0'.repeat(16), SPAN_ID],
      ['the nil UUID', '00000000-0000-0000-0000-000000000000', SPAN_ID],
      ['a trace id of 129 characters', 'x'.repeat(129), SPAN_ID],
      ['a control character in a trace id', 'trace\u001b[31m', SPAN_ID],
      ['an invisible character in a trace id', 'trace\u202e', SPAN_ID],
      ['half a surrogate pair', 'trace\ud83d', SPAN_ID],
      ['a zero span id', TRACE_ID, '0'.repeat(16)],
      ['a zero UUID as span id', TRACE_ID, '00000000-0000-0000-0000-000000000000'],
      ['a span id of 129 characters', TRACE_ID, 'x'.repeat(129)],
      ['a control character in a span id', TRACE_ID, 'span\u0007'],
    ] as const) {
      it(what, () => {
        expect(extract(traceText, spanText)).to.equal(ROOT_CONTEXT);
        extract(traceText, spanText);
        expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['x-trace.bad-id']);
      });
    }
  });

  describe('sends on', () => {
    for (const [traceText, spanText] of [
      ['trace-456', 'span-x'],
      [UUID, UUID],
      [TRACE_ID.toUpperCase(), SPAN_ID.toUpperCase()],
      ['00f067aa0ba902b7', SPAN_ID],
      ['größe', 'é'],
    ] as const) {
      it(`${traceText} and ${spanText} exactly as they came`, () => {
        expect(write(extract(traceText, spanText))).to.deep.equal({
          'X-Trace-ID': traceText,
          'X-Span-ID': spanText,
        });
      });
    }

    it('no span id when there was none', () => {
      expect(write(extract('trace-456'))).to.deep.equal({ 'X-Trace-ID': 'trace-456' });
      expect(write(extract(TRACE_ID))).to.deep.equal({ 'X-Trace-ID': TRACE_ID });
    });

    it('the trace id as it came, and the id of the span that is ours', () => {
      const context = extract('trace-456', 'span-x');
      const span = h.tracer.startSpan('ours', {}, context);
      span.end();
      expect(write(setSpan(context, span))).to.deep.equal({
        'X-Trace-ID': 'trace-456',
        'X-Span-ID': span.spanContext().spanId,
      });
    });

    it('our ids when the span belongs to another trace', () => {
      const context = extract('trace-456', 'span-x');
      const span = h.tracer.startSpan('ours', { root: true }, context);
      span.end();
      const { traceId, spanId } = span.spanContext();
      expect(write(setSpan(context, span))).to.deep.equal({
        'X-Trace-ID': traceId,
        'X-Span-ID': spanId,
      });
    });

    it('our ids for texts that no header can hold', () => {
      const context = extract('trace-💼', 'span-💼');
      const [traceId, spanId] = idsIn(context)!;
      expect(write(context)).to.deep.equal({ 'X-Trace-ID': traceId, 'X-Span-ID': spanId });
    });

    it('any printable text to a service that finds the same ids', () => {
      const texts = fc.string({ unit: 'grapheme-composite', minLength: 1, maxLength: 20 });
      fc.assert(
        fc.property(texts, texts, (traceText, spanText) => {
          const context = extract(traceText, spanText);
          const headers = write(context);
          const next = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
          expect(idsIn(next)).to.deep.equal(idsIn(context));
        }),
      );
    });
  });

  describe('shows', () => {
    function attributesOf(context: Context): object {
      h.tracer.startSpan('server', {}, context).end();
      return h.span('server').attributes;
    }

    it('foreign ids on the span that has them for its parent', () => {
      expect(attributesOf(extract('trace-456', 'span-x'))).to.deep.equal({
        'spantree.foreign.trace_id': 'trace-456',
        'spantree.foreign.span_id': 'span-x',
      });
    });

    it('no foreign ids on its children', () => {
      const context = extract('trace-456', 'span-x');
      const parent = h.tracer.startSpan('server', {}, context);
      h.tracer.startSpan('child', {}, setSpan(context, parent)).end();
      parent.end();
      expect(h.span('child').attributes).to.deep.equal({});
    });

    for (const [what, headers, shown] of [
      ['a trace id', ['trace-456', SPAN_ID], { 'spantree.foreign.trace_id': 'trace-456' }],
      ['a span id', [TRACE_ID, 'span-x'], { 'spantree.foreign.span_id': 'span-x' }],
      ['a trace id alone', ['trace-456'], { 'spantree.foreign.trace_id': 'trace-456' }],
    ] as const) {
      it(`${what} that differs from the one in use`, () => {
        expect(attributesOf(extract(...headers))).to.deep.equal(shown);
      });
    }

    for (const headers of [[TRACE_ID, SPAN_ID], [TRACE_ID]] as const) {
      it(`nothing when ${headers.length} of the ids came as they are used`, () => {
        expect(attributesOf(extract(...headers))).to.deep.equal({});
      });
    }

    it('nothing of an earlier header', () => {
      const earlier = extract('trace-456', 'span-x');
      expect(attributesOf(extract(TRACE_ID, SPAN_ID, earlier))).to.deep.equal({});
    });
  });
});
