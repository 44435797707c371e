import { expect } from 'chai';
import * as fc from 'fast-check';
import { JsonValues } from '../../viewer/json-values.js';

/** The values in lines, and how many lines are broken. */
function read(text: string, maxLength = 1e6): { values: unknown[]; broken: number } {
  const values: unknown[] = [];
  let broken = 0;
  const reader = new JsonValues(
    { value: (value) => values.push(value), broken: () => broken++ },
    maxLength,
  );
  for (const line of text.split('\n')) reader.line(line);
  reader.end();
  return { values, broken };
}

const A = { a: 1, text: 'with "quotes", {braces} and \\' };
const B = { b: [{ c: [] }, {}], d: '[' };

describe('JSON in lines', () => {
  it('reads one value a line', () => {
    expect(read(`${JSON.stringify(A)}\n\n  ${JSON.stringify(B)} \r\n`)).to.deep.equal({
      values: [A, B],
      broken: 0,
    });
  });

  it('reads a value over several lines, and several of them', () => {
    const text = `\ufeff${JSON.stringify(A, null, 2)}\n${JSON.stringify(B, null, 4)}`;
    expect(read(text)).to.deep.equal({ values: [A, B], broken: 0 });
  });

  it('reads a list with an item on each line', () => {
    const text = `[\n${JSON.stringify(A)},\n${JSON.stringify(B)}\n]`;
    expect(read(text)).to.deep.equal({ values: [[A, B]], broken: 0 });
  });

  it('goes on after lines that are none', () => {
    const text = ['log line', '[12:03] ready', JSON.stringify(A), '"', '}}', JSON.stringify(B)];
    expect(read(text.join('\n'))).to.deep.equal({ values: [A, B], broken: 4 });
  });

  it('loses no more than the line that was cut short', () => {
    const whole = JSON.stringify(B);
    for (let cut = 1; cut < whole.length; cut++) {
      const text = `${JSON.stringify(A)}\n${whole.slice(0, cut)}\n${whole}\n${JSON.stringify(A)}`;
      expect(read(text), whole.slice(0, cut)).to.deep.equal({ values: [A, B, A], broken: 1 });
    }
  });

  it('holds nothing back after a line that was cut short within a text', () => {
    const values: unknown[] = [];
    const broken = (): void => {};
    const reader = new JsonValues({ value: (value) => values.push(value), broken }, 1e6);
    for (const line of ['{"a": {"b": "cut sho', JSON.stringify(A)]) reader.line(line);
    expect(values).to.deep.equal([A]);
  });

  it('gives a value up that has no end, and goes on', () => {
    const text = `{"never": [\n${`${JSON.stringify(A)}\n`.repeat(9)}`;
    expect(read(text, 100)).to.deep.equal({
      values: Array.from({ length: 9 }, () => A),
      broken: 1,
    });
  });

  it('reads any values, however they are laid out, whatever stands between them', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue());
    const part = fc.oneof(
      fc.tuple(object, fc.constantFrom(undefined, 1, 2)),
      fc.constantFrom('starting up', 'GET /x 200', 'a "quoted" word', ''),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.map((one) =>
          typeof one === 'string' ? one : JSON.stringify(one[0], null, one[1]),
        );
        const expected = parts.flatMap((one) =>
          typeof one === 'string' ? [] : [JSON.parse(JSON.stringify(one[0])) as unknown],
        );
        const broken = parts.filter((one) => typeof one === 'string' && one !== '');
        expect(read(text.join('\n'))).to.deep.equal({ values: expected, broken: broken.length });
      }),
    );
  });

  it('takes any junk, and accounts for every line', () => {
    const junk = fc.array(fc.constantFrom('{', '}', '[', ']', '"', '\\', '\n', ',', ':', '1', 'a'));
    fc.assert(
      fc.property(junk, fc.integer({ min: 1, max: 20 }), (characters, maxLength) => {
        const text = characters.join('');
        const { values, broken } = read(`${text}\n${JSON.stringify(A)}`, maxLength);
        expect(values.length + broken).to.be.at.least(1);
        expect(values.length + broken).to.be.at.most(text.split('\n').length + 1);
      }),
      { numRuns: 500 },
    );
  });
});
