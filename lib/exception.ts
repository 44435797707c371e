import type { Attributes } from '@opentelemetry/api';

/**
 * The attributes of an `exception` event (semantic conventions: exceptions on spans). Anything can be
 * thrown, so anything is taken, and nothing here throws.
 */
export function exceptionAttributes(exception: unknown): Attributes {
  if (typeof exception !== 'object' || exception === null) {
    return { 'exception.message': safeText(exception) };
  }
  const { message, stack } = partsOf(exception);
  const type = typeOf(exception);
  const text = typeof message === 'string' ? message : safeText(exception);
  return typeof stack === 'string'
    ? { 'exception.type': type, 'exception.message': text, 'exception.stacktrace': stack }
    : { 'exception.type': type, 'exception.message': text };
}

function partsOf(exception: { message?: unknown; stack?: unknown }) {
  try {
    return { message: exception.message, stack: exception.stack };
  } catch {
    return { message: read(() => exception.message), stack: read(() => exception.stack) };
  }
}

function typeOf(exception: { name?: unknown }): string {
  const name = read(() => exception.name);
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  const constructor = read(() => exception.constructor.name);
  return typeof constructor === 'string' && constructor !== '' ? constructor : 'Error';
}

function read(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return undefined;
  }
}

function safeText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return 'an exception that cannot be shown';
  }
}
