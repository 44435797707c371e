import type { HrTime } from '@opentelemetry/api';
import type { TraceIdBits } from '../../lib/identity.js';
import { HEX, HEX_PAIRS, TRACE_ID_BYTES } from './ids.js';
import { PIECE_MARGIN, type Piece } from './piece.js';
import { isPlainJson, Stage } from './stage.js';
import { isPlainTime, unusualUnixNano } from './unix-nano.js';

/** Chunks are at least and at most so large, except for a request that needs more. */
const MIN_CHUNK = 16 * 1024;
const MAX_CHUNK = 1024 * 1024;
/**
 * A chunk has room for so many requests like the one before: four, and a little more, so that the fourth still fits where
 * they are not quite alike. Room that is left lives as long as they do.
 */
const REQUESTS = 4.04;
/** Twice what a backend must accept. */
const MAX_REQUEST = 128 * 1024 * 1024;
/** Room for a tag and a length, which every field is given in addition to its contents. */
const PREFIX = 8;
/** From this length on the engine's own conversion of strings is faster than a loop (measured: 16). */
const CONVERTED_FROM = 16;
/** Up to this length a string is given three bytes a character, the most it can need. */
const CONVERTED_TO = 4000;

const encoder = new TextEncoder();

/** The characters that a short text may have, by code: all of ASCII, and those that JSON does not escape. */
const ASCII = new Uint8Array(128).fill(1);
const PLAIN_JSON = new Uint8Array(128).fill(1).fill(0, 0, 0x20);
PLAIN_JSON[0x22] = PLAIN_JSON[0x5c] = 0;
/** From this length on the engine's own copying is faster than a loop. */
const COPIED_FROM = 80;
const DIGIT_0 = 0x30;

/**
 * Writes protobuf, and JSON, from its end to its beginning.
 *
 * A message has its length before its contents. Written backwards, the contents are there when the
 * length is due: nothing is measured first, and nothing is moved afterwards. So callers write the last
 * field of a message first, remember {@link size} before it, and close it with {@link message}.
 *
 * Requests are laid into large chunks of memory, one below the other, and handed over as views of
 * them, or copied ({@link finishApart}); one that outgrows its chunk is copied once for each doubling.
 */
