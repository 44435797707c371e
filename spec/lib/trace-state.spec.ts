import { expect } from 'chai';
import * as fc from 'fast-check';
import { diagnosticCounts, resetDiagnostics } from '../../lib/diagnostics.js';
import { TraceState } from '../../lib/trace-state.js';

const KEY_CHARS = 'abcdefghijklmnopqrstuvwxyz0123456789_-*/@';
const VALUE_CHARS = Array.from({ length: 0x5f }, (_, i) => String.fromCharCode(0x20 + i))
  .filter((char) => char !== ',' && char !== '=')
  .join('');

function text(chars: string, constraints: { minLength?: number; maxLength: number }) {
  return fc.string({ unit: fc.constantFrom(...chars.split('')), ...constraints });
}

const keys = fc
  .tuple(fc.constantFrom(...'abcxyz059'.split('')), text(KEY_CHARS, { maxLength: 20 }))
  .map(([first, rest]) => first + rest);
const values = fc
  .tuple(text(VALUE_CHARS, { maxLength: 20 }), fc.constantFrom(...'aZ0!~;:"%'.split('')))
  .map(([start, last]) => start + last);
const members = fc.uniqueArray(fc.tuple(keys, values), { selector: ([key]) => key, maxLength: 32 });

function members33(): string[] {
  return Array.from({ length: 33 }, (_, i) => `k${i}=${i}`);
}

