import {
  baggageEntryMetadataFromString,
  defaultTextMapGetter,
  defaultTextMapSetter,
  propagation,
  ROOT_CONTEXT,
  type Baggage,
  type BaggageEntry,
} from '@opentelemetry/api';
import { expect } from 'chai';
import * as fc from 'fast-check';
import * as older from 'api-1.9';
import { diagnosticCounts, resetDiagnostics } from '../../lib/diagnostics.js';
import { W3CBaggagePropagator } from '../../propagators/baggage.js';
import { behavesAsPropagator } from '../contract/propagator.js';

/** The longest header that must be carried whole. */
const LIMIT = 8192;

describe('W3CBaggagePropagator', () => {
  const propagator = new W3CBaggagePropagator();
  beforeEach(() => resetDiagnostics());

  behavesAsPropagator(() => new W3CBaggagePropagator(), {
    carriesSpan: false,
    examples: [{ baggage: 'a=1,b=%20;c=d' }, { baggage: 'empty=' }],
  });

  /** Name, value and metadata of each entry. */
  function parse(header: string | string[]): string[][] | undefined {
    const context = propagator.extract(ROOT_CONTEXT, { baggage: header }, defaultTextMapGetter);
    const entries = propagation.getBaggage(context)?.getAllEntries();
    return entries?.map(([name, { value, metadata }]) =>
      metadata === undefined ? [name, value] : [name, value, metadata.toString()],
    );
  }

  function write(entries: Record<string, BaggageEntry>): string | undefined {
    return headerOf(propagation.createBaggage(entries));
  }

  function headerOf(baggage: Baggage): string | undefined {
    const headers: Record<string, string> = {};
    propagator.inject(propagation.setBaggage(ROOT_CONTEXT, baggage), headers, defaultTextMapSetter);
    return headers['baggage'];
  }

  function plain(pairs: [string, string][]): Record<string, BaggageEntry> {
    return Object.fromEntries(pairs.map(([name, value]) => [name, { value }]));
  }

  for (const [what, header, entries] of [
    ['one member', 'a=1', [['a', '1']]],
    ['several members (P-BG-04)', 'a=1,b=2', [['a', '1'], ['b', '2']]], // prettier-ignore
    ['spaces and tabs around everything (P-BG-04)', ' a \t=\t 1 ,\tb = 2 ', [['a', '1'], ['b', '2']]], // prettier-ignore
    ['empty members (P-BG-04)', ',a=1, ,b=2,', [['a', '1'], ['b', '2']]], // prettier-ignore
    ['an empty value (P-BG-04)', 'a=', [['a', '']]],
    ['equals signs in a value (P-BG-04)', 'a=b=c==', [['a', 'b=c==']]],
    ['names that differ in case (P-BG-02)', 'a=1,A=2', [['a', '1'], ['A', '2']]], // prettier-ignore
    ['encoded values (P-BG-05)', 'a=B%25%20%F0%9F%92%BC', [['a', 'B% 💼']]],
    ['names as they are (P-BG-07)', '%41=1', [['%41', '1']]],
    ['bytes that are no UTF-8 (P-BG-06)', 'a=%FF,b=x%C3%28y', [['a', '\ufffd'], ['b', 'x\ufffd(y']]], // prettier-ignore
    ['good escapes beside bad ones (P-BG-06)', 'a=%zz%41%FF%', [['a', '%zzA\ufffd%']]],
    ['a byte order mark beside bad bytes (P-BG-06)', 'a=%EF%BB%BF%FF', [['a', '\ufeff\ufffd']]],
    ['metadata as one text (P-BG-10)', 'a=1 ; p=2;q ;r=%20', [['a', '1', 'p=2;q ;r=%20']]],
    ['no metadata behind a bare semicolon (P-BG-10)', 'a=1; ', [['a', '1']]],
    ['no equals sign behind a semicolon (P-BG-04)', 'a;b=1,c=2', [['c', '2']]],
    ['the last of repeated names (P-BG-11)', 'a=1,b=2,a=3;m', [['a', '3', 'm'], ['b', '2']]], // prettier-ignore
    ['a name that objects have already', '__proto__=1,toString=2', [['__proto__', '1'], ['toString', '2']]], // prettier-ignore
    ['the good members beside bad ones (P-BG-04)', 'a b=1,=2,c,(d)=3,e=5', [['e', '5']]],
  ] as const) {
    it(`reads ${what}`, () => {
      expect(parse(header)).to.deep.equal(entries);
    });
  }

  it('reads several headers as one (P-BG-03)', () => {
    expect(parse(['a=1', 'b=2'])).to.deep.equal([
      ['a', '1'],
      ['b', '2'],
    ]);
  });

  it('leaves the context as it is when no member is valid (P-BG-12)', () => {
    const before = propagation.setBaggage(
      ROOT_CONTEXT,
      propagation.createBaggage(plain([['a', '1']])),
    );
    const headers = { baggage: 'a b=1,c' };
    expect(propagator.extract(before, headers, defaultTextMapGetter)).to.equal(before);
  });

  it('writes the bytes that a value may hold as they are, and no other (P-BG-05)', () => {
    for (let code = 0; code < 128; code++) {
      const char = String.fromCharCode(code);
      const raw = /[!#$&-+\--:<-[\]-~]/.test(char);
      const encoded = `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
      expect(write({ a: { value: char } }), `code ${code}`).to.equal(`a=${raw ? char : encoded}`);
    }
  });

  it('writes other characters as percent-encoded UTF-8 (P-BG-02)', () => {
    expect(write({ a: { value: 'B% 💼' } })).to.equal('a=B%25%20%F0%9F%92%BC');
  });

  it('writes half a surrogate pair as U+FFFD', () => {
    expect(write({ a: { value: 'x\ud83dy 💼' } })).to.equal('a=x%EF%BF%BDy%20%F0%9F%92%BC');
  });

  it('writes metadata behind a semicolon, as it is (P-BG-10)', () => {
    const metadata = baggageEntryMetadataFromString('p=2;q=%20');
    expect(write({ a: { value: '1', metadata } })).to.equal('a=1;p=2;q=%20');
  });

  it('lets no metadata break the list or the header', () => {
    const metadata = baggageEntryMetadataFromString('p,b=2\r\nx: y\u00e9');
    expect(write({ a: { value: '1', metadata } })).to.equal('a=1;p%2Cb=2%0D%0Ax: y%C3%A9');
  });

  it('leaves out names that are no tokens, and says so (P-BG-07)', () => {
    expect(write(plain([['a b', '1'], ['c', '2'], ['é', '3'], ['', '4']]))).to.equal('c=2'); // prettier-ignore
    expect(diagnosticCounts().get('baggage.invalid-name')).to.equal(3);
  });

  it('writes the baggage of another copy of the API', () => {
    const baggage = older.propagation.createBaggage({ a: { value: 'x y' } });
    expect(headerOf(baggage as unknown as Baggage)).to.equal('a=x%20y');
  });

  it('writes what baggage lists, also where it lists something else than the API would', () => {
    const baggage = propagation.createBaggage({ a: { value: '1' } });
    baggage.getAllEntries = () => [['b', { value: '2' }]];
    expect(headerOf(baggage)).to.equal('b=2');
  });

  it('writes the entries that were put into baggage and taken out of it', () => {
    const baggage = propagation.createBaggage(plain([['a', '1'], ['b', '2']])); // prettier-ignore
    expect(headerOf(baggage.setEntry('c', { value: '3' }).removeEntry('a'))).to.equal('b=2,c=3');
  });

  it('writes no header without entries (P-BG-12)', () => {
    expect(write({})).to.equal(undefined);
    expect(write(plain([['a b', '1']]))).to.equal(undefined);
  });

  it('carries any text there and back (P-BG-02)', () => {
    const names = fc.string({
      unit: fc.constantFrom(..."aB9!#$%&'*+-.^_`|~".split('')),
      minLength: 1,
      maxLength: 10,
    });
    const entries = fc.dictionary(names, fc.string({ unit: 'grapheme', maxLength: 30 }), {
      maxKeys: 30,
    });
    fc.assert(
      fc.property(entries, (values) => {
        const pairs = Object.entries(values);
        const header = write(plain(pairs));
        expect(header === undefined ? [] : parse(header)).to.have.deep.members(pairs);
      }),
    );
  });

  describe('limits (P-BG-08, P-BG-09)', () => {
    /** Members of 128 bytes with their commas, 64 of which make 8192 bytes and a comma. */
    const member = (i: number) => `${String(i).padStart(3, 'k')}=${'v'.repeat(123)}`;
    const list = (length: number) => Array.from({ length }, (_, i) => member(i));
    const entriesOf = (header: string): [string, string][] =>
      header.split(',').map((pair) => pair.split('=') as [string, string]);

    it('carries 64 members in 8192 bytes, both ways', () => {
      const header = `${list(64).join(',')}v`;
      expect(header).to.have.length(LIMIT);
      expect(parse(header)).to.deep.equal(entriesOf(header));
      expect(write(plain(entriesOf(header)))).to.equal(header);
      expect(diagnosticCounts().get('baggage.over-limit')).to.equal(undefined);
    });

    it('drops whole members from the end, and says so', () => {
      const header = `${list(64).join(',')}vv`;
      expect(parse(header)).to.deep.equal(entriesOf(list(63).join(',')));
      expect(write(plain(entriesOf(header)))).to.equal(list(63).join(','));
      expect(diagnosticCounts().get('baggage.over-limit')).to.equal(2);
    });

    it('does not go on with members behind a dropped one', () => {
      const header = `${list(64).join(',')}vv,small=1`;
      expect(parse(header)).to.have.length(63);
      expect(write(plain(entriesOf(header)))).to.equal(list(63).join(','));
    });

    it('drops a member that could never fit alone', () => {
      const giant = 'v'.repeat(LIMIT);
      expect(parse(`a=1,giant=${giant},b=2`)).to.deep.equal([['a', '1'], ['b', '2']]); // prettier-ignore
      expect(write(plain([['a', '1'], ['giant', giant], ['b', '2']]))).to.equal('a=1,b=2'); // prettier-ignore
    });

    it('carries 180 members and no more', () => {
      const short = Array.from({ length: 181 }, (_, i) => `k${i}=`);
      expect(parse(short.join(','))).to.have.length(180);
      expect(write(plain(entriesOf(short.join(','))))).to.equal(short.slice(0, 180).join(','));
    });

    it('counts bytes, not characters', () => {
      const value = '\u20ac'.repeat((LIMIT - 2) / 3);
      expect(parse(`a=${value}`)).to.deep.equal([['a', value]]);
      expect(parse(`a=${value}\u20ac`)).to.equal(undefined);
      const briefcases = '💼'.repeat((LIMIT - 4) / 4);
      expect(parse(`ab=${briefcases}`)).to.deep.equal([['ab', briefcases]]);
      expect(parse(`ab=${briefcases}💼`)).to.equal(undefined);
    });
  });
});
