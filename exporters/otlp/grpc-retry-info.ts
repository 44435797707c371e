import { fieldsOf, textOf, type FieldValue } from './protobuf-fields.js';

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
function amountOf(value: FieldValue | undefined, most: number): number | undefined {
  if (value === undefined) return 0;
  return typeof value === 'number' && value <= most ? value : undefined;
}
