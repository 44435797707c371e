import {
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { suppressTracing } from '../../lib/context.js';
import { diagnosticCounts, resetDiagnostics, setErrorHandler } from '../../lib/diagnostics.js';
import { hex } from '../support/texts.js';

/** What the contract has to know about a propagator. */
export interface PropagatorFacts {
  /** Header sets, in lower case, that it reads; together they make it use each of its fields. */
  readonly examples: readonly Record<string, string>[];
  /** Whether it carries the span. Default true. */
  readonly carriesSpan?: boolean;
  /** Texts that say nothing to it in any of its headers. Default: some that nobody understands. */
  readonly junk?: readonly string[];
  /** Headers that it writes beside `fields()`, whose names depend on the data. */
  readonly otherFields?: RegExp;
  /** What is left of a trace id that it has written and read. Default: all of it. */
  readonly carriedTraceId?: (traceId: string) => string;
}

const JUNK = [
  '',
  ' ',
  '\t',
  '-',
  '--',
  ':::',
  ',',
  ',,',
  ';',
  '=',
  '=;',
  '%',
  '%zz',
  '\0',
  'é',
  'junk',
];
const SPAN: SpanContext = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: 1,
};
const INVALID: readonly SpanContext[] = [
  { ...SPAN, traceId: '0'.repeat(32) },
  { ...SPAN, spanId: '0'.repeat(16) },
  { ...SPAN, traceId: SPAN.traceId.slice(1) },
  { ...SPAN, spanId: `${SPAN.spanId}0` },
  { ...SPAN, traceId: SPAN.traceId.toUpperCase() },
  { ...SPAN, traceId: `${SPAN.traceId.slice(1)}\n` },
  { ...SPAN, spanId: 'ghijklmnopqrstuv' },
];

/** The cases that every propagator must pass (P-GEN-01 to 03, 06, 09). */
export function behavesAsPropagator(make: () => TextMapPropagator, facts: PropagatorFacts): void {
  describe('as every propagator', () => {
    let propagator: TextMapPropagator;
    beforeEach(() => {
      resetDiagnostics();
      setErrorHandler(() => {});
      propagator = make();
    });

    const extract = (headers: unknown, from: Context = ROOT_CONTEXT) =>
      propagator.extract(from, headers, defaultTextMapGetter);
    const inject = (context: Context): Record<string, string> => {
      const headers: Record<string, string> = {};
      propagator.inject(context, headers, defaultTextMapSetter);
      return headers;
    };

    if (facts.carriesSpan !== false) carriesSpans(facts, extract, inject);
    staysCalm(facts, () => propagator, extract);

    it('reads what it wrote, with the baggage (P-GEN-01)', () => {
      for (const example of facts.examples) {
        const first = extract(example);
        const second = extract(inject(first));
        expect(carriedBy(second)).to.deep.equal(carriedBy(first));
      }
    });

    it('writes the headers that fields() names, and no other (P-GEN-01)', () => {
      const written = new Set(
        facts.examples.flatMap((headers) => Object.keys(inject(extract(headers)))),
      );
      const named = [...written].filter((name) => facts.otherFields?.test(name) !== true);
      expect(named).to.have.members(propagator.fields());
    });

    it('writes ASCII that a header can hold, whatever the baggage holds (P-GEN-01)', () => {
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
          const baggage = propagation.createBaggage({ [name]: { value }, plain: { value } });
          const context = propagation.setBaggage(trace.setSpanContext(ROOT_CONTEXT, SPAN), baggage);
          for (const [header, text] of Object.entries(inject(context))) {
            expect(header).to.match(/^[!-~]+$/);
            expect(text).to.match(/^[\t -~]*$/);
          }
        }),
      );
    });

    it('writes nothing where tracing is suppressed (P-GEN-09)', () => {
      for (const example of facts.examples) {
        expect(inject(suppressTracing(extract(example)))).to.deep.equal({});
      }
    });

    it('replaces what an earlier attempt has written (P-GEN-06)', () => {
      const headers: Record<string, string> = {};
      for (const name of propagator.fields()) headers[name] = 'old';
      const context = extract(facts.examples[0]!);
      propagator.inject(context, headers, defaultTextMapSetter);
      expect(headers).to.include(inject(context));
    });
  });
}

