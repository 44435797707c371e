import { flat } from './values.js';

/** Headers in a plain object, as the API's default getter and setter see them. */
export const getter = {
  get: (carrier, key) => carrier[key],
  keys: (carrier) => Object.keys(carrier),
};
export const setter = {
  set(carrier, key, value) {
    carrier[key] = value;
  },
};

/**
 * Reads a header as a socket would. A string put together by `+` is a chain of pieces until somebody
 * reads it: who leaves that to the socket has not done the work yet.
 */
export function readHeader(text) {
  return text.charCodeAt(text.length - 1);
}

/** `traceparent` headers, each different. */
export function traceparents(count) {
  return Array.from({ length: count }, (_, i) => flat(`00-${hex(i, 32)}-${hex(i, 16)}-01`));
}

function hex(i, length) {
  return `4bf92f35${(i + 1).toString(16).padStart(8, '0')}`.padEnd(length, 'a3ce929d');
}
