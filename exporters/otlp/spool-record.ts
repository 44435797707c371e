/** How the body of a record is encoded. gRPC and HTTP send the same protobuf; `json` is OTLP's. */
export type SpoolEncoding = 'protobuf' | 'json' | 'zipkin';

/** An encoded request on disk. */
export interface SpoolRecord {
  readonly encoding: SpoolEncoding;
  /** The spans in it. */
  readonly spans: number;
  /** When its spans were handed over, as `Date.now()`. */
  readonly createdMillis: number;
  /** A complete request. */
  readonly body: Uint8Array;
}

/** A record that was read from a file. */
export interface StoredRecord extends SpoolRecord {
  /** Where its header begins. */
  readonly offset: number;
}

/** What a file holds. */
export interface SpoolContents {
  readonly records: StoredRecord[];
  /** Spans of records that are cut off or damaged, as far as their headers tell. */
  readonly damagedSpans: number;
  /** Bytes that belong to no whole record. */
  readonly damagedBytes: number;
}

/*
 * A record is a header of 32 bytes and the body; numbers are little-endian:
 *
 *    0  "SPN" and the version of the format, 1
 *    4  u32  bytes of the body
 *    8  u32  spans
 *   12  f64  time of creation, milliseconds since 1970
 *   20  u8   encoding: 1 protobuf, 2 JSON, 3 Zipkin's JSON
 *   21  u8   0, or 1 when the backend has it: written in place, so no checksum covers it
 *   22  u16  0
 *   24  u32  CRC-32 of the body
 *   28  u32  CRC-32 of bytes 0 to 27, with 0 at 21
 */
const MAGIC = 0x01_4e_50_53;
export const HEADER_BYTES = 32;
/** Offset of the mark in a header. */
export const DONE_AT = 21;
const ENCODINGS: readonly (SpoolEncoding | undefined)[] = [undefined, 'protobuf', 'json', 'zipkin'];

/** The bytes of a record. */
export function encodeRecord(record: SpoolRecord): Buffer {
  const { body } = record;
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(body.length, 4);
  header.writeUInt32LE(record.spans, 8);
  header.writeDoubleLE(record.createdMillis, 12);
  header.writeUInt8(ENCODINGS.indexOf(record.encoding), 20);
  header.writeUInt32LE(crc32(body), 24);
  header.writeUInt32LE(crc32(header.subarray(0, 28)), 28);
  return Buffer.concat([header, body]);
}

/**
 * The whole records of a file, without those that are marked as done. A file may end anywhere, as a process
 * may be killed at any byte. What is behind a damaged header cannot be found again and counts as damaged.
 * Bodies are views of the given bytes.
 */
export function decodeRecords(file: Buffer): SpoolContents {
  const records: StoredRecord[] = [];
  let damagedSpans = 0;
  let damagedBytes = 0;
  let offset = 0;
  while (offset < file.length) {
    const header = readHeader(file, offset);
    const end = offset + HEADER_BYTES + (header?.length ?? Infinity);
    if (header === undefined || end > file.length) {
      damagedSpans += header === undefined || header.isDone ? 0 : header.spans;
      damagedBytes += file.length - offset;
      break;
    }
    const body = file.subarray(offset + HEADER_BYTES, end);
    if (!header.isDone) {
      if (crc32(body) === header.checksum) {
        const { encoding, spans, createdMillis } = header;
        records.push({ encoding, spans, createdMillis, body, offset });
      } else {
        damagedSpans += header.spans;
        damagedBytes += end - offset;
      }
    }
    offset = end;
  }
  return { records, damagedSpans, damagedBytes };
}

interface Header extends Omit<SpoolRecord, 'body'> {
  readonly length: number;
  readonly checksum: number;
  readonly isDone: boolean;
}

function readHeader(file: Buffer, offset: number): Header | undefined {
  if (file.length - offset < HEADER_BYTES) return undefined;
  const header = Buffer.from(file.subarray(offset, offset + HEADER_BYTES));
  const isDone = header[DONE_AT] !== 0;
  header[DONE_AT] = 0;
  const encoding = ENCODINGS[header[20]!];
  if (header.readUInt32LE(0) !== MAGIC || encoding === undefined) return undefined;
  if (header.readUInt32LE(28) !== crc32(header.subarray(0, 28))) return undefined;
  return {
    encoding,
    spans: header.readUInt32LE(8),
    createdMillis: header.readDoubleLE(12),
    length: header.readUInt32LE(4),
    checksum: header.readUInt32LE(24),
    isDone,
  };
}

function crc32(bytes: Uint8Array): number {
  return process.getBuiltinModule('node:zlib').crc32(bytes);
}
