import { expect } from 'chai';
import { KeyTable, piece } from '../../../exporters/otlp/piece.js';

describe('KeyTable', () => {
  const table = (): KeyTable<{ key: string }> => new KeyTable((key) => ({ key }));

  it('makes something for a key once', () => {
    const keys = table();
    expect(keys.of('a')).to.equal(keys.of('a')).and.to.deep.equal({ key: 'a' });
  });

  it('makes a list once', () => {
    const keys = table();
    const list = ['a', 'b'];
    expect(keys.ofList(list)).to.equal(keys.ofList(list));
    expect(keys.ofList(list)[1]).to.equal(keys.of('b'));
  });

  it('does not keep keys that are long', () => {
    const keys = table();
    const long = 'k'.repeat(101);
    expect(keys.of(long)).not.to.equal(keys.of(long));
  });

  it('forgets when there are too many', () => {
    const keys = table();
    const first = keys.of('first');
    for (let i = 0; i < 2000; i++) keys.of(`key ${i}`);
    expect(keys.of('first')).not.to.equal(first);
  });
});

describe('Piece', () => {
  it('knows whether it is ASCII', () => {
    expect(piece('ascii').ascii).to.be.instanceOf(DataView);
    expect(piece('größer').ascii).to.equal(undefined);
  });
});
