import type { Attributes } from '@opentelemetry/api';

/**
 * The attributes of an `exception` event (semantic conventions: exceptions on spans). Anything can be
 * thrown, so anything is taken, and nothing here throws.
 */
export function exceptionAttributes(exception: unknown): Attributes {
  if (typeof exception !== 'object' || exception === null) {
    return { 'exception.message': safeText(exception) };
  }
  const attributes: Attributes = { 'exception.type': typeOf(exception) };
  const message = read(exception, 'message');
  attributes['exception.message'] = typeof message === 'string' ? message : safeText(exception);
  const stack = read(exception, 'stack');
  if (typeof stack === 'string') attributes['exception.stacktrace'] = stack;
  return attributes;
}

/**
 * The class of an exception: its `name`, or, where that says no more than `Error`, the name of its
 * constructor. Never its `code`, which tells the cause, not the type.
 */
function typeOf(exception: object): string {
  const name = read(exception, 'name');
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  const constructor = read(read(exception, 'constructor'), 'name');
  return typeof constructor === 'string' && constructor !== '' ? constructor : 'Error';
}

/** A property of whatever it is, `undefined` if it has none or its getter throws. */
function read(target: unknown, key: string): unknown {
  try {
    return (target as Record<string, unknown> | undefined)?.[key];
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
