import { diag } from '@opentelemetry/api';

/**
 * What went wrong inside the SDK, kept away from user code (specification: error handling).
 */
export interface Diagnostic {
  /** A stable, low-cardinality name such as `sampler.threw`. */
  readonly code: string;
  /** What happened and what to do about it. */
  readonly message: string;
  /** The error that was contained, if there was one. */
  readonly error?: unknown;
}

/** Takes over what the SDK reports; called once for each code, then only counted. */
export type ErrorHandler = (diagnostic: Diagnostic) => void;

const counts = new Map<string, number>();
let handler: ErrorHandler | undefined;
let observer: ((diagnostic: Diagnostic) => void) | undefined;

/**
 * Reports something that must not reach user code: the first time for a code it goes to the error
 * handler, after that it is only counted, so that strangers cannot fill the log. Codes are constants,
 * which bounds the table.
 */
export function report(code: string, message: string, error?: unknown): void {
  const seen = counts.get(code) ?? 0;
  counts.set(code, seen + 1);
  if (observer !== undefined) observer({ code, message, error });
  if (seen > 0) return;
  try {
    const answer: unknown = (handler ?? log)(
      error === undefined ? { code, message } : { code, message, error },
    );
    if (answer instanceof Promise) answer.catch(ignore);
  } catch {
    // An error handler that throws has nobody left to tell, as one that rejects has.
  }
}

function ignore(): void {}

/**
 * Replaces how the SDK reports what it contains. `undefined` restores the default: the API's `diag`
 * logger where one is set, else one line on the console.
 */
export function setErrorHandler(next: ErrorHandler | undefined): void {
  handler = next;
}

/** @internal Has every report told to somebody too, also those that are only counted; for the doctor. */
export function observeReports(next: ((diagnostic: Diagnostic) => void) | undefined): void {
  observer = next;
}

/** How often each diagnostic code was reported in this process. */
export function diagnosticCounts(): ReadonlyMap<string, number> {
  return counts;
}

/** @internal Forgets every count, so that specs see each first report. */
export function resetDiagnostics(): void {
  counts.clear();
}

function log({ code, message, error }: Diagnostic): void {
  const text = `spantree: ${message} [${code}]`;
  const details = error === undefined ? [] : [error];
  if (diagLogger() !== undefined) diag.warn(text, ...details);
  else console.warn(text, ...details);
}

/** The logger that the API's `diag` writes to, on a global that all its 1.x copies share. */
export function diagLogger(): unknown {
  const shared = (globalThis as Record<symbol, { diag?: unknown } | undefined>)[
    Symbol.for('opentelemetry.js.api.1')
  ];
  return shared?.diag;
}
