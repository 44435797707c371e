import { expect } from 'chai';
import * as fc from 'fast-check';
import { linesOf } from '../../viewer/lines.js';

async function* chunks(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (const size of sizes) yield bytes.subarray(at, (at += size));
  yield bytes.subarray(at);
}

async function read(
  text: string,
  sizes: number[],
  maxBytes: number,
): Promise<(string | undefined)[]> {
  const lines: (string | undefined)[] = [];
  for await (const line of linesOf(chunks(Buffer.from(text), sizes), maxBytes)) lines.push(line);
  return lines;
}

describe('lines', () => {
  const text = fc
    .array(fc.oneof(fc.constant('\n'), fc.string({ unit: 'grapheme', maxLength: 6 })))
    .map((parts) => parts.join(''));

  it('are the same however the bytes are cut, also within a character', async () => {
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat({ max: 5 })), async (given, sizes) => {
        const expected = given.split('\n');
        if (expected.at(-1) === '') expected.pop();
        expect(await read(given, sizes, 1e6)).to.deep.equal(expected);
      }),
    );
  });

  it('are left out when they are too long, and the next are read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 7 })), async (sizes) => {
        const lines = await read(`12345\n123456\n12345\n${'x'.repeat(40)}\nü\n123456`, sizes, 5);
        expect(lines).to.deep.equal(['12345', undefined, '12345', undefined, 'ü', undefined]);
      }),
    );
  });
});
