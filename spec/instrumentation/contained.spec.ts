import { expect } from 'chai';
import { hook, type Contain } from '../../instrumentation/contained.js';

describe('hook', () => {
  let contained: [string, unknown][];
  const contain: Contain = (what, error) => void contained.push([what, error]);
  beforeEach(() => void (contained = []));

  it('gives on what the hook is given, and what it returns', () => {
    expect(hook(contain, 'add', (a: number, b: number) => a + b, 0)(1, 2)).to.equal(3);
  });

  it('returns the other value where there is none, or it throws', () => {
    const failure = new Error('broken');
    const throwing = (): string => {
      throw failure;
    };
    expect(hook(contain, 'absent', undefined, 'other')()).to.equal('other');
    expect(contained).to.be.empty;
    expect(hook(contain, 'broken', throwing, 'other')()).to.equal('other');
    expect(contained).to.deep.equal([['broken', failure]]);
  });

  it('refuses what is no function, with its name and value', () => {
    const given = 'yes' as unknown as () => boolean;
    expect(() => hook(contain, 'ignore', given, false)).to.throw(
      TypeError,
      'ignore takes a function, got "yes"',
    );
  });
});
