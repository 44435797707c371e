import { expect } from 'chai';
import { completeOptions } from '../../exporters/console-options.js';

describe('the options of the console tree', () => {
  it('have defaults', () => {
    expect(completeOptions({})).to.deep.equal({
      format: 'tree',
      print: 'all',
      slowMillis: 500,
      treesPerSecond: 5,
    });
  });

  it('are refused at once with the value in the message', () => {
    const bad = (options: object) => () => completeOptions(options);
    expect(bad({ format: 'xml' })).to.throw(RangeError, /format .*tree, line, json.*: xml/);
    expect(bad({ print: 'none' })).to.throw(RangeError, /print .*all, slow, errors.*: none/);
    expect(bad({ slowMillis: -1 })).to.throw(RangeError, /slowMillis .*: -1/);
    expect(bad({ slowMillis: Number.NaN })).to.throw(RangeError, /slowMillis .*: NaN/);
    expect(bad({ treesPerSecond: 0 })).to.throw(RangeError, /treesPerSecond .*: 0/);
    expect(bad({ stream: 'stdout' })).to.throw(TypeError, /stream .*: stdout/);
  });
});
