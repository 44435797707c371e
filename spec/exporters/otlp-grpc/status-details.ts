/** A varint; negative numbers as protobuf has them, in ten bytes. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const more = rest >> 7n;
    bytes.push(Number(rest & 0x7fn) | (more > 0n ? 0x80 : 0));
    rest = more;
  } while (rest > 0n);
  return Buffer.from(bytes);
}

/** A field: a varint for a number, else a length and contents. */
export function field(number: number, value: number | string | Uint8Array): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = Buffer.from(value as string);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

/** A google.rpc.Status with a RetryInfo, whose delay is left out when it is `undefined`. */
export function retryStatus(delay: { seconds?: number; nanos?: number } | undefined): Buffer {
  const duration = Buffer.concat([
    ...(delay?.seconds === undefined ? [] : [field(1, delay.seconds)]),
    ...(delay?.nanos === undefined ? [] : [field(2, delay.nanos)]),
  ]);
  const retryInfo = delay === undefined ? Buffer.alloc(0) : field(1, duration);
  const any = [field(1, 'type.googleapis.com/google.rpc.RetryInfo'), field(2, retryInfo)];
  return Buffer.concat([field(1, 14), field(2, 'busy'), field(3, Buffer.concat(any))]);
}