function carriesSpans(
  facts: PropagatorFacts,
  extract: (headers: unknown, from?: Context) => Context,
  inject: (context: Context) => Record<string, string>,
): void {
  it('finds a valid remote parent (P-GEN-03)', () => {
    for (const example of facts.examples) {
      const parent = spanOf(extract(example));
      expect(parent, JSON.stringify(example)).to.include({ isRemote: true });
      expect(isSpanContextValid(parent!)).to.equal(true);
    }
  });

  it('carries any span there and back (P-GEN-01)', () => {
    fc.assert(
      fc.property(id(32), id(16), fc.boolean(), (traceId, spanId, sampled) => {
        const traceFlags = sampled ? 1 : 0;
        const context = trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags });
        expect(spanOf(extract(inject(context)))).to.deep.equal({
          traceId: facts.carriedTraceId?.(traceId) ?? traceId,
          spanId,
          traceFlags,
          isRemote: true,
        });
      }),
    );
  });

  it('writes nothing for an invalid span context (P-GEN-09)', () => {
    for (const spanContext of INVALID) {
      const headers = inject(trace.setSpanContext(ROOT_CONTEXT, spanContext));
      expect(headers, JSON.stringify(spanContext)).to.deep.equal({});
    }
  });

  it('writes nothing without a span (P-GEN-09)', () => {
    expect(inject(ROOT_CONTEXT)).to.deep.equal({});
  });
}

function staysCalm(
  facts: PropagatorFacts,
  propagator: () => TextMapPropagator,
  extract: (headers: unknown, from?: Context) => Context,
): void {
  const names = [...new Set(facts.examples.flatMap((headers) => Object.keys(headers)))];
  const threw = () => diagnosticCounts().get('propagator.threw') ?? 0;
  const fail = (): never => {
    throw new Error('thrown by the carrier');
  };

  it('returns the context itself for junk (P-GEN-02)', () => {
    for (const junk of facts.junk ?? JUNK) {
      const headers = Object.fromEntries(names.map((name) => [name, junk]));
      expect(extract(headers), JSON.stringify(junk)).to.equal(ROOT_CONTEXT);
    }
    expect(extract({})).to.equal(ROOT_CONTEXT);
  });

  it('keeps what the context held before (P-GEN-02)', () => {
    const key = createContextKey('spec');
    const before = ROOT_CONTEXT.setValue(key, 'kept');
    for (const example of facts.examples) {
      expect(extract(example, before).getValue(key)).to.equal('kept');
    }
  });

  it('stores a valid span or none, and never throws, whatever comes (P-GEN-02)', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ maxLength: 60 }),
      mutated(facts.examples.flatMap((headers) => Object.values(headers))),
    );
    const value: fc.Arbitrary<unknown> = fc.oneof(text, fc.array(text), fc.anything());
    const carriers = fc.record(Object.fromEntries(names.map((name) => [name, value])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(carriers, (carrier) => {
        const parent = spanOf(extract(carrier));
        if (parent === undefined) return;
        expect(parent.isRemote).to.equal(true);
        expect(isSpanContextValid(parent), JSON.stringify(parent)).to.equal(true);
        expect(parent.traceId + parent.spanId).to.match(/^[0-9a-f]{48}$/);
      }),
      { numRuns: 300 },
    );
    expect(threw()).to.equal(0);
  });

  it('bears carriers that are none (P-GEN-02)', () => {
    for (const carrier of [undefined, null, 1, 'text', []]) {
      expect(extract(carrier)).to.equal(ROOT_CONTEXT);
    }
  });

  it('contains a getter, a setter and a span that throw, and says so once', () => {
    const said: string[] = [];
    setErrorHandler(({ code }) => said.push(code));
    const context = extract(facts.examples[0]!);
    const throwing = trace.wrapSpanContext(SPAN);
    throwing.spanContext = fail;
    const broken = { get: fail, keys: fail, set: fail };
    expect(propagator().extract(context, {}, broken)).to.equal(context);
    propagator().inject(context, {}, broken);
    propagator().inject(trace.setSpan(context, throwing), {}, defaultTextMapSetter);
    setErrorHandler(() => {});
    expect(said).to.deep.equal(['propagator.threw']);
    expect(threw()).to.be.at.least(2);
  });

  it('leaves the context alone when only the names can not be listed', () => {
    const getter = { get: () => undefined, keys: fail };
    expect(propagator().extract(ROOT_CONTEXT, {}, getter)).to.equal(ROOT_CONTEXT);
  });
}

/** Texts that were valid before a character was dropped, doubled or exchanged. */
function mutated(texts: readonly string[]): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...texts), fc.nat(80), fc.string({ maxLength: 2 }), fc.nat(2))
    .map(([text, at, insert, cut]) => text.slice(0, at) + insert + text.slice(at + cut));
}

function id(length: number): fc.Arbitrary<string> {
  return hex(length).filter((digits) => /[^0]/.test(digits));
}

function spanOf(context: Context): SpanContext | undefined {
  return trace.getSpanContext(context);
}

function carriedBy(context: Context): unknown {
  const { traceState, ...ids } = spanOf(context) ?? { traceState: undefined };
  return { ...ids, traceState: traceState?.serialize(), baggage: baggageOf(context) };
}

function baggageOf(context: Context): unknown {
  const entries = propagation.getBaggage(context)?.getAllEntries();
  return entries?.map(([name, { value, metadata }]) => [name, value, metadata?.toString()]);
}
