import {
  context,
  SpanStatusCode,
  trace,
  type Exception,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import { setSpan } from './context.js';

/** The scope of spans that are started without a tracer of one's own. */
const SCOPE = 'spantree';

/**
 * Runs a function in a new active span and ends the span when the function returns or its promise
 * settles. What it throws is recorded as an exception with status Error and thrown again; what it
 * returns is returned as it is. Only a thenable that is no promise, such as a query builder that runs
 * each time somebody waits for it, is waited for once and returned as a promise.
 *
 *     const user = await withSpan('load user', (span) => db.users.find(id));
 *
 * @param tracer the global one named `spantree` by default
 */
export function withSpan<T>(name: string, fn: (span: Span) => T): T;
export function withSpan<T>(name: string, options: SpanOptions, fn: (span: Span) => T): T;
export function withSpan<T>(tracer: Tracer, name: string, fn: (span: Span) => T): T;
export function withSpan<T>(
  tracer: Tracer,
  name: string,
  options: SpanOptions,
  fn: (span: Span) => T,
): T;
export function withSpan<T>(...args: readonly unknown[]): T {
  const ownTracer = typeof args[0] === 'object' && args[0] !== null;
  const tracer = ownTracer ? (args[0] as Tracer) : trace.getTracer(SCOPE);
  const [name, options] = args.slice(ownTracer ? 1 : 0, -1) as [string, SpanOptions?];
  const fn = args.at(-1);
  if (typeof fn !== 'function') throw new TypeError(`withSpan needs a function, not ${String(fn)}`);

  const parent = context.active();
  const span = tracer.startSpan(name, options, parent);
  try {
    const result = context.with(setSpan(parent, span), fn as (span: Span) => T, undefined, span);
    if (!isThenable(result)) {
      span.end();
      return result;
    }
    const promise = result instanceof Promise ? result : Promise.resolve(result);
    watch(promise, span);
    return promise as T;
  } catch (error) {
    fail(span, error);
    throw error;
  }
}

/** Ends the span with the promise; the caller gets the promise itself, not one derived from it. */
function watch(promise: Promise<unknown>, span: Span): void {
  promise.then(
    () => span.end(),
    (error: unknown) => fail(span, error),
  );
}

function fail(span: Span, error: unknown): void {
  span.recordException(error as Exception);
  const message = error instanceof Error ? error.message : undefined;
  span.setStatus({
    code: SpanStatusCode.ERROR,
    ...(message === undefined ? undefined : { message }),
  });
  span.end();
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === 'function';
}
