import { expect } from 'chai';
import * as fc from 'fast-check';
import { NO_KEYS, type AttributeKeys } from '../../lib/attribute-keys.js';
import { AttributeList } from '../../lib/attributes.js';

function keysOf(...keys: string[]): AttributeKeys {
  let all: AttributeKeys = NO_KEYS;
  for (const key of keys) all = all.with(key)!;
  return all;
}

describe('AttributeKeys', () => {
  // What other specs have set may be all that is remembered.
  beforeEach(() => NO_KEYS.forget());

  it('keep their order, and know where each stands', () => {
    const keys = keysOf('b', 'a', 'c');
    expect(keys.list).to.deep.equal(['b', 'a', 'c']);
    expect(keys.length).to.equal(3);
    expect(['b', 'a', 'c', 'd', ''].map((key) => keys.indexOf(key))).to.deep.equal([
      0, 1, 2, -1, -1,
    ]);
  });

  it('are shared by all that are set in the same order', () => {
    expect(keysOf('spec 1', 'spec 2')).to.equal(keysOf('spec 1', 'spec 2'));
    expect(keysOf('spec 1', 'spec 2').list).to.equal(keysOf('spec 1', 'spec 2').list);
    expect(keysOf('spec 1', 'spec 3')).to.equal(keysOf('spec 1', 'spec 3'));
    expect(keysOf('spec 2', 'spec 1')).not.to.equal(keysOf('spec 1', 'spec 2'));
  });

  it('do not grow without bound, whatever keys there are (T-ERR-05)', () => {
    const first = keysOf('spec first');
    for (let i = 0; i < 10_000; i++) keysOf(`spec ${i}`);
    expect(keysOf('spec first'), 'all was forgotten in between').not.to.equal(first);
    expect(first.list).to.deep.equal(['spec first']);
    const wide = keysOf('spec wide');
    for (let i = 0; i < 1000; i++) wide.with(`spec ${i}`);
    expect(wide.with('spec 999')).not.to.equal(wide.with('spec 999'));
    expect(wide.with('spec 1')).to.equal(wide.with('spec 1'));
  });

  it('end at some length', () => {
    let keys: AttributeKeys | undefined = NO_KEYS;
    for (let i = 0; i < 128; i++) keys = keys?.with(`spec deep ${i}`);
    expect(keys?.length).to.equal(128);
    expect(keys?.with('one more')).to.equal(undefined);
  });
});

describe('an AttributeList', () => {
  it('holds what a Map would, whatever is set and read in which order (T-ATTR-05, T-LIM-03)', () => {
    const key = fc.oneof(
      fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor'),
      fc.integer({ min: 0, max: 300 }).map(String),
    );
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.tuple(key, fc.oneof(fc.integer(), fc.constant([1]))) },
      { weight: 1, arbitrary: fc.constantFrom('read', 'peek') },
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 400, size: 'max' }),
        fc.constantFrom(3, 128, 200, Infinity),
        (steps, count) => {
          const list = new AttributeList();
          const map = new Map<string, unknown>();
          let dropped = 0;
          for (const next of steps) {
            if (next === 'read') list.toObject();
            else if (next === 'peek') list.peek();
            else {
              const [name, value] = next;
              list.set(name, value, { count, length: Infinity, depth: 64 });
              if (map.has(name) || map.size < count) map.set(name, value);
              else dropped++;
            }
          }
          const object = list.peek();
          expect(Object.keys(object).toSorted()).to.deep.equal([...map.keys()].toSorted());
          for (const [name, value] of map) {
            expect(Object.getOwnPropertyDescriptor(object, name)?.value).to.deep.equal(value);
          }
          expect(list.dropped).to.equal(dropped);
          if (list.object === undefined) expect(list.keys).to.deep.equal([...map.keys()]);
        },
      ),
      { numRuns: 200 },
    );
  });
});
