import fc from 'fast-check';
import { countedAttributesOf, foreign, number, plainValue } from './arbitraries.js';
import { expectSameOf } from './compare.js';
import type { Answer, Place, Program, SamplerData, Step } from './program.js';

const answer: fc.Arbitrary<Answer> = fc.record(
  {
    decision: fc.constantFrom(0, 1, 2),
    attributes: countedAttributesOf(plainValue),
    traceState: fc.constantFrom('', 'c=3'),
  },
  { requiredKeys: ['decision'] },
);
const hundredths = fc.integer({ min: 0, max: 100 }).map((n) => n / 100);
const simple: fc.Arbitrary<SamplerData> = fc.oneof(
  fc.constantFrom<SamplerData>('on', 'off', 'throws', 'malformed'),
  fc.record({ ratio: fc.oneof(hundredths, fc.constantFrom(0, 1, 2, -1, NaN)) }),
  answer,
);
const sampler: fc.Arbitrary<SamplerData> = fc.oneof(
  simple,
  fc.record({
    parentBased: fc.record(
      {
        root: simple,
        remoteParentSampled: simple,
        remoteParentNotSampled: simple,
        localParentSampled: simple,
        localParentNotSampled: simple,
      },
      { requiredKeys: ['root'] },
    ),
  }),
);

const at: fc.Arbitrary<Place> = fc.oneof(
  fc.record({ span: number }),
  fc.record({ remote: foreign }),
  fc.constantFrom<Place>('root', 'active', 'suppressed'),
);
const start: fc.Arbitrary<Step> = fc.record(
  {
    do: fc.constant('start' as const),
    tracer: number,
    name: fc.constant('span'),
    options: fc.record(
      { root: fc.boolean(), attributes: countedAttributesOf(plainValue) },
      { requiredKeys: [] },
    ),
    at,
  },
  { requiredKeys: ['do', 'tracer', 'name'] },
);
const end: fc.Arbitrary<Step> = fc.record({ do: fc.constant('end' as const), span: number });

const programs: fc.Arbitrary<Program> = fc.record({
  setUp: fc.record(
    {
      sampler,
      limits: fc.record({ attributeCountLimit: fc.nat({ max: 4 }) }),
      processors: fc.constantFrom(['simple', 'watch'] as const, ['watch', 'batch'] as const),
    },
    { requiredKeys: ['processors'] },
  ),
  steps: fc
    .array(fc.oneof({ weight: 2, arbitrary: start }, end), { minLength: 1, maxLength: 8 })
    .map((steps) => [...steps, ...[0, 1, 2, 3].map((span): Step => ({ do: 'end', span }))]),
});

describe('Differential: sampling', () => {
  it('decides alike, for every parent, and hands on the same', () => expectSameOf(programs, 80));
});
