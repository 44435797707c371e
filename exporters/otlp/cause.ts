import type { DropReason } from './export-stats.js';
import type { Cause, Outcome } from './transport.js';

/** What the metrics call a failure (`error.type`); `undefined` where nothing failed. */
export function errorTypeOf(outcome: Outcome): string | undefined {
  if (outcome.kind === 'spooled') return undefined;
  if (outcome.kind === 'delivered') return outcome.rejected > 0 ? 'rejected' : undefined;
  const cause = outcome.errorType ?? outcome.status?.toString();
  return cause ?? (outcome.kind === 'rejected' ? 'rejected' : errorTypeOfDrop(outcome.reason));
}

/** `queue_full` for `queueFull`. */
export function errorTypeOfDrop(reason: DropReason): string {
  return reason.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The cause alone, for a result of another kind. */
export function causeOf({ status, errorType }: Cause): Cause {
  return { status, errorType };
}

/** Of an attempt that came to no answer: the system's code, or else that time was over, or the error's class. */
export function causeOfError(error: unknown, isLate: boolean): Cause {
  if (isLate) return { errorType: 'timeout' };
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]+$/.test(code)) return { errorType: code };
    if (cause instanceof AggregateError) return causeOfError(cause.errors[0], false);
  }
  return { errorType: error instanceof Error ? error.name : 'error' };
}
