/** Strings that differ from one operation to the next, flat and made beforehand. */
export const PATHS = Array.from({ length: 1024 }, (_, i) => flat(`/orders/${i}/items`));

/** Attribute keys as programs have them: constants, known before. */
export const KEYS = Array.from({ length: 128 }, (_, i) => flat(`app.attribute_${i}`));

/** A string in one piece: what template literals make is a chain of pieces until it is read. */
export function flat(text) {
  return Buffer.from(text).toString('latin1');
}
