import { expect } from 'chai';
import * as fc from 'fast-check';
import { acceptAttributes, type AttributeLimits } from '../../lib/attributes.js';

/** Values of all kinds, many of which are no attribute values, with odd ones in odd places. */
const anything = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 5,
});
const odd = fc.oneof(
  anything,
  fc.constantFrom<unknown>(
    () => 1,
    Symbol('s'),
    new Error('e'),
    /x/,
    Promise.resolve(1),
    new WeakMap(),
    new Proxy({}, { ownKeys: () => ['a', 'a'] }),
    new Proxy([], {
      get() {
        throw new Error('trap');
      },
    }),
  ),
);
const keyed = fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), odd);
const limits: fc.Arbitrary<AttributeLimits> = fc.record({
  count: fc.nat(5),
  length: fc.oneof(fc.nat(5), fc.constant(Infinity)),
  depth: fc.integer({ min: 1, max: 4 }),
});

/** Checks a value and says how deep it goes. */
function depthOf(value: unknown, { length }: AttributeLimits): number {
  switch (typeof value) {
    case 'string':
      expect(Array.from(value).length).to.be.at.most(length);
      return 0;
    case 'number':
    case 'boolean':
      return 0;
    case 'bigint':
      expect(BigInt.asIntN(64, value)).to.equal(value);
      return 0;
    case 'object':
      break;
    default:
      throw new Error(`${typeof value} is no AnyValue`);
  }
  if (value === null) return 0;
  if (value instanceof Uint8Array) {
    expect(Object.getPrototypeOf(value)).to.equal(Uint8Array.prototype);
    expect(value.length).to.be.at.most(length);
    return 0;
  }
  const isArray = Array.isArray(value);
  if (!isArray) expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
  return 1 + Math.max(0, ...Object.values(value).map((item) => depthOf(item, { length } as never)));
}

describe('attributes from anything at all (T-ATTR-02, T-ERR-01)', () => {
  it('are AnyValues within their limits; what is not kept is counted', () => {
    fc.assert(
      fc.property(keyed, limits, (attributes, within) => {
        const accepted = acceptAttributes(attributes, within);
        const keys = Object.keys(accepted.attributes);
        expect(keys.length).to.be.at.most(within.count);
        for (const key of keys) {
          expect(key).not.to.equal('');
          const value = Object.getOwnPropertyDescriptor(accepted.attributes, key)?.value as unknown;
          expect(depthOf(value, within)).to.be.at.most(within.depth);
        }
        const given = Object.keys(attributes).filter((key) => {
          return Object.getOwnPropertyDescriptor(attributes, key)?.value !== undefined;
        });
        expect(keys.length + accepted.dropped).to.equal(given.length);
      }),
      { numRuns: 500 },
    );
  });

  it('are themselves when they are taken in once more', () => {
    fc.assert(
      fc.property(keyed, limits, (attributes, within) => {
        const once = acceptAttributes(attributes, within);
        const twice = acceptAttributes(once.attributes, within);
        expect(twice.attributes).to.deep.equal(once.attributes);
        expect(twice.dropped).to.equal(0);
      }),
    );
  });

  it('share nothing with what they were made of (T-ATTR-08)', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (value) => {
        const { attributes } = acceptAttributes(
          { value },
          { count: 1, length: Infinity, depth: 64 },
        );
        const objects = new Set(objectsIn(value));
        for (const object of objectsIn(attributes)) expect(objects.has(object)).to.equal(false);
      }),
    );
  });
});

function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(objectsIn)];
}
