/** A number, or the bytes of a text or of an inner message. */
export type FieldValue = number | Uint8Array;

/**
 * The fields of a small protobuf message in their order, but for those of a fixed size, which are passed
 * over. Numbers beyond 2^53 lose digits. In a `Map` of them the last of each stays, as protobuf wants it.
 *
 * @throws RangeError when it is none
 */
export function* fieldsOf(bytes: Uint8Array): Generator<[number: number, value: FieldValue]> {
  let at = 0;
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) throw new RangeError('the message ends too early');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 63; factor *= 128) {
      const byte = take(1)[0]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number has no end');
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield [number, varint()];
        break;
      case 1:
        take(8);
        break;
      case 2:
        yield [number, take(varint())];
        break;
      case 5:
        take(4);
        break;
      default:
        throw new RangeError('a field has no known type');
    }
  }
}

/** The text of a field; none when it is absent, or a number. */
export function textOf(value: FieldValue | undefined): string {
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
}
