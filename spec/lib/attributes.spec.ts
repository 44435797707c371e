import { expect } from 'chai';
import { AttributeList, acceptAttributes, UNLIMITED } from '../../lib/attributes.js';
import { diagnosticCounts, resetDiagnostics } from '../../lib/diagnostics.js';

/** What becomes of one value. */
function kept(value: unknown): unknown {
  return acceptAttributes({ key: value }, UNLIMITED).attributes['key'];
}

function isDropped(value: unknown): boolean {
  const { attributes, dropped } = acceptAttributes({ key: value }, UNLIMITED);
  return dropped === 1 && Object.keys(attributes).length === 0;
}

describe('attribute values', () => {
  beforeEach(() => resetDiagnostics());

  for (const value of ['text', '', 0, -1.5, NaN, Infinity, true, false, null]) {
    it(`keeps the ${typeof value} "${String(value)}" (T-ATTR-02, T-ATTR-03)`, () => {
      expect(kept(value)).to.deep.equal(value);
    });
  }

  it('keeps arrays of one type and of several, and nested maps (T-ATTR-02)', () => {
    const value = { list: [1, 2], mixed: ['a', 1, true, [null]], map: { deep: { deeper: 'x' } } };
    expect(kept(value)).to.deep.equal(value);
  });

  it('keeps empty arrays and maps (T-ATTR-03)', () => {
    expect(kept([])).to.deep.equal([]);
    expect(kept({})).to.deep.equal({});
  });

  it('keeps empty items in their place (T-ATTR-04)', () => {
    expect(kept(['a', null, 'b'])).to.deep.equal(['a', null, 'b']);
    expect(kept(['a', undefined, 'b'])).to.deep.equal(['a', null, 'b']);
    const holes: unknown[] = [];
    holes[2] = 'c';
    expect(kept(holes)).to.deep.equal([null, null, 'c']);
  });

  it('takes undefined for not given, and counts nothing (T-API-03)', () => {
    const { attributes, dropped } = acceptAttributes({ a: undefined, b: 1 }, UNLIMITED);
    expect(attributes).to.deep.equal({ b: 1 });
    expect(dropped).to.equal(0);
    expect(kept({ a: undefined, b: 1 })).to.deep.equal({ b: 1 });
  });

  it('copies bytes of every kind into a Uint8Array (T-API-02)', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(kept(bytes)).to.deep.equal(bytes);
    expect(kept(bytes.buffer)).to.deep.equal(bytes);
    expect(kept(new DataView(bytes.buffer, 1, 2))).to.deep.equal(Uint8Array.of(2, 3));
    expect(Object.getPrototypeOf(kept(Buffer.from('é')))).to.equal(Uint8Array.prototype);
  });

  it('turns other typed arrays into arrays of numbers (T-ATTR-09)', () => {
    expect(kept(Float64Array.of(0.5, 2))).to.deep.equal([0.5, 2]);
    expect(kept(BigInt64Array.of(7n))).to.deep.equal([7n]);
  });

  it('keeps a BigInt of 64 bits, and writes a larger one in decimal (T-ATTR-09)', () => {
    expect(kept(2n ** 63n - 1n)).to.equal(2n ** 63n - 1n);
    expect(kept(-(2n ** 63n))).to.equal(-(2n ** 63n));
    expect(kept(2n ** 63n)).to.equal('9223372036854775808');
  });

  it('turns Map and Set into map and array (T-ATTR-09)', () => {
    const map = new Map<unknown, unknown>([
      ['a', new Set([1, 2])],
      [2, 'two'],
    ]);
    expect(kept(map)).to.deep.equal({ a: [1, 2], 2: 'two' });
  });

  it('gives maps unique keys (T-ATTR-06)', () => {
    const map = new Map<unknown, unknown>([
      [1, 'number'],
      ['1', 'string'],
    ]);
    expect(kept(map)).to.deep.equal({ 1: 'string' });
  });

  it('writes dates as ISO text, also those that are none (T-ATTR-09)', () => {
    expect(kept(new Date(0))).to.equal('1970-01-01T00:00:00.000Z');
    expect(kept(new Date(NaN))).to.equal('Invalid Date');
  });

  it('writes errors and regular expressions as text (T-ATTR-09)', () => {
    expect(kept(new RangeError('too far'))).to.equal('RangeError: too far');
    expect(kept(/a+/g)).to.equal('/a+/g');
  });

  it('asks an object for its JSON, once (T-ATTR-09)', () => {
    expect(kept(new URL('http://host/path'))).to.equal('http://host/path');
    const made = { toJSON: () => ({ toJSON: () => 'not asked', amount: 1 }) };
    expect(isDropped(made), 'a function inside what toJSON made').to.equal(true);
    expect(kept({ toJSON: () => ({ amount: 1 }) })).to.deep.equal({ amount: 1 });
  });

  it('unboxes primitives (T-ATTR-09)', () => {
    expect(kept(Object('text'))).to.equal('text');
    expect(kept(Object(5))).to.equal(5);
    expect(kept(Object(5n))).to.equal(5n);
  });

  it('takes the fields of a class instance for a map (T-ATTR-09)', () => {
    class Money {
      amount = 5;
      currency = 'EUR';
      #secret = 'hidden';
      get secret(): string {
        return this.#secret;
      }
    }
    expect(kept(new Money())).to.deep.equal({ amount: 5, currency: 'EUR' });
    expect(kept(Object.assign(Object.create(null), { a: 1 }))).to.deep.equal({ a: 1 });
  });

  for (const [what, value] of Object.entries({
    'a function': () => 1,
    'a symbol': Symbol('x'),
    'a function in a map': { call: () => 1 },
    'a symbol in an array': [Symbol('x')],
  })) {
    it(`drops ${what}, counts it and says so once (T-ATTR-10)`, () => {
      expect(isDropped(value)).to.equal(true);
      expect(diagnosticCounts().get('attribute.value')).to.equal(1);
    });
  }

  it('drops what contains itself (T-ATTR-10)', () => {
    const map: Record<string, unknown> = { list: [] };
    (map['list'] as unknown[]).push(map);
    expect(isDropped(map)).to.equal(true);
    const set = new Set<unknown>();
    set.add(set);
    expect(isDropped(set)).to.equal(true);
  });

  it('keeps an object that is met twice, but not within itself (T-ATTR-10)', () => {
    const shared = { a: 1 };
    expect(kept([shared, shared])).to.deep.equal([{ a: 1 }, { a: 1 }]);
  });

  it('drops what would be endless when written out (T-ATTR-10, T-ERR-05)', () => {
    let value: unknown[] = [1];
    for (let i = 0; i < 60; i++) value = [value, value];
    const start = performance.now();
    expect(isDropped(value)).to.equal(true);
    expect(performance.now() - start).to.be.below(1000);
    const sparse: unknown[] = [];
    sparse.length = 4_294_967_295;
    expect(isDropped(sparse)).to.equal(true);
  });

  it('keeps the key __proto__ as a key, on every level', () => {
    const { attributes } = acceptAttributes(
      JSON.parse('{"__proto__": {"__proto__": 1, "a": 2}}'),
      UNLIMITED,
    );
    expect(Object.keys(attributes)).to.deep.equal(['__proto__']);
    const inner = Object.getOwnPropertyDescriptor(attributes, '__proto__')?.value as object;
    expect(Object.keys(inner)).to.deep.equal(['__proto__', 'a']);
    expect(({} as Record<string, unknown>)['a']).to.equal(undefined);
  });

  it('copies at set time: later changes are not seen (T-ATTR-08)', () => {
    const value = { list: [1], map: { a: 1 }, bytes: Uint8Array.of(1) };
    const list = new AttributeList();
    list.set('key', value, UNLIMITED);
    value.list.push(2);
    value.map.a = 2;
    value.bytes[0] = 2;
    expect(list.toObject()).to.deep.equal({
      key: { list: [1], map: { a: 1 }, bytes: Uint8Array.of(1) },
    });
  });

  it('never throws what a value throws (T-SPAN-11, T-ERR-01)', () => {
    const angry = {
      get a() {
        throw new Error('getter');
      },
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const value of [
      angry,
      [angry],
      proxy,
      { toJSON: () => angry.a },
      { valueOf: () => angry.a },
      new Map([[Object.create(null), 1]]),
    ]) {
      expect(isDropped(value)).to.equal(true);
    }
    expect(diagnosticCounts().get('attribute.threw')).to.equal(6);
  });
});

