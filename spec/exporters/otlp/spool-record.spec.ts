import { expect } from 'chai';
import fc from 'fast-check';
import {
  decodeRecords,
  DONE_AT,
  encodeRecord,
  HEADER_BYTES,
  type SpoolRecord,
} from '../../../exporters/otlp/spool-record.js';
import { recordOf } from './spooling.js';

const anyRecord: fc.Arbitrary<SpoolRecord> = fc.record({
  encoding: fc.constantFrom('protobuf', 'json'),
  spans: fc.nat(),
  createdMillis: fc.integer({ min: 0, max: 9e15 }),
  body: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});

function read(file: Buffer): SpoolRecord[] {
  return decodeRecords(file).records.map(({ encoding, spans, createdMillis, body }) => {
    return { encoding, spans, createdMillis, body };
  });
}

describe('spool records', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(anyRecord), (records) => {
        expect(read(Buffer.concat(records.map(encodeRecord)))).to.deep.equal(records);
      }),
    );
  });

  it('that were whole come back from a file that is cut at any byte', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 4 }), (records) => {
        const encoded = records.map(encodeRecord);
        const file = Buffer.concat(encoded);
        for (let cut = 0; cut <= file.length; cut++) {
          const ends = encoded.map((_, i) => Buffer.concat(encoded.slice(0, i + 1)).length);
          const whole = ends.filter((end) => end <= cut);
          const contents = decodeRecords(file.subarray(0, cut));
          expect(read(file.subarray(0, cut))).to.deep.equal(records.slice(0, whole.length));
          expect(contents.damagedBytes).to.equal(cut - (whole.at(-1) ?? 0));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('tell how many spans are lost where the header of a cut record is whole', () => {
    const file = encodeRecord(recordOf('some body', { spans: 7 }));
    expect(decodeRecords(file.subarray(0, HEADER_BYTES)).damagedSpans).to.equal(7);
    expect(decodeRecords(file.subarray(0, HEADER_BYTES - 1)).damagedSpans).to.equal(0);
  });

  it('never come back changed, whichever byte is', () => {
    const records = [recordOf('first'), recordOf('second'), recordOf('third')];
    const file = Buffer.concat(records.map(encodeRecord));
    for (let at = 0; at < file.length; at++) {
      const damaged = Buffer.from(file);
      damaged[at]! ^= 0x55;
      const left = read(damaged);
      expect(left.length, `byte ${at}`).to.be.below(3);
      for (const record of left) expect(records).to.deep.include(record);
    }
  });

  it('of a damaged body are skipped alone', () => {
    const file = Buffer.concat([
      encodeRecord(recordOf('first', { spans: 5 })),
      encodeRecord(recordOf('second')),
    ]);
    file[HEADER_BYTES]! ^= 1;
    const { records, damagedSpans } = decodeRecords(file);
    expect(records.map(({ body }) => String(body))).to.deep.equal(['second']);
    expect(damagedSpans).to.equal(5);
  });

  it('that are marked as done are left out', () => {
    const file = Buffer.concat([encodeRecord(recordOf('first')), encodeRecord(recordOf('second'))]);
    file[DONE_AT] = 1;
    const { records, damagedBytes } = decodeRecords(file);
    expect(records.map(({ body }) => String(body))).to.deep.equal(['second']);
    expect(damagedBytes).to.equal(0);
  });

  it('survive any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { records, damagedBytes } = decodeRecords(Buffer.from(bytes));
        expect(records).to.have.length(0);
        expect(damagedBytes).to.equal(bytes.length);
      }),
    );
  });
});
