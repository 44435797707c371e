/** What an unquoted scalar can be. */
export type PlainScalar = string | number | boolean | null;

const NULL = /^(?:~|null|Null|NULL)?$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
const DECIMAL = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const OCTAL_OR_HEX = /^0(?:o[0-7]+|x[0-9a-fA-F]+)$/;
const INFINITE = /^[-+]?\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;

/**
 * The value of an unquoted scalar by the core schema of YAML 1.2.2 (section 10.3.2). Looked up after
 * substitution, as the type of a value is that of what was put in (D-04). Space around a number or a word of
 * YAML counts as little as it does in a file; around other text it stays.
 */
export function plainScalar(text: string): PlainScalar {
  const word = text.trim();
  if (NULL.test(word)) return null;
  if (TRUE.test(word)) return true;
  if (FALSE.test(word)) return false;
  if (DECIMAL.test(word) || OCTAL_OR_HEX.test(word)) return Number(word);
  if (INFINITE.test(word)) return word.startsWith('-') ? -Infinity : Infinity;
  if (NOT_A_NUMBER.test(word)) return NaN;
  return text;
}
