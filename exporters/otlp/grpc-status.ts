import { retryDelayMillis } from './grpc-retry-info.js';
import { printable } from './printable.js';
import type { AttemptResult } from './transport.js';

/** How a call ended that did not succeed. */
export interface GrpcStatus {
  /** The number of the status, 1 to 16. */
  readonly code: number;
  /** The backend's words, or those of the client. */
  readonly details: string;
  /** The bytes of `grpc-status-details-bin`, if they came. */
  readonly statusDetails?: Uint8Array | undefined;
}

/** By their numbers, https://grpc.io/docs/guides/status-codes/. */
const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];
const RESOURCE_EXHAUSTED = 8;
const OUT_OF_RANGE = 11;
/** CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS. */
const RETRYABLE = new Set([1, 4, 10, 11, 14, 15]);
/**
 * How the servers in use say that a message is above their limit, which is 4 MiB unless it was raised:
 * those of Go, C++ and JavaScript, of Java, of .NET, and of Rust (as OUT_OF_RANGE).
 */
const TOO_LARGE =
  /message\b.*\b(larger than|too large)|exceeds (the )?maximum (configured message )?size/i;
/** What the gRPC library adds to its own words, with nothing behind it. */
const EMPTY_NOTE = /\. Resolution note:$/;

/**
 * What becomes of a request that ended with this status (E-GRPC-02): another attempt, after the wait that
 * a RetryInfo asks for (E-GRPC-03), or none. An exhausted backend is asked again only when it says when.
 */
export function judgeStatus({ code, details, statusDetails }: GrpcStatus): AttemptResult {
  const said = printable(details).replace(EMPTY_NOTE, '');
  const status = NAMES[code] ?? String(code);
  const why = `${code} ${NAMES[code] ?? 'unknown status'}` + (said && `: ${said}`);
  const waitMillis = statusDetails && retryDelayMillis(statusDetails);
  if (isTooLarge(code, details)) return { kind: 'rejected', why, tooLarge: true, status };
  const again = RETRYABLE.has(code) || (code === RESOURCE_EXHAUSTED && waitMillis !== undefined);
  if (!again) return { kind: 'rejected', why, status };
  return { kind: 'again', why, status, ...(waitMillis !== undefined && { waitMillis }) };
}

/** Sent again it would be as large. */
function isTooLarge(code: number, details: string): boolean {
  return (code === RESOURCE_EXHAUSTED || code === OUT_OF_RANGE) && TOO_LARGE.test(details);
}
