import fc from 'fast-check';
import { attributesOf, between, number, plainValue, start, use } from './arbitraries.js';
import { expectSameOf } from './compare.js';
import type { ProcessorData, Program, Step, TracerData } from './program.js';

const attributes = attributesOf(plainValue);
const processor: fc.Arbitrary<ProcessorData> = fc.oneof(
  fc.constantFrom<ProcessorData>('simple', 'batch', 'watch', 'throws'),
  fc.record({ onStart: attributes, onEnding: attributes }, { requiredKeys: [] }),
);
/** As JSON, which loses nothing of them. */
const scopeAttributes = fc.dictionary(
  fc.constantFrom('a', 'b'),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.array(fc.string(), { maxLength: 2 })),
);
const tracer: fc.Arbitrary<TracerData> = fc.record(
  {
    name: fc.constantFrom('', 'lib', 'other', null, undefined),
    version: fc.constantFrom('1', '2.0.0-beta'),
    schemaUrl: fc.constantFrom('https://opentelemetry.io/schemas/1.40.0', 'http://x'),
    attributes: scopeAttributes,
  },
  { requiredKeys: ['name'] },
);
const setUp = fc.record(
  {
    processors: fc.array(processor, { maxLength: 4 }),
    resource: fc.dictionary(fc.constantFrom('service.name', 'a', 'b'), plainValue),
    tracers: fc.array(tracer, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const call = fc.oneof({ weight: 2, arbitrary: start }, use);

describe('Differential: providers', () => {
  it('hand the same to their processors, with the same resource and scopes', async () => {
    const programs: fc.Arbitrary<Program> = fc.record({
      setUp,
      steps: between(fc.array(call, { minLength: 1, maxLength: 6 })),
    });
    await expectSameOf(programs, 50);
  });

  it('record nothing more after their shutdown', async () => {
    const late = fc.oneof(
      call,
      fc.record({
        do: fc.constant('startActive' as const),
        arity: fc.constantFrom(2 as const, 3 as const, 4 as const),
        tracer: number,
        name: fc.constant('late'),
        at: fc.record({ span: number }),
        steps: fc.array(use, { maxLength: 2 }),
      }),
    );
    const programs: fc.Arbitrary<Program> = fc.record({
      setUp,
      steps: fc
        .tuple(fc.array(call, { maxLength: 4 }), between(fc.array(late, { maxLength: 4 })))
        .map(([before, after]): Step[] => [...before, { do: 'shutdown' }, ...after]),
    });
    await expectSameOf(programs, 50);
  });
});
