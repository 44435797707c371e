import { defaultTextMapGetter, type TextMapGetter } from '@opentelemetry/api';
import { expect } from 'chai';
import { firstOfList, firstValue, joinedValue, readHeader } from '../../propagators/header.js';

describe('readHeader (P-GEN-05)', () => {
  /** The API's getter, which tells how often names were listed. */
  function counting(): TextMapGetter & { listed: number } {
    return {
      listed: 0,
      get: (carrier, name) => defaultTextMapGetter.get(carrier, name),
      keys(carrier) {
        this.listed++;
        return defaultTextMapGetter.keys(carrier);
      },
    };
  }

  it('looks no further when the name is there in lower case', () => {
    const getter = counting();
    expect(readHeader({ 'x-name': '1', 'X-Name': '2' }, getter, 'x-name')).to.equal('1');
    expect(getter.listed).to.equal(0);
  });

  it('finds the name in any other case', () => {
    expect(readHeader({ 'X-Other': '1', 'X-NAME': '2' }, counting(), 'x-name')).to.equal('2');
  });

  it('looks no further in what an HTTP server has lower-cased', () => {
    const getter = counting();
    expect(readHeader({ host: 'h', accept: '*/*' }, getter, 'x-name')).to.equal(undefined);
    expect(getter.listed).to.equal(0);
  });
});

describe('the values of a header', () => {
  it('have a first one', () => {
    expect(firstValue(' a, b ')).to.equal('a, b');
    expect(firstValue(['\ta ', 'b'])).to.equal('a');
    expect(firstValue([])).to.equal(undefined);
    expect(firstValue(7 as unknown as string)).to.equal(undefined);
    expect(firstOfList('a , b')).to.equal('a');
    expect(firstOfList(undefined)).to.equal(undefined);
  });

  it('make one list (P-TS-07, P-BG-03)', () => {
    expect(joinedValue(['a,b', 'c'])).to.equal('a,b,c');
    expect(joinedValue('a')).to.equal('a');
    expect(joinedValue(undefined)).to.equal(undefined);
  });
});
