import { ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import { expect } from 'chai';
import {
  CheckedIdGenerator,
  isSpanId,
  isTraceId,
  RANDOM_FLAG,
  RandomIdGenerator,
  type IdGenerator,
} from '../../lib/ids.js';
import { AlwaysOffSampler } from '../../lib/sampler.js';
import { TracerProvider } from '../../lib/provider.js';
import { diagnosticCounts, resetDiagnostics } from '../../lib/diagnostics.js';

const TRACE_ID = 'a'.repeat(32);
const SPAN_ID = 'b'.repeat(16);

describe('RandomIdGenerator', () => {
  const { generateTraceId, generateSpanId } = new RandomIdGenerator();

  it('makes 32 and 16 lower-case hex digits, never all zero, never twice (T-ID-01)', () => {
    const ids = new Set<string>();
    for (let i = 0; i < 5000; i++) {
      const [traceId, spanId] = [generateTraceId(), generateSpanId()];
      expect(traceId).to.match(/^[0-9a-f]{32}$/);
      expect(spanId).to.match(/^[0-9a-f]{16}$/);
      ids.add(traceId).add(spanId);
    }
    expect(ids.size).to.equal(10_000);
  });

  it('sets each bit about half the time (T-ID-03)', () => {
    const ones = Array.from({ length: 128 }, () => 0);
    for (let i = 0; i < 4000; i++) {
      const bits = BigInt(`0x${generateTraceId()}`);
      for (let bit = 0; bit < 128; bit++) ones[bit]! += Number((bits >> BigInt(bit)) & 1n);
    }
    // Eight standard deviations.
    for (const count of ones) expect(count).to.be.within(1747, 2253);
  });

  it('makes no zeros when its source does (T-ID-01)', () => {
    const real = crypto.getRandomValues.bind(crypto);
    let zeros = 1;
    Object.defineProperty(crypto, 'getRandomValues', {
      configurable: true,
      value: (bytes: Uint8Array<ArrayBuffer>) => (zeros-- > 0 ? bytes.fill(0) : real(bytes)),
    });
    try {
      // More than one pool of bytes.
      for (let i = 0; i < 1100; i++) expect(isSpanId(generateSpanId())).to.equal(true);
      expect(zeros).to.be.below(0);
    } finally {
      delete (crypto as { getRandomValues?: unknown }).getRandomValues;
    }
  });
});

describe('isTraceId and isSpanId', () => {
  it('take lower-case hex digits of the right length, not all zero (T-ID-02, T-API-08)', () => {
    expect(isTraceId(TRACE_ID)).to.equal(true);
    expect(isTraceId(`${'0'.repeat(31)}1`)).to.equal(true);
    expect(isSpanId('0123456789abcdef')).to.equal(true);
  });

  for (const bad of [
    '0'.repeat(32),
    'A'.repeat(32),
    'a'.repeat(31),
    'a'.repeat(33),
    `${'a'.repeat(31)}g`,
    `${'a'.repeat(31)}/`,
    `${'a'.repeat(31)}:`,
    `${'a'.repeat(31)}\``,
    `${'a'.repeat(31)}\n`,
    '',
    undefined,
    null,
    5,
    { length: 32 },
  ]) {
    it(`refuse ${JSON.stringify(bad)} (T-ID-02)`, () => {
      expect(isTraceId(bad)).to.equal(false);
      expect(isSpanId(typeof bad === 'string' ? bad.slice(16) : bad)).to.equal(false);
    });
  }
});

describe('an id generator of the user', () => {
  beforeEach(() => resetDiagnostics());

  function contextFrom(idGenerator: IdGenerator) {
    const provider = new TracerProvider({ idGenerator });
    return provider.getTracer('t').startSpan('s', {}, ROOT_CONTEXT).spanContext();
  }

  it('makes the ids of spans (T-ID-02)', () => {
    const context = contextFrom({
      generateTraceId: () => TRACE_ID,
      generateSpanId: () => SPAN_ID,
    });
    expect(context).to.deep.include({ traceId: TRACE_ID, spanId: SPAN_ID });
  });

  it('sets the random flag only when it says that its ids are random (T-ID-04)', () => {
    const parts = { generateTraceId: () => TRACE_ID, generateSpanId: () => SPAN_ID };
    expect(contextFrom(parts).traceFlags).to.equal(TraceFlags.SAMPLED);
    expect(contextFrom({ ...parts, generatesRandomTraceIds: false }).traceFlags).to.equal(1);
    expect(contextFrom({ ...parts, generatesRandomTraceIds: true }).traceFlags).to.equal(
      TraceFlags.SAMPLED | RANDOM_FLAG,
    );
  });

  it('is replaced by random ids where it makes none, with a report (T-ID-02)', () => {
    for (const bad of ['0'.repeat(32), 'ABC', undefined, 5, Symbol('id'), TRACE_ID.toUpperCase()]) {
      const made = () => bad as string;
      const { traceId, spanId } = contextFrom({ generateTraceId: made, generateSpanId: made });
      expect(isTraceId(traceId) && isSpanId(spanId)).to.equal(true);
    }
    expect(diagnosticCounts().get('ids.invalid')).to.equal(12);
  });

  it('may throw (T-ERR-01)', () => {
    const throwing = () => {
      throw new Error('no ids today');
    };
    const { traceId } = contextFrom({ generateTraceId: throwing, generateSpanId: throwing });
    expect(isTraceId(traceId)).to.equal(true);
    expect([...diagnosticCounts().keys()]).to.deep.equal(['ids.threw']);
  });

  it('is checked also when its class derives from ours (T-ID-02)', () => {
    class Odd extends RandomIdGenerator {
      override readonly generateTraceId = () => 'odd';
    }
    expect(isTraceId(contextFrom(new Odd()).traceId)).to.equal(true);
    expect(diagnosticCounts().get('ids.invalid')).to.equal(1);
  });

  it('is called as a method, with its this', () => {
    class Counter implements IdGenerator {
      #count = 0;
      generateTraceId(): string {
        return (++this.#count).toString(16).padStart(32, '0');
      }
      generateSpanId(): string {
        return (++this.#count).toString(16).padStart(16, '0');
      }
    }
    const checked = new CheckedIdGenerator(new Counter());
    expect(checked.generateTraceId()).to.equal(`${'0'.repeat(31)}1`);
    expect(checked.generateSpanId()).to.equal(`${'0'.repeat(15)}2`);
  });

  it('must be one: anything else throws at once', () => {
    for (const bad of [{}, 'random', 5, { generateTraceId: () => TRACE_ID }]) {
      expect(() => new TracerProvider({ idGenerator: bad as IdGenerator })).to.throw(
        TypeError,
        'idGenerator',
      );
    }
  });
});

describe('the random flag', () => {
  function child(traceFlags: number, sampler = new TracerProvider()) {
    const parent = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: TRACE_ID,
      spanId: SPAN_ID,
      traceFlags,
      isRemote: true,
    });
    return sampler.getTracer('t').startSpan('s', {}, parent).spanContext().traceFlags;
  }

  it('is set on roots, sampled or not (T-ID-03)', () => {
    const root = (options = {}) =>
      new TracerProvider(options).getTracer('t').startSpan('s', {}, ROOT_CONTEXT).spanContext();
    expect(root().traceFlags).to.equal(3);
    expect(root({ sampler: new AlwaysOffSampler() }).traceFlags).to.equal(2);
  });

  it("is the parent's, whatever the sampler decides (T-ID-05)", () => {
    expect(child(3)).to.equal(3);
    expect(child(1)).to.equal(1);
    expect(child(2)).to.equal(2);
    expect(child(0)).to.equal(0);
    const off = () => new TracerProvider({ sampler: new AlwaysOffSampler() });
    expect(child(3, off())).to.equal(2);
    expect(child(1, off())).to.equal(0);
  });

  it('is all that is inherited: unknown flags are not (T-ID-05)', () => {
    expect(child(0xff)).to.equal(3);
  });
});
