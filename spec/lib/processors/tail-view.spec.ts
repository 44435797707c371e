import { ROOT_CONTEXT, trace, TraceFlags, type SpanContext } from '@opentelemetry/api';
import { expect } from 'chai';
import { TraceState } from '../../../lib/trace-state.js';
import { AlwaysRecordSampler } from '../../../samplers/always-record.js';
import { AlwaysOffSampler } from '../../../lib/sampler.js';
import type { TailKeeperOptions } from '../../../lib/processors/tail-keeper.js';
import { idsWithRandomness, keeping } from '../../support/tail-keeping.js';

/** What becomes of the trace state of a request that came in with this one. */
function passed(
  options: TailKeeperOptions,
  { ot, last = '0'.repeat(14), fails = false }: { ot?: string; last?: string; fails?: boolean },
): string | undefined {
  const { provider, kept } = keeping(options);
  const caller: SpanContext = {
    traceId: `${'1'.repeat(18)}${last}`,
    spanId: '2'.repeat(16),
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
    traceState: new TraceState(ot === undefined ? 'other=1' : `other=1,ot=${ot}`),
  };
  const context = trace.setSpanContext(ROOT_CONTEXT, caller);
  const span = provider.getTracer('spec').startSpan('request', {}, context);
  if (fails) span.setStatus({ code: 2 });
  span.end();
  const [view] = kept();
  return view?.spanContext().traceState?.serialize();
}

describe('what a tail keeper hands on', () => {
  it('says th:0 when kept for a reason, and the threshold when kept by ratio (T-PROB-03)', () => {
    expect(passed({}, { fails: true })).to.equal('ot=th:0,other=1');
    expect(passed({ ratio: 0.1 }, { last: 'ffffffffffffff' })).to.equal('ot=th:e666,other=1');
  });

  it('takes the randomness of the trace state before that of the id (T-PROB-05)', () => {
    const rv = 'rv:80000000000000';
    expect(passed({ ratio: 0.5 }, { ot: rv })).to.equal(`ot=th:8;${rv},other=1`);
    expect(passed({ ratio: 0.25 }, { ot: rv, last: 'ffffffffffffff' })).to.equal(undefined);
  });

  it('keeps what else stands there (T-PROB-02, T-PROB-04)', () => {
    const ot = 'rv:ffffffffffffff;x:1';
    expect(passed({ ratio: 0.5 }, { ot })).to.equal(`ot=th:8;${ot},other=1`);
  });

  it('never lowers a threshold that the trace has passed before', () => {
    const last = 'ffffffffffffff';
    expect(passed({}, { ot: 'th:8', last, fails: true })).to.equal('ot=th:8,other=1');
    expect(passed({ ratio: 0.25 }, { ot: 'th:8', last })).to.equal('ot=th:c,other=1');
    expect(passed({ ratio: 0.5 }, { ot: 'th:c', last })).to.equal('ot=th:c,other=1');
  });

  it('replaces it where the unsampled are recorded too', () => {
    const options = { recordsUnsampled: true };
    expect(passed(options, { ot: 'th:8', last: 'ffffffffffffff', fails: true })).to.equal(
      'ot=th:0,other=1',
    );
  });

  it('erases one that the randomness of the trace belies (T-PROB-13)', () => {
    expect(passed({}, { ot: 'th:8;x:1', fails: true })).to.equal('ot=x:1,other=1');
    expect(passed({}, { ot: 'th:8', fails: true })).to.equal('other=1');
  });

  it('is sampled, also what was only recorded; the span itself stays as it was', () => {
    const sampler = new AlwaysRecordSampler(new AlwaysOffSampler());
    const { start, kept } = keeping({}, { sampler });
    const span = start('request');
    span.setAttribute('a', 1).setStatus({ code: 2 }).end();
    const [view] = kept();
    expect(view!.spanContext().traceFlags & TraceFlags.SAMPLED).to.equal(1);
    expect(view!.spanContext()).to.include({
      traceId: span.spanContext().traceId,
      spanId: span.spanContext().spanId,
    });
    expect(span.spanContext().traceFlags & TraceFlags.SAMPLED).to.equal(0);
    expect(span.spanContext().traceState).to.equal(undefined);
    expect(view).to.deep.include({ name: 'request', attributes: { a: 1 }, ended: true });
  });

  it('agrees with another service of the same ratio, trace by trace', () => {
    const random = Array.from({ length: 200 }, () =>
      Math.floor(Math.random() * 2 ** 48)
        .toString(16)
        .padStart(14, Math.random() < 0.5 ? '0' : 'f'),
    );
    const [first, second] = [0.3, 0.3].map((ratio) => {
      const { request, kept } = keeping({ ratio }, idsWithRandomness(...random));
      for (const [index] of random.entries()) request(String(index));
      return kept().map(({ name }) => name);
    });
    expect(first).to.deep.equal(second);
    expect(first!.length).to.be.within(1, 399);
  });
});
