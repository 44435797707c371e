import { ROOT_CONTEXT, trace, type HrTime, type Span, type TimeInput } from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { isBefore } from '../../lib/clock.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { clocks } from '../support/clocks.js';
import { harness } from '../support/harness.js';

function millisOf([seconds, nanos]: HrTime): number {
  return seconds * 1000 + nanos / 1e6;
}

function expectWithin(child: ReadableSpan, parent: ReadableSpan): void {
  expect(isBefore(child.startTime, parent.startTime), 'starts before its parent').to.equal(false);
  expect(isBefore(parent.endTime, child.endTime), 'ends after its parent').to.equal(false);
}

describe('the times of a span', () => {
  const h = harness();

  it('are now by default (T-SPAN-06, T-SPAN-16, T-END-02)', () => {
    const before = Date.now();
    h.tracer.startSpan('now').end();
    const { startTime, endTime } = h.span('now');
    expect(millisOf(startTime)).to.be.within(before - 3, Date.now() + 3);
    expect(millisOf(endTime)).to.be.within(before - 3, Date.now() + 3);
  });

  it('are finer than a millisecond at both ends (T-SPAN-16)', () => {
    for (let i = 0; i < 20; i++) h.tracer.startSpan(`fine ${i}`).end();
    const fine = (time: HrTime) => time[1] % 1_000_000 !== 0;
    expect(h.spans().some(({ startTime }) => fine(startTime))).to.equal(true);
    expect(h.spans().some(({ endTime }) => fine(endTime))).to.equal(true);
  });

  it('are kept as given, to the nanosecond (T-SPAN-16)', () => {
    h.tracer
      .startSpan('given', { startTime: [1_700_000_000, 1] })
      .end([1_700_000_003, 999_999_999]);
    const { startTime, endTime, duration } = h.span('given');
    expect(startTime).to.deep.equal([1_700_000_000, 1]);
    expect(endTime).to.deep.equal([1_700_000_003, 999_999_999]);
    expect(duration).to.deep.equal([3, 999_999_998]);
  });

  it('may be given as a Date, epoch milliseconds or performance.now() (T-API-09)', () => {
    const start = performance.now();
    h.tracer.startSpan('a', { startTime: new Date(1000) }).end(2000.5 + 1.7e12);
    expect(h.span('a').startTime).to.deep.equal([1, 0]);
    expect(h.span('a').endTime).to.deep.equal([1_700_000_002, 500_000]);
    h.tracer.startSpan('b', { startTime: start - 0.25 }).end(start);
    expect(millisOf(h.span('b').duration)).to.be.closeTo(0.25, 0.000_01);
  });

  it('are now when what is given is no time, with a report (T-SPAN-11)', () => {
    const span = h.tracer.startSpan('odd', { startTime: 'soon' as unknown as TimeInput });
    span.addEvent('event', {}, {} as unknown as TimeInput).end([1] as unknown as TimeInput);
    const { startTime, endTime, events } = h.span('odd');
    for (const time of [startTime, endTime, events[0]!.time]) {
      expect(millisOf(time)).to.be.closeTo(Date.now(), 1000);
    }
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['span.time']);
  });

  it('are now when null is given', () => {
    const none = null as unknown as TimeInput;
    h.tracer.startSpan('null', { startTime: none }).end(none);
    expect(millisOf(h.span('null').startTime)).to.be.closeTo(Date.now(), 1000);
    expect(h.diagnostics).to.deep.equal([]);
  });

  it('never end before they start: the end is moved, with a report (T-SPAN-17)', () => {
    h.tracer.startSpan('backwards', { startTime: [2000, 5] }).end([1000, 0]);
    expect(h.span('backwards').endTime).to.deep.equal([2000, 5]);
    expect(h.span('backwards').duration).to.deep.equal([0, 0]);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['span.end-before-start']);
  });

  it('read as 0 for what has not happened yet', () => {
    const span = h.tracer.startSpan('open') as Span & ReadableSpan;
    expect(span.endTime).to.deep.equal([0, 0]);
    expect(span.duration).to.deep.equal([0, 0]);
    expect(span.ended).to.equal(false);
    span.end();
    expect(span.ended).to.equal(true);
  });

  it('of events may lie outside the span and out of order; nothing is moved (T-SPAN-16, T-EVT-02)', () => {
    const span = h.tracer.startSpan('events', { startTime: [1000, 0] });
    span.addEvent('late', [3000, 0]).addEvent('early', {}, [1, 0]).end([2000, 0]);
    expect(h.span('events').events.map(({ time }) => time[0])).to.deep.equal([3000, 1]);
  });
});

