import { expect } from 'chai';
import fc from 'fast-check';
import { ConfigurationError } from '../../../lib/configuration/configuration-error.js';
import { substitute } from '../../../lib/configuration/substitution.js';
import { readYaml } from '../../../lib/configuration/yaml-document.js';

/** The variables of the table in the specification (configuration data model). */
const ENVIRONMENT = {
  STRING_VALUE: 'value',
  BOOL_VALUE: 'true',
  INT_VALUE: '1',
  FLOAT_VALUE: '1.1',
  HEX_VALUE: '0xdeadbeef',
  INVALID_MAP_VALUE: 'value\nkey:value',
  DO_NOT_REPLACE_ME: 'Never use this value',
  REPLACE_ME: '${DO_NOT_REPLACE_ME}',
  VALUE_WITH_ESCAPE: 'value$$',
};

/** Each row of that table: what stands in the file, and what is read. */
const TABLE: readonly (readonly [yaml: string, key: string, value: unknown])[] = [
  ['key: ${STRING_VALUE}', 'key', 'value'],
  ['key: ${BOOL_VALUE}', 'key', true],
  ['key: ${INT_VALUE}', 'key', 1],
  ['key: ${FLOAT_VALUE}', 'key', 1.1],
  ['key: ${HEX_VALUE}', 'key', 3735928559],
  ['key: "${STRING_VALUE}"', 'key', 'value'],
  ['key: "${BOOL_VALUE}"', 'key', 'true'],
  ['key: "${INT_VALUE}"', 'key', '1'],
  ['key: "${FLOAT_VALUE}"', 'key', '1.1'],
  ['key: "${HEX_VALUE}"', 'key', '0xdeadbeef'],
  ['key: ${env:STRING_VALUE}', 'key', 'value'],
  ['key: ${INVALID_MAP_VALUE}', 'key', 'value\nkey:value'],
  ['key: foo ${STRING_VALUE} ${FLOAT_VALUE}', 'key', 'foo value 1.1'],
  ['key: ${UNDEFINED_KEY}', 'key', null],
  ['key: ${UNDEFINED_KEY:-fallback}', 'key', 'fallback'],
  ['${STRING_VALUE}: value', '${STRING_VALUE}', 'value'],
  ['key: ${REPLACE_ME}', 'key', '${DO_NOT_REPLACE_ME}'],
  ['key: ${UNDEFINED_KEY:-${STRING_VALUE}}', 'key', '${STRING_VALUE}'],
  ['key: $${STRING_VALUE}', 'key', '${STRING_VALUE}'],
  ['key: $$${STRING_VALUE}', 'key', '$value'],
  ['key: $$$${STRING_VALUE}', 'key', '$${STRING_VALUE}'],
  ['key: $${STRING_VALUE:-fallback}', 'key', '${STRING_VALUE:-fallback}'],
  ['key: $${STRING_VALUE:-${STRING_VALUE}}', 'key', '${STRING_VALUE:-value}'],
  ['key: ${UNDEFINED_KEY:-$${UNDEFINED_KEY}}', 'key', '${UNDEFINED_KEY:-${UNDEFINED_KEY}}'],
  ['key: ${VALUE_WITH_ESCAPE}', 'key', 'value$$'],
  ['key: a $$ b', 'key', 'a $ b'],
  ['key: a $ b', 'key', 'a $ b'],
];

describe('environment variables in a configuration file (D-04)', () => {
  for (const [yaml, key, value] of TABLE) {
    it(`reads ${yaml} as ${JSON.stringify(value)}`, () => {
      expect(readYaml(yaml, 'a.yaml', ENVIRONMENT)).to.deep.equal({ [key]: value });
    });
  }

  for (const reference of ['${STRING_VALUE:?error}', '${1A}', '${}', '${A B}', '${API_$KEY}']) {
    it(`refuses ${reference}, with its line and path`, () => {
      const read = () => readYaml(`a: 1\nb:\n  - "${reference}"`, 'a.yaml', ENVIRONMENT);
      expect(read)
        .to.throw(ConfigurationError)
        .with.property('message')
        .that.matches(/^a\.yaml:3: b\[0\]: expected \$\{NAME\}.*, not \$\{.*\}$/);
    });
  }

  it('takes the default for a variable that is empty, and the type of the default', () => {
    const env = { EMPTY: '' };
    expect(readYaml('a: ${EMPTY:-5}\nb: ${EMPTY}', 'a.yaml', env)).to.deep.equal({ a: 5, b: null });
  });

  it('takes several references with defaults in one value apart', () => {
    expect(substitute('${A:-a} and ${B:-b}', { B: '2' })).to.deep.equal({ text: 'a and 2' });
  });

  it('leaves what is no reference at all', () => {
    for (const text of ['$', '${', '${A', '$A', '{A}', '${A\n}']) {
      expect(substitute(text, { A: '1' })).to.deep.equal({ text });
    }
  });

  it('reads block texts and quoted texts as texts', () => {
    const env = { A: '1' };
    expect(readYaml("a: |-\n  ${A}\nb: '${A}'\nc: !!str ${A}", 'a.yaml', env)).to.deep.equal({
      a: '1',
      b: '1',
      c: '1',
    });
  });

  it('lets no variable add to the structure of the file', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const read = readYaml('a: "${A}"\nb: ${A}\nc: 1', 'a.yaml', { A: value });
        expect(Object.keys(read as object)).to.deep.equal(['a', 'b', 'c']);
        expect(read).to.include({ a: value, c: 1 });
        expect((read as { b: unknown }).b).to.satisfy((b: unknown) => typeof b !== 'object' || !b);
      }),
    );
  });

  it('never looks at what was put in', () => {
    const tricky = fc
      .array(fc.constantFrom('$', '{', '}', 'A', 'B', ':-', '?', '\n', ' '))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(tricky, (value) => {
        if (value === '') return;
        expect(substitute('x${A}y', { A: value, B: 'no' })).to.deep.equal({ text: `x${value}y` });
      }),
    );
  });

  it('finds the same text again when every dollar sign is doubled', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const doubled = text.replaceAll('$', '$$$$');
        expect(substitute(doubled, { A: 'no' })).to.deep.equal({ text });
      }),
    );
  });
});
