/** The type that a `google.rpc.RetryInfo` has as a detail of a status. */
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';
/** The longest `google.protobuf.Duration`, in seconds: ten thousand years. */
const LONGEST_SECONDS = 315_576_000_000;

/**
 * The wait that a `google.rpc.Status` (the bytes of `grpc-status-details-bin`) asks for, in milliseconds
 * (E-GRPC-03): 0 when it has a RetryInfo without a usable delay, `undefined` when it has none or cannot
 * be read. Never throws.
 */
export function retryDelayMillis(status: Uint8Array): number | undefined {
  try {
    for (const [number, detail] of fieldsOf(status)) {
      if (number !== 3 || typeof detail === 'number') continue;
      const any = new Map(fieldsOf(detail));
      const value = any.get(2) ?? new Uint8Array();
      if (textOf(any.get(1)) === RETRY_INFO && typeof value !== 'number') return delayOf(value);
    }
  } catch {
    // Bytes of a stranger.
  }
  return undefined;
}

function delayOf(retryInfo: Uint8Array): number {
  const duration = new Map(fieldsOf(retryInfo)).get(1);
  if (!(duration instanceof Uint8Array)) return 0;
  const parts = new Map(fieldsOf(duration));
  const seconds = amountOf(parts.get(1), LONGEST_SECONDS);
  const nanos = amountOf(parts.get(2), 999_999_999);
  return seconds === undefined || nanos === undefined ? 0 : seconds * 1000 + nanos / 1e6;
}

/** Negative numbers come as huge ones. */
function amountOf(value: number | Uint8Array | undefined, most: number): number | undefined {
  if (value === undefined) return 0;
  return typeof value === 'number' && value <= most ? value : undefined;
}

function textOf(bytes: number | Uint8Array | undefined): string {
  return bytes instanceof Uint8Array ? new TextDecoder().decode(bytes) : '';
}

/**
 * The fields of a protobuf message in their order, but for those of a fixed size, which are passed over.
 * Numbers beyond 2^53 lose digits.
 *
 * @throws RangeError when it is none
 */
function* fieldsOf(bytes: Uint8Array): Generator<[number: number, value: number | Uint8Array]> {
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
