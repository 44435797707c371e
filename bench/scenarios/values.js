/** Strings that differ from one operation to the next, flat and made beforehand. */
export const PATHS = Array.from({ length: 1024 }, (_, i) => flat(`/orders/${i}/items`));

/**
 * Attribute keys as programs have them: constants, which engines keep once and compare by identity. Having
 * been the keys of an object makes them so.
 */
export const KEYS = Object.keys(
  Object.fromEntries(Array.from({ length: 128 }, (_, i) => [`app.attribute_${i}`, true])),
);

/** A string in one piece: what template literals make is a chain of pieces until it is read. */
export function flat(text) {
  return Buffer.from(text).toString('latin1');
}
