import {
  context,
  SpanStatusCode,
  trace,
  type Context,
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
 * settles. What it throws or rejects with is recorded as an exception with status Error and thrown
 * again; what it returns is returned.
 *
 * A plain promise comes back as one that settles likewise, after the span has ended; a promise of a
 * class of its own, or with properties of its own, comes back itself. A thenable that is no promise,
 * such as a query builder that runs each time somebody waits for it, is waited for once, within the
 * span, and comes back as a promise.
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
  const active = setSpan(parent, span);
  try {
    const result = context.with(active, fn as (span: Span) => T, undefined, span);
    if (isThenable(result)) return endWith(result, span, active) as T;
    span.end();
    return result;
  } catch (error) {
    fail(span, error);
    throw error;
  }
}

/** Ends the span when the promise settles. */
function endWith(result: PromiseLike<unknown>, span: Span, active: Context): PromiseLike<unknown> {
  const isPromise = result instanceof Promise;
  // What runs only when somebody waits for it belongs into the span as well.
  const promise = isPromise ? result : context.with(active, () => Promise.resolve(result));
  const settled = promise.then(
    (value: unknown) => {
      span.end();
      return value;
    },
    (error: unknown) => {
      fail(span, error);
      throw error;
    },
  );
  if (!isPromise || isPlain(result)) return settled;
  // The caller gets and handles the promise itself; the one derived from it is of no concern.
  settled.catch(() => {});
  return result;
}

/**
 * Whether a promise is one like any other. Only then may another one take its place, which is better:
 * by waiting for the promise itself we would keep Node from noticing that nobody handles its rejection.
 */
function isPlain(promise: Promise<unknown>): boolean {
  return (
    Object.getPrototypeOf(promise) === Promise.prototype && Reflect.ownKeys(promise).length === 0
  );
}

function fail(span: Span, error: unknown): void {
  span.recordException(error as Exception);
  span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
  span.end();
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : typeof error === 'string' ? error : '';
  } catch {
    return '';
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  try {
    return typeof (value as Partial<PromiseLike<unknown>>).then === 'function';
  } catch {
    return false;
  }
}