export class BackwardWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(0);
  #view: DataView = new DataView(this.#bytes.buffer);
  /** Where the last written byte is; everything below is free. */
  #at = 0;
  /** Where the current request ends. */
  #end = 0;
  /** The size of the request before, which is a fair guess for the next. */
  #expected = Math.floor(MIN_CHUNK / REQUESTS);
  /** The last seconds, times 1e9, in two halves. */
  #seconds = 0;
  #secondsHigh = 0;
  #secondsLow = 0;
  /** The last trace id, and what was written for it: so many bytes, and where in the chunk. */
  #traceId = '';
  #traceIdLength = 0;
  #traceIdAt = 0;
  readonly #stage = new Stage();
  /** Where on the stage the last text ends that has not been written; 0 when there is none. */
  #staged = 0;
  #stagedIsPlain = false;

  /** Bytes of the current request so far: what a message starts from, or goes back to. */
  get size(): number {
    return this.#end - this.#at;
  }

  /** Forgets what was written since the request had this size. */
  rewind(size: number): void {
    this.#at = this.#end - size;
    this.#traceId = '';
  }

  /** The finished request; the next one begins. */
  finish(): Uint8Array {
    const request = this.#bytes.subarray(this.#at, this.#end);
    this.#expected = Math.min(request.length, Math.floor(MAX_CHUNK / REQUESTS));
    this.#end = this.#at;
    if (this.#at < this.#expected || this.#bytes.length > MAX_CHUNK) this.#letGo();
    return request;
  }

  /**
   * The finished request in memory of its own; the chunk is used again. For requests of a service, which come one by
   * one: a chunk that waits for several becomes old, and every few megabytes of old memory cost a major collection.
   */
  finishApart(): Uint8Array {
    const request = Buffer.allocUnsafeSlow(this.size);
    this.#bytes.copy(request, 0, this.#at, this.#end);
    this.rewind(0);
    if (this.#bytes.length > MAX_CHUNK) this.#letGo();
    return request;
  }

  /** Closes the message whose contents were written since the request had this size. */
  message(tag: number, size: number): void {
    this.#reserve(PREFIX);
    this.#varint(this.#end - this.#at - size);
    this.#bytes[--this.#at] = tag;
  }

  /**
   * Closes the `KeyValue` whose value was written since the request had this size, and writes its key: of short ones,
   * which most are, tags and lengths in one step. Step by step, they made protobuf take a sixth longer.
   */
  keyValue(tag: number, key: Piece, size: number): void {
    const { ascii, length } = key;
    this.#reserve(length + PREFIX + PREFIX);
    const value = this.#end - this.#at - size;
    const whole = length + value + 2;
    if (ascii === undefined || whole > 0x7f) {
      this.message(0x12, size);
      this.piece(key);
      this.message(tag, size);
      return;
    }
    this.#at -= 2;
    this.#view.setInt16(this.#at, 0x1200 | value);
    this.#copy(ascii, PIECE_MARGIN + length, length);
    this.#at -= 2;
    this.#view.setInt16(this.#at, (tag << 8) | whole);
  }

  /** A field of UTF-8; lone surrogates become U+FFFD. */
  string(tag: number, text: string): void {
    const size = this.#end - this.#at;
    this.text(text);
    this.message(tag, size);
  }

  /** A field of bytes. */
  bytes(tag: number, value: Uint8Array): void {
    this.raw(value);
    this.#reserve(PREFIX);
    this.#varint(value.length);
    this.#bytes[--this.#at] = tag;
  }

  /** Bytes as they are: encoded before. */
  raw(encoded: Uint8Array): void {
    this.#reserve(encoded.length);
    this.#at -= encoded.length;
    this.#bytes.set(encoded, this.#at);
  }

  /** UTF-8 as it is; lone surrogates become U+FFFD. */
  text(text: string): void {
    const { length } = text;
    if (length < CONVERTED_FROM && this.#short(text, ASCII)) return;
    if (length <= CONVERTED_TO) this.#move(this.#convert(text));
    else this.#long(text);
  }

  /** A short text if it can stand in JSON as it is. False, with nothing written, if not. */
  shortJson(text: string): boolean {
    return text.length < CONVERTED_FROM && this.#short(text, PLAIN_JSON);
  }

  /**
   * Converts texts that are linked to one, to be written by {@link staged} or {@link stagedJson}, the last one first.
   * What was staged before is gone.
   */
  stage(texts: string): void {
    this.#staged = this.#stage.put(texts);
  }

  /** The same for JSON. */
  stageJson(texts: string): void {
    const length = this.#stage.put(texts);
    this.#staged = length;
    this.#stagedIsPlain = this.#stage.isPlainJson(0, length);
  }

  /** Writes the last text that is still staged. False, with nothing written, where none is. */
  staged({ length }: string): boolean {
    const end = this.#staged;
    if (end === 0) return false;
    this.#staged = end - length;
    const { view, bytes } = this.#stage;
    if (length < COPIED_FROM) this.#copy(view, PIECE_MARGIN + end, length);
    else this.raw(bytes.subarray(end - length, end));
    return true;
  }

  /** A field of one of the texts that are staged, or cannot be: of a short one tag and length in one step, too. */
  stagedString(tag: number, text: string): void {
    const end = this.#staged;
    const { length } = text;
    if (end === 0 || length >= COPIED_FROM) {
      const { size } = this;
      if (!this.staged(text)) this.text(text);
      this.message(tag, size);
      return;
    }
    this.#staged = end - length;
    this.#copy(this.#stage.view, PIECE_MARGIN + end, length);
    this.#at -= 2;
    this.#view.setInt16(this.#at, (tag << 8) | length);
  }

  /** Like {@link staged}, and false, with the text passed over, where it cannot stand in JSON as it is. */
  stagedJson(text: string): boolean {
    const end = this.#staged;
    if (this.#stagedIsPlain || this.#stage.isPlainJson(end - text.length, end)) {
      return this.staged(text);
    }
    this.#staged = end - text.length;
    return false;
  }

  /** A text, converted by the engine, if it is ASCII and can stand in JSON as it is. False, with nothing written, if not. */
  plainJson(text: string): boolean {
    const { length } = text;
    if (length > CONVERTED_TO || this.#convert(text) !== length) return false;
    if (!isPlainJson(this.#view, 0, length)) return false;
    this.#move(length);
    return true;
  }

  /** A text that is written often. */
  piece({ ascii, bytes, length }: Piece): void {
    if (ascii !== undefined && length < COPIED_FROM)
      this.#copy(ascii, PIECE_MARGIN + length, length);
    else this.raw(bytes);
  }

  /** A number from 0 to 2^53 in decimal digits, with zeros before it up to so many. */
  digits(value: number, least = 1): void {
    this.#reserve(32);
    const bytes = this.#bytes;
    let at = this.#at;
    const stop = at - least;
    while (value > 0x7fffffff) {
      const rest = Math.floor(value / 10);
      bytes[--at] = DIGIT_0 + (value - rest * 10);
      value = rest;
    }
    while (value > 0 || at > stop) {
      const rest = (value / 10) | 0;
      bytes[--at] = DIGIT_0 + (value - rest * 10);
      value = rest;
    }
    this.#at = at;
  }

  /** The small hex digits of an id of so many bytes. False, with nothing written, when it is invalid. */
  hexDigits(hex: string, length: number): boolean {
    if (typeof hex !== 'string' || hex.length !== length * 2) return false;
    this.#reserve(hex.length);
    if (hex === this.#traceId && this.#traceIdLength === hex.length) {
      this.#repeatTraceId();
      return true;
    }
    const bytes = this.#bytes;
    const at = this.#at - hex.length;
    let codes = 0;
    let all = 0;
    for (let i = 0; i < hex.length; i++) {
      const code = hex.charCodeAt(i);
      codes |= code;
      all |= HEX[code & 0xff]!;
      // The bit that tells small letters from capitals, and that all digits have.
      bytes[at + i] = code | 0x20;
    }
    if (all <= 0 || codes > 0xff) return false;
    this.#at = at;
    if (length === TRACE_ID_BYTES) this.#rememberTraceId(hex, hex.length);
    return true;
  }

  /** An id of so many bytes from its hex digits. False, with nothing written, when it is invalid. */
  id(tag: number, hex: string, length: number): boolean {
    if (typeof hex !== 'string' || hex.length !== length * 2) return false;
    this.#reserve(length + PREFIX);
    if (hex === this.#traceId && this.#traceIdLength === length) {
      this.#repeatTraceId();
      this.#bytes[--this.#at] = length;
      this.#bytes[--this.#at] = tag;
      return true;
    }
    const bytes = this.#bytes;
    const at = this.#at - length;
    let codes = 0;
    let all = 0;
    for (let i = 0; i < length; i++) {
      const first = hex.charCodeAt(i * 2);
      const second = hex.charCodeAt(i * 2 + 1);
      codes |= first | second;
      const high = HEX[first & 0xff]!;
      const low = HEX[second & 0xff]!;
      all |= high | low;
      bytes[at + i] = (high << 4) | low;
    }
    if (all <= 0 || codes > 0xff) return false;
    this.#at = at;
    if (length === TRACE_ID_BYTES) this.#rememberTraceId(hex, length);
    bytes[--this.#at] = length;
    bytes[--this.#at] = tag;
    return true;
  }

  /** A field of an id of 64 bits. */
  id64(tag: number, high: number, low: number): void {
    this.#reserve(8 + PREFIX);
    const at = this.#at - 8;
    this.#view.setInt32(at, high);
    this.#view.setInt32(at + 4, low);
    this.#bytes[at - 1] = 8;
    this.#bytes[at - 2] = tag;
    this.#at = at - 2;
  }

  /** A field of an id of 128 bits. */
  id128(tag: number, id: TraceIdBits): void {
    this.#reserve(16 + PREFIX);
    const view = this.#view;
    const at = this.#at - 16;
    view.setInt32(at, id.first);
    view.setInt32(at + 4, id.second);
    view.setInt32(at + 8, id.third);
    view.setInt32(at + 12, id.fourth);
    this.#bytes[at - 1] = 16;
    this.#bytes[at - 2] = tag;
    this.#at = at - 2;
  }

  /** 32 bits as hex digits. */
  hex32(bits: number): void {
    this.#reserve(8);
    const view = this.#view;
    const at = this.#at - 8;
    view.setUint16(at, HEX_PAIRS[bits >>> 24]!);
    view.setUint16(at + 2, HEX_PAIRS[(bits >>> 16) & 0xff]!);
    view.setUint16(at + 4, HEX_PAIRS[(bits >>> 8) & 0xff]!);
    view.setUint16(at + 6, HEX_PAIRS[bits & 0xff]!);
    this.#at = at;
  }

  /** A field of an unsigned number below 2^32. */
  uint32(tag: number, value: number): void {
    this.#reserve(PREFIX);
    this.#varint(value >>> 0);
    this.#bytes[--this.#at] = tag;
  }

  /** A field of a signed 64-bit integer, given as a safe integer or a bigint within int64. */
  int64(tag: number, value: number | bigint): void {
    this.#reserve(PREFIX + 10);
    if (typeof value === 'bigint') {
      this.#varint64(Number(BigInt.asUintN(32, value >> 32n)), Number(BigInt.asUintN(32, value)));
    } else if (value >= 0 && value <= 0xffffffff) {
      this.#varint(value >>> 0);
    } else {
      // Dividing by 2^32 is exact, and rounding down makes the two's complement of negative numbers.
      this.#varint64(Math.floor(value / 0x100000000) >>> 0, value >>> 0);
    }
    this.#bytes[--this.#at] = tag;
  }

  /** A field of a double. */
  double(tag: number, value: number): void {
    this.#reserve(PREFIX + 8);
    this.#at -= 8;
    this.#view.setFloat64(this.#at, value, true);
    this.#bytes[--this.#at] = tag;
  }

  /** A field of nanoseconds since the epoch, as fixed64. */
  time(tag: number, time: HrTime): void {
    this.#reserve(PREFIX + 8);
    this.#at -= 8;
    if (isPlainTime(time)) this.#plainTime(time[0], time[1]);
    else this.#view.setBigUint64(this.#at, unusualUnixNano(time), true);
    this.#bytes[--this.#at] = tag;
  }

  /** A field of fixed32, whose tag has two bytes when its number is above 15. */
  fixed32(tag: number, value: number): void {
    this.#reserve(PREFIX + 4);
    this.#at -= 4;
    this.#view.setUint32(this.#at, value, true);
    this.#varint(tag);
  }

  /**
   * seconds * 1e9 + nanos in two halves of 32 bits, without a bigint. The product is kept: spans that
   * are encoded together have few different seconds.
   */
  #plainTime(seconds: number, nanos: number): void {
    if (seconds !== this.#seconds) this.#multiply(seconds);
    const low = (this.#secondsLow >>> 0) + nanos;
    const carry = low > 0xffffffff ? 1 : 0;
    this.#view.setUint32(this.#at, low, true);
    this.#view.setUint32(this.#at + 4, this.#secondsHigh + carry, true);
  }

  /** The seconds are taken in two parts of 16 bits, whose products with 1e9 stay below 2^53. */
  #multiply(seconds: number): void {
    const upper = Math.floor(seconds / 0x10000) * 1e9;
    const rest = (upper % 0x10000) * 0x10000 + (seconds % 0x10000) * 1e9;
    this.#seconds = seconds;
    this.#secondsHigh = Math.floor(upper / 0x10000) + Math.floor(rest / 0x100000000);
    // Signed: the first number from 2^31 on would change the writer's hidden class, and unmake all code that knows it.
    this.#secondsLow = rest | 0;
  }

  /**
   * Copies ASCII eight bytes at a time, the last ones first; those in front of the first are overwritten by
   * what comes next. As numbers they come through unchanged: those of ASCII are never NaN. Two to three times as
   * fast as the engine's own copying where it is short.
   */
  #copy(from: DataView, end: number, length: number): void {
    this.#reserve(length + PREFIX);
    const view = this.#view;
    let to = this.#at;
    const stop = to - length;
    while (to > stop) {
      to -= 8;
      end -= 8;
      view.setFloat64(to, from.getFloat64(end, true), true);
    }
    this.#at = stop;
  }

  /**
   * The engine converts into the beginning of a buffer only, unless it is given a view, which costs more
   * than this: into the free space below, to be moved. Returns its bytes.
   */
  #convert(text: string): number {
    this.#reserve(text.length * 3 + PREFIX);
    return encoder.encodeInto(text, this.#bytes).written;
  }

  #move(length: number): void {
    this.#at -= length;
    this.#bytes.copyWithin(this.#at, 0, length);
  }

  #long(text: string): void {
    const length = Buffer.byteLength(text, 'utf8');
    this.#reserve(length + PREFIX);
    this.#at -= length;
    this.#bytes.write(text, this.#at, length, 'utf8');
  }

  /** Spans that are encoded together often belong to one trace: its id has just been written. */
  #rememberTraceId(hex: string, length: number): void {
    this.#traceId = hex;
    this.#traceIdLength = length;
    this.#traceIdAt = this.#at;
  }

  #repeatTraceId(): void {
    const view = this.#view;
    const length = this.#traceIdLength;
    const at = this.#at - length;
    for (let i = 0; i < length; i += 4) view.setInt32(at + i, view.getInt32(this.#traceIdAt + i));
    this.#at = at;
  }

  #varint(value: number): void {
    if (value < 0x80) {
      this.#bytes[--this.#at] = value;
      return;
    }
    const bytes = this.#bytes;
    let at = this.#at - varintLength(value);
    this.#at = at;
    while (value > 0x7f) {
      bytes[at++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    bytes[at] = value;
  }

  #varint64(high: number, low: number): void {
    if (high === 0) return this.#varint(low);
    const bytes = this.#bytes;
    const length = Math.ceil((64 - Math.clz32(high)) / 7);
    let at = this.#at - length;
    this.#at = at;
    for (let i = 1; i < length; i++) {
      bytes[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    bytes[at] = low;
  }

  /** Writes a short text if the table allows all of its characters, which it mostly does. */
  #short(text: string, allowed: Uint8Array): boolean {
    const { length } = text;
    this.#reserve(length + PREFIX);
    const bytes = this.#bytes;
    const at = this.#at - length;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f || allowed[code] === 0) return false;
      bytes[at + i] = code;
    }
    this.#at = at;
    return true;
  }

  #reserve(length: number): void {
    if (this.#at < length) this.#newChunk(length);
  }

  /**
   * A new chunk with what is begun of the current request at its end, and room for more.
   *
   * @throws RangeError where a request has become too large, such as by a value that contains itself
   */
  #newChunk(length: number): void {
    const begun = this.#bytes.subarray(this.#at, this.#end);
    if (begun.length + length > MAX_REQUEST) {
      throw new RangeError(`a request is larger than ${MAX_REQUEST} bytes`);
    }
    const size = Math.max(
      MIN_CHUNK,
      Math.ceil(this.#expected * REQUESTS),
      begun.length * 2 + length,
    );
    this.#traceId = '';
    this.#bytes = Buffer.allocUnsafeSlow(size);
    this.#view = new DataView(this.#bytes.buffer);
    this.#end = size;
    this.#at = size - begun.length;
    this.#bytes.set(begun, this.#at);
  }

  /** Keeps no chunk that is nearly full or unusually large: requests own it now. */
  #letGo(): void {
    this.#bytes = Buffer.allocUnsafeSlow(0);
    // A view would keep the chunk, too.
    this.#view = new DataView(this.#bytes.buffer);
    this.#at = this.#end = 0;
    this.#traceId = '';
  }
}

const shared = new BackwardWriter();
let sharedIsBusy = false;

/**
 * Runs a function that encodes one request, with the writer that all share: its chunk is there, and it
 * knows how large requests are.
 */
export function exclusively<T>(encode: (writer: BackwardWriter) => T): T {
  // Getters of foreign spans are foreign code, which may end a span and so come here again.
  if (sharedIsBusy) return encode(new BackwardWriter());
  sharedIsBusy = true;
  try {
    return encode(shared);
  } catch (error) {
    shared.rewind(0);
    throw error;
  } finally {
    sharedIsBusy = false;
  }
}

function varintLength(value: number): number {
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}