describe('children', () => {
  const h = harness();

  it('lie inside their parents, in random trees (T-SPAN-16)', () => {
    const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constant<Tree>([]),
        fc.array(tie('tree'), { maxLength: 4 }) as fc.Arbitrary<Tree>,
      ),
    }));
    let trees = 0;
    fc.assert(
      fc.property(tree, (children) => {
        trees++;
        h.exporter.reset();
        run(children);
        const byId = new Map(h.spans().map((span) => [span.spanContext().spanId, span]));
        for (const span of h.spans()) {
          const parent = byId.get(span.parentSpanContext?.spanId ?? '');
          if (parent !== undefined) expectWithin(span, parent);
        }
      }),
      { numRuns: 2000 },
    );
    expect(trees).to.equal(2000);
  });

  type Tree = Tree[];
  function run(children: Tree): void {
    h.tracer.startActiveSpan('span', (span) => {
      children.forEach(run);
      span.end();
    });
  }
});

describe('the clock of a trace', () => {
  const h = harness();
  const clock = clocks();

  it('is the wall clock again for a new root after a jump of it (T-SPAN-16)', () => {
    for (const jump of [3_600_000, -7_200_000]) {
      clock.shiftWall(jump);
      h.tracer.startSpan(`after ${jump}`).end();
      expect(millisOf(h.span(`after ${jump}`).startTime)).to.be.closeTo(Date.now(), 3);
    }
  });

  it('is the wall clock again when the monotonic one stood still in a sleep', () => {
    h.tracer.startSpan('before').end();
    clock.shiftWall(8 * 3_600_000);
    h.tracer.startSpan('after').end();
    expect(millisOf(h.span('after').startTime)).to.be.closeTo(Date.now(), 3);
  });

  it('is the wall clock when the monotonic one runs away', () => {
    clock.shiftMonotonic(50);
    h.tracer.startSpan('a').end();
    expect(millisOf(h.span('a').startTime)).to.be.closeTo(Date.now(), 3);
  });

  it('does not move for less than 2 ms', () => {
    const first = h.tracer.startSpan('first') as unknown as { anchor: object } & Span;
    clock.shiftWall(0.5);
    const second = h.tracer.startSpan('second') as unknown as { anchor: object } & Span;
    expect(second.anchor).to.equal(first.anchor);
    first.end();
    second.end();
  });

  it('takes no pause of the process for drift', () => {
    h.tracer.startSpan('first').end();
    clock.pauseBeforeWall(30);
    h.tracer.startSpan('paused').end();
    h.tracer.startSpan('next').end();
    expect(millisOf(h.span('paused').endTime)).to.be.closeTo(Date.now(), 3);
    expect(isBefore(h.span('next').startTime, h.span('paused').endTime)).to.equal(false);
  });

  for (const jump of [-5_000, 5_000]) {
    it(`stays while the parent is open, when the wall clock jumps by ${jump} ms`, () => {
      const parent = h.tracer.startSpan('parent');
      const inParent = trace.setSpan(ROOT_CONTEXT, parent);
      clock.shiftWall(jump);
      h.tracer.startSpan('another root').end();
      const child = h.tracer.startSpan('child', {}, inParent);
      clock.shiftMonotonic(7);
      child.end();
      parent.end();
      expectWithin(h.span('child'), h.span('parent'));
      expect(millisOf(h.span('child').duration)).to.be.within(7, 1000);
      expect(millisOf(h.span('parent').duration)).to.be.within(7, 1000);
    });
  }

  it('is the current one for a child of an ended parent, which starts no earlier than it (T-SPAN-13)', () => {
    const parent = h.tracer.startSpan('parent');
    const inParent = trace.setSpan(ROOT_CONTEXT, parent);
    parent.end();
    clock.shiftWall(10_000);
    h.tracer.startSpan('another root').end();
    h.tracer.startSpan('later', {}, inParent).end();
    expect(millisOf(h.span('later').startTime)).to.be.closeTo(Date.now(), 3);
    clock.shiftWall(-60_000);
    h.tracer.startSpan('one more root').end();
    h.tracer.startSpan('clamped', {}, inParent).end();
    expect(h.span('clamped').startTime).to.deep.equal(h.span('parent').startTime);
    expect(h.span('clamped').duration).to.deep.equal([0, 0]);
  });

  it('is shared by client and server of one process: the server never starts first', () => {
    for (let i = 0; i < 1000; i++) {
      const client = h.tracer.startSpan('client');
      const remote = trace.setSpanContext(ROOT_CONTEXT, {
        ...client.spanContext(),
        isRemote: true,
      });
      h.tracer.startSpan('server', {}, remote).end();
      client.end();
      const [server, caller] = h.spans() as [ReadableSpan, ReadableSpan];
      expectWithin(server, caller);
      h.exporter.reset();
    }
  });
});