describe('attribute keys', () => {
  beforeEach(() => resetDiagnostics());

  it('are non-empty strings; others are dropped with one report (T-ATTR-01)', () => {
    const list = new AttributeList();
    for (const key of ['', undefined, null, 5, {}, Symbol('s')]) {
      list.set(key as string, 1, UNLIMITED);
    }
    expect(list.toObject()).to.deep.equal({});
    expect(list.dropped).to.equal(6);
    expect([...diagnosticCounts().keys()]).to.deep.equal(['attribute.key']);
  });

  it('differ by case (T-ATTR-01)', () => {
    const { attributes } = acceptAttributes({ key: 1, KEY: 2 }, UNLIMITED);
    expect(attributes).to.deep.equal({ key: 1, KEY: 2 });
  });
});

describe('AttributeList', () => {
  const limits = { count: 30, length: Infinity, depth: 64 };

  it('overwrites the value of a key, whether few or many (T-ATTR-05)', () => {
    const list = new AttributeList();
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 30; i++) list.set(`k${i}`, round, limits);
    }
    expect(list.keys).to.have.length(30);
    expect(list.values.every((value) => value === 1)).to.equal(true);
    expect(list.dropped).to.equal(0);
  });

  it('keeps all it can of an object with a throwing getter (T-SPAN-11)', () => {
    const list = new AttributeList();
    const attributes = {
      a: 1,
      get b(): number {
        throw new Error('getter');
      },
      c: 3,
    };
    list.setAll(attributes, limits);
    expect(list.toObject()).to.deep.equal({ a: 1, c: 3 });
    expect(list.dropped).to.equal(1);
  });

  it('takes nothing from what is no object', () => {
    const list = new AttributeList();
    for (const nothing of [null, undefined, 'text', 5, true]) list.setAll(nothing, limits);
    expect(list.toObject()).to.deep.equal({});
  });

  it('makes the object the truth once it has been read', () => {
    const list = new AttributeList();
    list.set('a', 1, limits);
    list.set('secret', 'x', limits);
    const object = list.toObject();
    delete object['secret'];
    object['b'] = 2;
    list.set('c', 3, limits);
    expect(list.toObject()).to.equal(object);
    expect(object).to.deep.equal({ a: 1, b: 2, c: 3 });
    expect(list.object).to.equal(object);
  });

  it('applies the count limit to the object too (T-LIM-03)', () => {
    const list = new AttributeList();
    list.set('a', 1, { ...limits, count: 1 });
    list.toObject();
    list.set('b', 2, { ...limits, count: 1 });
    list.set('a', 3, { ...limits, count: 1 });
    expect(list.toObject()).to.deep.equal({ a: 3 });
    expect(list.dropped).to.equal(1);
  });

  it('shows its attributes without making the object the truth', () => {
    const list = new AttributeList();
    list.set('a', 1, limits);
    list.peek()['a'] = 2;
    expect(list.object).to.equal(undefined);
    list.toObject();
    list.peek()['a'] = 2;
    expect(list.toObject()).to.deep.equal({ a: 1 });
  });
});
