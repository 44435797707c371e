import fc from 'fast-check';
import { anyTime, number } from './arbitraries.js';
import { expectSameOf } from './compare.js';
import type { Program, Step } from './program.js';

const timed: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('addEvent' as const),
    span: number,
    name: fc.constant('e'),
    time: anyTime,
  }),
  fc.record({
    do: fc.constant('recordException' as const),
    span: number,
    thrown: fc.constant('text'),
    time: anyTime,
  }),
  fc.record({ do: fc.constant('end' as const), span: number, time: anyTime }),
  fc.record({
    do: fc.constant('start' as const),
    tracer: number,
    name: fc.constant('span'),
    options: fc.record({ startTime: anyTime }),
    at: fc.record({ span: number }),
  }),
);

const programs: fc.Arbitrary<Program> = fc.record({
  setUp: fc.constant({}),
  steps: fc
    .tuple(anyTime, fc.array(timed, { maxLength: 8 }), anyTime)
    .map(([startTime, steps, time]): Step[] => [
      { do: 'start', tracer: 0, name: 'span', options: { startTime } },
      ...steps,
      ...[0, 1, 2, 3].map((span): Step => ({ do: 'end', span, time })),
    ]),
});

describe('Differential: times', () => {
  it('are the same in all their forms, the end before the start among them', () =>
    expectSameOf(programs, 80));
});
