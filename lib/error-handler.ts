import type { Exception } from '@opentelemetry/api';
import { setErrorHandler } from './diagnostics.js';

/**
 * Replaces how the SDK reports what it contains, under the official SDK's name and with an `Error` for the
 * handler: its message says what happened, its `cause` is what was contained. {@link setErrorHandler}
 * also gives the stable code. Either is called once for each kind of failure, not for each failure.
 */
export function setGlobalErrorHandler(handler: (error: Exception) => void): void {
  setErrorHandler(({ code, message, error }) =>
    handler(new Error(`${message} [${code}]`, error === undefined ? {} : { cause: error })),
  );
}
