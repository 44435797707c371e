import { expect } from 'chai';
import * as fc from 'fast-check';
import { BackwardWriter } from '../../../exporters/otlp/writer.js';
import { readFields } from '../../support/wire.js';

describe('BackwardWriter', () => {
  it('leaves requests as they were handed over, while it writes further ones', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            lengths: fc.array(fc.nat({ max: 6000 }), { maxLength: 20 }),
            apart: fc.boolean(),
          }),
          { minLength: 1, maxLength: 80 },
        ),
        (requests) => {
          const writer = new BackwardWriter();
          const handedOver = requests.map(({ lengths, apart }) => {
            for (const length of lengths) writer.string(0x0a, 'x'.repeat(length));
            return apart ? writer.finishApart() : writer.finish();
          });
          handedOver.forEach((bytes, i) => {
            const fields = readFields(bytes).map(({ value }) => Buffer.from(value as Uint8Array));
            const expected = requests[i]!.lengths.map((length) => 'x'.repeat(length)).toReversed();
            expect(fields.map(String)).to.deep.equal(expected);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('grows to any size', () => {
    const writer = new BackwardWriter();
    for (let i = 0; i < 3000; i++) writer.string(0x0a, 'y'.repeat(1000));
    const bytes = writer.finish();
    expect(readFields(bytes)).to.have.length(3000);
  });

  for (const finish of ['finish', 'finishApart'] as const) {
    it(`keeps no memory of a request that was unusually large, after ${finish}`, () => {
      const writer = new BackwardWriter();
      for (let i = 0; i < 5000; i++) writer.string(0x0a, 'z'.repeat(1000));
      writer[finish]();
      writer.string(0x0a, 'small');
      expect(writer.finish().buffer.byteLength).to.be.at.most(1024 * 1024);
    });
  }

  it('keeps many small requests in one chunk', () => {
    const writer = new BackwardWriter();
    const buffers = new Set<ArrayBufferLike>();
    for (let i = 0; i < 100; i++) {
      writer.string(0x0a, 'small');
      buffers.add(writer.finish().buffer);
    }
    expect(buffers.size).to.equal(1);
  });

  it('gives a request memory of its own when it is asked to, and no more than it needs', () => {
    const writer = new BackwardWriter();
    const requests = Array.from({ length: 10 }, (_, i) => {
      writer.string(0x0a, 'a'.repeat(1000 * i));
      return writer.finishApart();
    });
    for (const { buffer, length } of requests) expect(buffer.byteLength).to.equal(length);
  });

  it('leaves little room unused beside large requests that are nearly alike', () => {
    const writer = new BackwardWriter();
    const requests = Array.from({ length: 41 }, (_, i) => {
      writer.string(0x0a, 'l'.repeat(200_000 + (i % 3) * 300));
      return writer.finish();
    }).slice(1); // Of the first one's size nothing was known.
    const sum = (sizes: number[]): number => sizes.reduce((total, size) => total + size, 0);
    const chunks = new Set(requests.map(({ buffer }) => buffer));
    const kept = sum([...chunks].map(({ byteLength }) => byteLength));
    expect(kept / sum(requests.map(({ length }) => length))).to.be.at.most(1.05);
  });

  it('takes back what was begun', () => {
    const writer = new BackwardWriter();
    writer.string(0x0a, 'kept');
    const { size } = writer;
    writer.string(0x0a, 'w'.repeat(50_000));
    writer.rewind(size);
    expect(
      readFields(writer.finish()).map(({ value }) => String(Buffer.from(value as Uint8Array))),
    ).to.deep.equal(['kept']);
  });

  describe('repeating a trace id', () => {
    const ID = '0af7651916cd43dd8448eb211c80319c';

    it('writes it in either form', () => {
      const writer = new BackwardWriter();
      for (let i = 0; i < 2; i++) {
        writer.hexDigits(ID, 16);
        writer.id(0x0a, ID, 16);
      }
      const field = `\n\u0010${Buffer.from(ID, 'hex').toString('latin1')}`;
      expect(Buffer.from(writer.finish()).toString('latin1')).to.equal(`${field}${ID}`.repeat(2));
    });

    it('writes it after what was taken back', () => {
      const writer = new BackwardWriter();
      const { size } = writer;
      writer.hexDigits(ID, 16);
      writer.rewind(size);
      writer.text('something else, which takes its place');
      writer.hexDigits(ID, 16);
      expect(String(Buffer.from(writer.finish()))).to.match(new RegExp(`^${ID}something`));
    });

    it('writes it in another chunk', () => {
      const writer = new BackwardWriter();
      writer.hexDigits(ID, 16);
      for (let i = 0; i < 200; i++) {
        writer.text('.'.repeat(1000));
        writer.hexDigits(ID, 16);
      }
      expect(String(Buffer.from(writer.finish()))).to.match(
        new RegExp(`^(${ID}[.]{1000}){200}${ID}$`),
      );
    });
  });
});
