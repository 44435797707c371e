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