describe('TraceState', () => {
  beforeEach(() => resetDiagnostics());

  it('counts a repeated key as a member each time (P-TS-01)', () => {
    const members = Array.from({ length: 32 }, (_, i) => `k${i}=v`);
    expect(new TraceState([...members, 'k0=v'].join(',')).serialize()).to.equal('');
    expect(new TraceState(['k0=v', ...members].join(',')).serialize()).to.equal('');
  });

  it('gives back what it was made of', () => {
    const state = new TraceState('foo=1,bar=2');
    expect(state.get('foo')).to.equal('1');
    expect(state.get('bar')).to.equal('2');
    expect(state.get('baz')).to.equal(undefined);
    expect(state.serialize()).to.equal('foo=1,bar=2');
  });

  it('is empty without a text', () => {
    expect(new TraceState().serialize()).to.equal('');
    expect(new TraceState(1 as unknown as string).serialize()).to.equal('');
  });

  describe('reads', () => {
    const level1 = ['a', 'a_-*/', 'z'.repeat(256), 'a@v', `${'t'.repeat(241)}@v`];
    const level2 = ['0foo', 'foo@', 'foo@@bar', 'a_-*/@', `${'t'.repeat(242)}@v`];
    for (const [keys, ids] of [
      [level1, 'P-TS-02'],
      [level2, 'P-TS-02, P-TS-03'],
    ] as const) {
      for (const key of keys) {
        it(`the key ${shortened(key)} (${ids})`, () => {
          expect(new TraceState(`${key}=1`).get(key)).to.equal('1');
        });
      }
    }

    for (const value of ['1', ' leading', 'in the middle', VALUE_CHARS.trim(), 'v'.repeat(256)]) {
      it(`the value ${shortened(value)} (P-TS-04)`, () => {
        expect(new TraceState(`foo=${value},bar=2`).get('foo')).to.equal(value);
      });
    }

    it('32 members (P-TS-01)', () => {
      const list = members33().slice(1).join(',');
      expect(new TraceState(list).serialize()).to.equal(list);
    });

    it('lists longer than 512 characters whole (P-TS-09)', () => {
      const list = members33()
        .slice(1)
        .map((member) => member + 'x'.repeat(200))
        .join(',');
      expect(new TraceState(list).serialize()).to.equal(list);
    });

    it('empty members, and spaces and tabs around members (P-TS-06)', () => {
      const state = new TraceState(' , foo=1 \t,\t bar=2,, \t');
      expect(state.get('foo')).to.equal('1');
      expect(state.get('bar')).to.equal('2');
    });

    it('the left-most of repeated keys (P-TS-08)', () => {
      const state = new TraceState('foo=1, bar=2,foo=3');
      expect(state.get('foo')).to.equal('1');
      expect(state.serialize()).to.equal('foo=1,bar=2');
    });

    it('the left-most of repeated keys that are not the first (P-TS-08)', () => {
      expect(new TraceState('a=1,b=2,c=3,c=4,b=5').serialize()).to.equal('a=1,b=2,c=3');
    });
  });

  describe('drops the whole list (P-TS-05) for', () => {
    for (const [what, list] of [
      ['a 33rd member (P-TS-01)', members33().join(',')],
      ['an upper-case key (P-TS-02)', 'foo=1,BAR=2'],
      ['a full stop in a key (P-TS-02)', 'foo.bar=1,bar=2'],
      ['a key that starts with @ (P-TS-02)', '@foo=1,bar=2'],
      ['an empty key (P-TS-02)', '=1,bar=2'],
      ['a key of 257 characters (P-TS-02)', `foo=1,${'z'.repeat(257)}=1`],
      ['a space before the equals sign (P-TS-02)', 'foo =1,bar=2'],
      ['a key that is not ASCII (P-TS-02)', 'f\u00f6\u00f6=1,bar=2'],
      ['a member without an equals sign', 'foo=1,bar'],
      ['another character in place of the equals sign', 'foo:1,bar=2'],
      ['an empty value (P-TS-04)', 'foo=,bar=3'],
      ['a second equals sign (P-TS-04)', 'foo=bar=baz,bar=2'],
      ['a value of 257 characters (P-TS-04)', `foo=${'v'.repeat(257)}`],
      ['a tab in a value (P-TS-04)', 'foo=a\tb,bar=2'],
      ['a value that is not ASCII (P-TS-04)', 'foo=\u00e9,bar=2'],
      ['a no-break space around a member (P-TS-06)', 'foo=1,\u00a0bar=2'],
    ] as const) {
      it(what, () => {
        const state = new TraceState(list);
        expect(state.serialize()).to.equal('');
        expect(state.get('bar')).to.equal(undefined);
      });
    }
  });

  it('keeps an unchanged list byte for byte (P-TS-13)', () => {
    const list = 'foo=1 ,\tbar=2,,baz= 3';
    expect(new TraceState(list).serialize()).to.equal(list);
    expect(new TraceState(`\t ${list} `).serialize()).to.equal(list);
  });

  it('puts a new member in front (P-TS-10)', () => {
    expect(new TraceState('a=1,b=2').set('c', '3').serialize()).to.equal('c=3,a=1,b=2');
    expect(new TraceState().set('c', '3').serialize()).to.equal('c=3');
  });

  it('moves a changed member to the front (P-TS-10)', () => {
    expect(new TraceState('a=1,b=2,c=3').set('b', '4').serialize()).to.equal('b=4,a=1,c=3');
  });

  it('lets the right-most go when a 33rd is set (P-TS-01)', () => {
    const state = new TraceState(members33().slice(1).join(',')).set('new', 'x');
    expect(state.get('new')).to.equal('x');
    expect(state.get('k32')).to.equal(undefined);
    expect(state.serialize().split(',')).to.have.length(32);
  });

  it('loses no member when one of 32 is changed (P-TS-01)', () => {
    const state = new TraceState(members33().slice(1).join(',')).set('k32', 'x');
    expect(state.serialize().split(',')).to.have.length(32);
    expect(state.get('k31')).to.equal('31');
  });

  it('takes a member out', () => {
    const state = new TraceState('a=1,b=2,c=3');
    expect(state.unset('b').serialize()).to.equal('a=1,c=3');
    expect(state.unset('d')).to.equal(state);
    expect(new TraceState('a=1').unset('a').serialize()).to.equal('');
  });

  it('never changes itself (P-TS-11)', () => {
    const state = new TraceState('a=1,b=2');
    state.set('c', '3').unset('a');
    expect(state.serialize()).to.equal('a=1,b=2');
  });

  it('refuses an invalid member and says so (P-TS-11)', () => {
    const state = new TraceState('a=1');
    for (const [key, value] of [
      ['A', '1'],
      ['a', ''],
      ['a', '1,b=2'],
      ['a', 'trailing '],
      ['a', undefined],
      [undefined, '1'],
    ] as [string, string][]) {
      expect(state.set(key, value)).to.equal(state);
    }
    expect(diagnosticCounts().get('trace-state.invalid-member')).to.equal(6);
  });

  it('finds no member by a piece of the list', () => {
    const state = new TraceState('abc=1 x,b@c=2');
    for (const key of ['bc', 'c', '', 'abc=1 x,b@c', 'x', '1 x']) {
      expect(state.get(key), key).to.equal(undefined);
    }
  });

  it('reads back every well-formed list', () => {
    fc.assert(
      fc.property(members, (list) => {
        const state = new TraceState(list.map(([key, value]) => `${key}=${value}`).join(','));
        for (const [key, value] of list) expect(state.get(key)).to.equal(value);
      }),
    );
  });

  it('behaves as a list of pairs under any changes', () => {
    const changes = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'aa', 'b@a', '0', 'c/d'), fc.option(values)),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(changes, (list) => {
        let state = new TraceState();
        let model: [string, string][] = [];
        for (const [key, value] of list) {
          model = model.filter(([other]) => other !== key);
          if (value !== null) model.unshift([key, value]);
          state = value === null ? state.unset(key) : state.set(key, value);
        }
        expect(state.serialize()).to.equal(
          model.map(([key, value]) => `${key}=${value}`).join(','),
        );
      }),
    );
  });

  it('never throws, and sends a list that it reads as the same', () => {
    const anyText = fc.oneof(fc.string({ unit: 'binary' }), text('ab@=, \t1Z', { maxLength: 60 }));
    fc.assert(
      fc.property(anyText, anyText, (raw, key) => {
        const sent = new TraceState(raw).serialize();
        expect(new TraceState(sent).serialize()).to.equal(sent);
        new TraceState(raw).get(key);
        new TraceState(raw).set(key, raw).unset(key);
      }),
    );
  });
});

function shortened(what: string): string {
  return what.length > 40 ? `${what.slice(0, 37)}… (${what.length})` : what;
}
