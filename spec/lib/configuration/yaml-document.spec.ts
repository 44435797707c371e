import { expect } from 'chai';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { ConfigurationError } from '../../../lib/configuration/configuration-error.js';
import { placeOf, textOf } from '../../../lib/configuration/places.js';
import { readYaml } from '../../../lib/configuration/yaml-document.js';

const read = (text: string): unknown => readYaml(text, 'a.yaml', {});

describe('a configuration in YAML (D-03)', () => {
  for (const [what, text, message] of [
    ['what is open', 'a:\n  b: [1', /^a\.yaml:2: expected YAML 1\.2: /],
    ['a tab for space', 'a:\n\tb: 1', /^a\.yaml:2: expected YAML 1\.2: /],
    ['a key twice', 'a: 1\na: 2', /^a\.yaml:2: expected YAML 1\.2: .*unique/],
    ['a tag that nobody knows', 'a: !secret b', /^a\.yaml:1: expected YAML 1\.2: .*!secret/],
    ['two documents', '--- {a: 1}\n---\nb: 1', /^a\.yaml:2: expected YAML 1\.2: .*multiple/],
    ['a key that is a list', '? [a]\n: b', /^a\.yaml:1: expected a text for a key$/],
    ['an alias of nothing', 'a: *b', /^a\.yaml:1: a: expected an anchor &b before \*b$/],
    ['what contains itself', 'a: &a\n  - *a', /^a\.yaml:2: a\[0\]: .* \*a, which contains itself$/],
    ['a list to merge', 'a:\n  <<: [1]', /^a\.yaml:2: a: expected mappings behind <<$/],
    [
      'a reference without quotes between brackets',
      'a: [${B}]',
      /^a\.yaml:1: .*\$\{NAME\} needs quotes\)$/,
    ],
  ] as const) {
    it(`refuses ${what}, and says where`, () => {
      expect(() => read(text))
        .to.throw(ConfigurationError)
        .with.property('message')
        .that.matches(message);
    });
  }

  it('says all references that are none, and of a broken text the first fault', () => {
    expect(() => read('a: ${1}\nb: ${2}')).to.throw(/^a\.yaml:1: a: .*\na\.yaml:2: b: /);
    expect(() => read('a: [1\nb: [2\nc: [3')).to.throw(/^[^\n]*$/);
  });

  it('tells a key without a value from one that is not there (D-05)', () => {
    expect(read('a:\nb: ~')).to.deep.equal({ a: null, b: null });
  });

  it('reads anchors and merge keys; what stands there itself wins', () => {
    const text = 'x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz: *x\nw:\n  <<: [{a: 5}, *x]';
    expect(read(text)).to.deep.equal({
      x: { a: 1, b: 2 },
      y: { a: 1, b: 3 },
      z: { a: 1, b: 2 },
      w: { a: 5, b: 2 },
    });
  });

  it('reads keys as texts, and harmless ones alone', () => {
    const value = read('1: a\ntrue: b\n__proto__: {c: 1}') as Record<string, unknown>;
    expect(Object.keys(value)).to.deep.equal(['1', 'true', '__proto__']);
    expect(value).to.not.have.property('c');
  });

  it('knows the line and the text of every entry', () => {
    const value = read('a: 1\n\nb:\n  - 1.10\n  - c: x') as { b: object[] };
    expect(placeOf(value, 'b')).to.deep.equal({ file: 'a.yaml', line: 3 });
    expect(placeOf(value.b)).to.deep.equal({ file: 'a.yaml', line: 3 });
    expect(placeOf(value.b[1], 'c')).to.deep.equal({ file: 'a.yaml', line: 5 });
    expect(textOf(value.b, 0)).to.equal('1.10');
    expect(placeOf({})).to.deep.equal({});
  });

  it('reads what was written as YAML, whatever it is', () => {
    const text = fc.string().map((any) => any.replaceAll('$', 's'));
    const scalar = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        scalar,
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(text, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const yaml = stringify(value, { version: '1.2', schema: 'core' });
        expect(read(yaml)).to.deep.equal(value);
      }),
    );
  });

  it('answers any text with a value or with an error that has a line', () => {
    const pieces = fc.constantFrom('a', ': ', '- ', '\n', '  ', '${A}', '[', ']', '{', '}', '&a ');
    const more = fc.constantFrom(
      '*a',
      '"',
      "'",
      '|',
      '#',
      '<<',
      '!!str ',
      '---\n',
      '${',
      '$$',
      '\t',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, more)), (parts) => {
        try {
          read(parts.join(''));
        } catch (error) {
          expect(error).to.be.instanceOf(ConfigurationError);
          expect((error as ConfigurationError).problems[0]?.line).to.be.greaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
