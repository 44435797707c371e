import { ROOT_CONTEXT, SpanKind, trace, type SpanContext } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { diagnosticCounts, resetDiagnostics } from '../../lib/diagnostics.js';
import { ParentBasedSampler, SamplingDecision } from '../../lib/sampler.js';
import { TraceState } from '../../lib/trace-state.js';
import { TraceIdRatioBasedSampler } from '../../samplers/trace-id-ratio-based.js';
import { behavesLikeASampler } from '../contract/sampler.js';

const hex = (length: number) =>
  fc.string({
    unit: fc.constantFrom(...'0123456789abcdef'.split('')),
    minLength: length,
    maxLength: length,
  });
const ratios = fc.double({ min: 0, max: 1, noNaN: true });

function keeps(ratio: number, traceId: string): boolean {
  const sampler = new TraceIdRatioBasedSampler(ratio);
  return sampler.shouldSample(ROOT_CONTEXT, traceId).decision === 2;
}

/** A trace id that ends in a number of 56 bits. */
function traceIdOf(random: bigint, left = '0123456789abcdef01'): string {
  return left + random.toString(16).padStart(14, '0');
}

describe('TraceIdRatioBasedSampler', () => {
  beforeEach(() => resetDiagnostics());

  behavesLikeASampler('TraceIdRatioBased{0.500000}', () => new TraceIdRatioBasedSampler(0.5));

  it('keeps all at 1, which is the default, and none at 0', () => {
    const ends = [0n, 2n ** 55n, 2n ** 56n - 1n].map((end) => traceIdOf(end));
    for (const traceId of ends) {
      expect(keeps(1, traceId)).to.equal(true);
      expect(keeps(0, traceId)).to.equal(false);
    }
    expect(new TraceIdRatioBasedSampler().toString()).to.equal('TraceIdRatioBased{1.000000}');
  });

  it('keeps the ids whose right-most 56 bits reach the threshold (T-SAMP-07)', () => {
    const half = 2n ** 55n;
    expect(keeps(0.5, traceIdOf(half))).to.equal(true);
    expect(keeps(0.5, traceIdOf(half - 1n))).to.equal(false);
    const quarter = 2n ** 56n - 2n ** 54n;
    expect(keeps(0.25, traceIdOf(quarter))).to.equal(true);
    expect(keeps(0.25, traceIdOf(quarter - 1n))).to.equal(false);
    const least = 2 ** -56;
    expect(keeps(least, traceIdOf(2n ** 56n - 1n))).to.equal(true);
    expect(keeps(least, traceIdOf(2n ** 56n - 2n))).to.equal(false);
  });

  it('looks at nothing else of the id (T-SAMP-05)', () => {
    fc.assert(
      fc.property(ratios, hex(14), hex(18), hex(18), (ratio, random, left, other) => {
        expect(keeps(ratio, left + random)).to.equal(keeps(ratio, other + random));
      }),
    );
  });

  it('keeps with a higher ratio all that it keeps with a lower one (T-SAMP-05)', () => {
    fc.assert(
      fc.property(ratios, ratios, hex(32), (a, b, traceId) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        if (keeps(low, traceId)) expect(keeps(high, traceId)).to.equal(true);
      }),
    );
  });

  it('keeps the share that it says', () => {
    const sampler = new TraceIdRatioBasedSampler(0.1);
    let kept = 0;
    for (let i = 0; i < 10_000; i++) {
      const bits = crypto.getRandomValues(new Uint8Array(16));
      kept += sampler.shouldSample(ROOT_CONTEXT, Buffer.from(bits).toString('hex')).decision / 2;
    }
    expect(kept).to.be.within(760, 1240); // eight standard deviations
  });

  for (const [ratio, text] of [
    [0, '0.000000'],
    [1, '1.000000'],
    [0.0001, '0.000100'],
    [0.25, '0.250000'],
    [1e-7, '0.0000001'],
    [0.1, '0.100000'],
  ] as const) {
    it(`describes ${ratio} as ${text} (T-SAMP-06)`, () => {
      const sampler = new TraceIdRatioBasedSampler(ratio);
      expect(sampler.toString()).to.equal(`TraceIdRatioBased{${text}}`);
    });
  }

  it('describes any ratio in decimal (T-SAMP-06)', () => {
    fc.assert(
      fc.property(ratios, (ratio) => {
        expect(new TraceIdRatioBasedSampler(ratio).toString()).to.match(
          /^TraceIdRatioBased\{[01]\.\d{6,20}\}$/,
        );
      }),
    );
  });

  for (const [bad, used] of [
    [-1, '0.000000'],
    [1.5, '1.000000'],
    [Infinity, '1.000000'],
    [NaN, '1.000000'],
    ['half', '1.000000'],
    [null, '1.000000'],
  ] as [number, string][]) {
    it(`takes ${used} for ${String(bad)}, with a report, and does not throw (T-SAMP-12)`, () => {
      const sampler = new TraceIdRatioBasedSampler(bad);
      expect(sampler.toString()).to.equal(`TraceIdRatioBased{${used}}`);
      expect(diagnosticCounts().get('sampler.ratio')).to.equal(1);
    });
  }

  describe('below a parent', () => {
    const traceId = 'f'.repeat(32);
    const parent: SpanContext = { traceId, spanId: 'b'.repeat(16), traceFlags: 0 };
    const inParent = trace.setSpanContext(ROOT_CONTEXT, parent);

    it('ignores its sampled flag (T-SAMP-05)', () => {
      const sampler = new TraceIdRatioBasedSampler(0.5);
      expect(sampler.shouldSample(inParent, traceId).decision).to.equal(
        SamplingDecision.RECORD_AND_SAMPLED,
      );
    });

    it('says once that it should not be there (T-SAMP-08)', () => {
      const sampler = new TraceIdRatioBasedSampler(0.5);
      sampler.shouldSample(ROOT_CONTEXT, traceId);
      expect(diagnosticCounts().size).to.equal(0);
      sampler.shouldSample(inParent, traceId);
      expect([...diagnosticCounts().keys()]).to.deep.equal(['sampler.ratio-with-parent']);
    });

    for (const [ot, stronger] of [
      ['th:8', true],
      ['p:3;rv:0123456789abcd', true],
      ['p:3;xth:8', false],
    ] as const) {
      it(`says ${stronger ? 'more' : 'no more'} where the parent has ot=${ot} (T-SAMP-08)`, () => {
        const traceState = new TraceState(`ot=${ot}`);
        const context = trace.setSpanContext(ROOT_CONTEXT, { ...parent, traceState });
        new TraceIdRatioBasedSampler(0.5).shouldSample(context, traceId);
        expect(diagnosticCounts().has('sampler.ratio-with-threshold')).to.equal(stronger);
      });
    }

    it('says nothing as the root of a ParentBasedSampler (T-SAMP-08)', () => {
      const root = new TraceIdRatioBasedSampler(0.5);
      new ParentBasedSampler({ root }).shouldSample(
        inParent,
        traceId,
        's',
        SpanKind.INTERNAL,
        {},
        [],
      );
      new ParentBasedSampler({ root }).shouldSample(
        ROOT_CONTEXT,
        traceId,
        's',
        SpanKind.INTERNAL,
        {},
        [],
      );
      expect(diagnosticCounts().size).to.equal(0);
    });
  });
});
