import * as fc from 'fast-check';

/** Texts made of these characters alone. */
export function textOf(
  characters: string,
  constraints: { minLength?: number; maxLength?: number } = {},
): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters.split('')), ...constraints });
}

/** That many lower-case hexadecimal digits. */
export function hex(length: number): fc.Arbitrary<string> {
  return textOf('0123456789abcdef', { minLength: length, maxLength: length });
}
