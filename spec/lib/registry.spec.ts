import { expect } from 'chai';
import { Registry } from '../../lib/registry.js';

describe('Registry', () => {
  const make = () => new Registry<string>('fruit').add('Apple', () => 'an apple');

  it('makes what was added, whatever the case of its name', () => {
    expect(make().create('aPPle')).to.equal('an apple');
  });

  it('hands the options to the factory', () => {
    const registry = new Registry<unknown>('fruit').add('pear', (options) => options);
    expect(registry.create('pear', { ripe: true })).to.deep.equal({ ripe: true });
  });

  it('refuses a name that is taken', () => {
    expect(() => make().add('apple', () => 'another')).to.throw('"apple" is registered already');
  });

  it('refuses the name none, which means nothing', () => {
    expect(() => make().add('none', () => 'nothing')).to.throw('"none" is registered already');
  });

  it('says which names there are when it is asked for another', () => {
    expect(() => make().create('pear')).to.throw(
      RangeError,
      'there is no fruit named "pear"; there are: apple, none',
    );
  });
});
