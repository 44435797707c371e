import fc from 'fast-check';
import { number, place } from './arbitraries.js';
import { expectSameOf } from './compare.js';
import type { Place, Program, Step } from './program.js';

const at: fc.Arbitrary<Place> = fc.oneof(place, fc.constant<Place>('suppressed'));

/** Spans within contexts within spans, with waiting in between. */
const { nested } = fc.letrec<{ nested: Step[]; step: Step }>((tie) => ({
  nested: fc.array(tie('step'), { maxLength: 4 }),
  step: fc.oneof(
    { maxDepth: 4 },
    fc.record(
      { do: fc.constant('start' as const), tracer: number, name: fc.constant('span'), at },
      { requiredKeys: ['do', 'tracer', 'name'] },
    ),
    fc.record({ do: fc.constant('look' as const), span: number }),
    fc.record({ do: fc.constant('end' as const), span: number }),
    fc.record({ do: fc.constant('wait' as const) }),
    fc.record(
      {
        do: fc.constant('startActive' as const),
        arity: fc.constantFrom(2 as const, 3 as const, 4 as const),
        tracer: number,
        name: fc.constant('active'),
        options: fc.record({ root: fc.boolean() }, { requiredKeys: [] }),
        at,
        steps: tie('nested'),
      },
      { requiredKeys: ['do', 'arity', 'tracer', 'name', 'steps'] },
    ),
    fc.record({ do: fc.constant('with' as const), at, steps: tie('nested') }),
    fc.record({ do: fc.constant('both' as const), steps: tie('nested'), others: tie('nested') }),
  ),
}));

const programs: fc.Arbitrary<Program> = nested.map((steps) => ({
  setUp: { processors: ['watch', 'simple'] },
  steps: [...steps, ...[0, 1, 2, 3, 4].map((span): Step => ({ do: 'end', span }))],
}));

describe('Differential: contexts', () => {
  it('carry the active span alike, over whatever is nested and waited for', () =>
    expectSameOf(programs, 60));
});
