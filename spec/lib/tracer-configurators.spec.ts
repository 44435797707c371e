import { expect } from 'chai';
import fc from 'fast-check';
import { NoopSpanProcessor } from '../../lib/processors/noop.js';
import { TracerProvider } from '../../lib/provider.js';
import {
  disableTracers,
  disableTracersExcept,
  nameMatcher,
  tracersByName,
} from '../../lib/tracer-configurators.js';
import type { TracerConfigurator } from '../../lib/tracer.js';

/** Which of the tracers are on. */
function on(tracerConfigurator: TracerConfigurator, names: string[]): string[] {
  const spanProcessors = [new NoopSpanProcessor()];
  const provider = new TracerProvider({ spanProcessors, tracerConfigurator });
  return names.filter((name) => provider.getTracer(name).enabled());
}

const NAMES = ['shop', 'Shop', 'shop-http', 'shop-db', 'http'];

describe('tracer configurators by name', () => {
  it('switch some off, by name or pattern (T-TRC-07)', () => {
    expect(on(disableTracers('shop-?b', 'http'), NAMES)).to.deep.equal([
      'shop',
      'Shop',
      'shop-http',
    ]);
  });

  it('switch all off but some (T-TRC-07)', () => {
    expect(on(disableTracersExcept('shop*'), NAMES)).to.deep.equal([
      'shop',
      'shop-http',
      'shop-db',
    ]);
  });

  it('take the first rule that matches, then the default (T-TRC-07)', () => {
    const rules = [
      { name: 'shop-db', config: { enabled: true } },
      { name: 'shop*', config: { enabled: false } },
    ];
    expect(on(tracersByName(rules), NAMES)).to.deep.equal(['Shop', 'shop-db', 'http']);
    expect(on(tracersByName(rules, { enabled: false }), NAMES)).to.deep.equal(['shop-db']);
  });

  it('refuse a name that is none', () => {
    expect(() => disableTracers('')).to.throw(TypeError, /""/);
    expect(() => disableTracers(3 as unknown as string)).to.throw(TypeError, /3/);
  });
});

describe('patterns of names (T-TRC-07, D-16)', () => {
  for (const [pattern, name, expected] of [
    ['a', 'a', true],
    ['a', 'A', false],
    ['*', '', true],
    ['?', '', false],
    ['?', '😀', true],
    ['a*c', 'abbc', true],
    ['a*c', 'abcb', false],
    ['*b*', 'abc', true],
    ['a.c', 'abc', false],
    ['**a?', 'xab', true],
    ['a*', 'ba', false],
  ] as const) {
    it(`"${pattern}" ${expected ? 'has' : 'has not'} "${name}"`, () => {
      expect(nameMatcher(pattern)(name)).to.equal(expected);
    });
  }

  it('are what the same regular expressions say', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.') });
    fc.assert(
      fc.property(text, text, (pattern, name) => {
        fc.pre(pattern !== '');
        const source = pattern.replace(/[.*?]/g, (sign) =>
          sign === '*' ? '.*' : sign === '?' ? '.' : '\\.',
        );
        expect(nameMatcher(pattern)(name)).to.equal(new RegExp(`^${source}$`, 's').test(name));
      }),
    );
  });

  it('take no long time, whatever the pattern', () => {
    const began = performance.now();
    expect(nameMatcher('*a'.repeat(200))('a'.repeat(5000) + 'b')).to.equal(false);
    expect(performance.now() - began).to.be.below(1000);
  });
});
