import fc from 'fast-check';
import { countedAttributesOf, keptValue, linkOf, number } from './arbitraries.js';
import { expectSameOf } from './compare.js';
import type { Limits, Program, Step } from './program.js';

const limit = fc.nat({ max: 4 });
const limits: fc.Arbitrary<Limits> = fc.record(
  {
    attributeCountLimit: limit,
    attributeValueLengthLimit: limit,
    eventCountLimit: limit,
    linkCountLimit: limit,
    attributePerEventCountLimit: limit,
    attributePerLinkCountLimit: limit,
  },
  { requiredKeys: [] },
);
const generalLimits: fc.Arbitrary<Limits> = fc.record(
  { attributeCountLimit: limit, attributeValueLengthLimit: limit },
  { requiredKeys: [] },
);
const attributes = countedAttributesOf(keptValue);
const links = fc.array(linkOf(attributes), { maxLength: 4 });

const filling: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('setAttributes' as const), span: fc.constant(0), attributes }),
  fc.record({
    do: fc.constant('setAttribute' as const),
    span: fc.constant(0),
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    value: keptValue,
  }),
  fc.record({
    do: fc.constant('addEvent' as const),
    span: number,
    name: fc.constant('e'),
    attributes,
  }),
  fc.record({
    do: fc.constant('recordException' as const),
    span: number,
    thrown: fc.constantFrom('a TypeError', 'text', 'an Error of a class'),
  }),
  fc.record({ do: fc.constant('addLinks' as const), span: number, links }),
);

const programs: fc.Arbitrary<Program> = fc.record({
  setUp: fc.record({ limits, generalLimits }, { requiredKeys: [] }),
  steps: fc
    .tuple(
      fc.record({ attributes, links }, { requiredKeys: [] }),
      fc.array(filling, { maxLength: 8 }),
    )
    .map(([options, steps]): Step[] => [
      { do: 'start', tracer: 0, name: 'span', options },
      ...steps,
      { do: 'end', span: 0 },
    ]),
});

describe('Differential: limits', () => {
  it('cut, drop and count alike', () => expectSameOf(programs, 80));
});
