import { SpanStatusCode, type Span } from '@opentelemetry/api';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
} from '@opentelemetry/semantic-conventions';
import type { IncomingRequest } from './http-server-attributes.js';
import { errorType, type HeaderCapture } from './http.js';

/** A response as `node:http` and `node:http2` show it. */
export interface OutgoingResponse {
  readonly statusCode: number;
  readonly headersSent: boolean;
  readonly writableEnded: boolean;
  readonly writableFinished: boolean;
  /** Set when the connection has gone. */
  readonly destroyed?: boolean;
  /** Of HTTP/2, in place of a connection. */
  readonly stream?: { readonly destroyed?: boolean } | undefined;
  /** What the response was destroyed with. */
  readonly errored?: Error | null;
  getHeader(name: string): number | string | string[] | undefined;
  on(event: 'finish' | 'close', listener: () => void): unknown;
}

/** Something that was thrown, in a box of its own since anything can be thrown. */
export interface Thrown {
  readonly error: unknown;
}

/** Whether the client has gone, or has been sent away. */
export function isLost(response: OutgoingResponse): boolean {
  return response.destroyed === true || response.stream?.destroyed === true;
}

/**
 * Whether the whole response got out. `node:http` says that it has finished also when the connection
 * broke before the last of it was written; then the socket has the error.
 */
export function isComplete(request: IncomingRequest, response: OutgoingResponse): boolean {
  if (!response.writableEnded || !response.writableFinished) return false;
  return response.stream !== undefined || !request.socket.errored;
}

/**
 * Records status and chosen headers. They count once they have been sent: until then the status is
 * what the framework would answer, a 404 for Koa.
 */
export function describeResponse(
  span: Span,
  response: OutgoingResponse,
  captureResponse: HeaderCapture,
): void {
  if (!response.headersSent) return;
  span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, response.statusCode);
  captureResponse((name) => response.getHeader(name), span);
}

/** Error type of a connection that was lost, by whichever side; Node.js calls it that, too. */
const CONNECTION_LOST = 'ECONNRESET';

/**
 * A failure is a status of 500 and above, or a response that did not get out as a whole. 4xx is the
 * caller's fault, and an error that was thrown and answered with one is no failure.
 */
export function describeFailure(
  span: Span,
  response: OutgoingResponse,
  complete: boolean,
  thrown: Thrown | undefined,
): void {
  if (complete && response.statusCode < 500) return;
  const cause = complete ? thrown : breakingError(response, thrown);
  if (cause !== undefined) recordError(span, cause.error);
  span.setAttribute(
    ATTR_ERROR_TYPE,
    complete ? String(response.statusCode) : cause ? errorType(cause.error) : CONNECTION_LOST,
  );
  if (cause !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(cause.error) });
  } else if (complete) {
    span.setStatus({ code: SpanStatusCode.ERROR });
  } else {
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'connection lost' });
  }
}

/** What of our own broke a response off: a stream that failed, or a handler that threw after it began. */
function breakingError(response: OutgoingResponse, thrown: Thrown | undefined): Thrown | undefined {
  if (thrown !== undefined && expectedStatus(thrown.error) >= 500) return thrown;
  const errored = response.errored ?? undefined;
  return errored && { error: errored };
}

/** The status that a framework is likely to answer an error with. */
export function expectedStatus(error: unknown): number {
  const { status, statusCode } = Object(error) as { status?: unknown; statusCode?: unknown };
  if (typeof status === 'number') return status;
  return typeof statusCode === 'number' ? statusCode : 500;
}

export function recordError(span: Span, error: unknown): void {
  const known = typeof error === 'string' || error instanceof Error;
  span.recordException(known ? error : String(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
