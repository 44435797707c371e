import type { Environment } from '../own-environment.js';

/** What comes of {@link substitute}: a text, or the references in it that are none. */
export type Substituted =
  { readonly text: string; readonly invalid?: undefined } | { readonly invalid: readonly string[] };

/** Anything that looks like a reference; a `}` or the end of the line ends it. */
const REFERENCE = /\$\{([^}\n]*)\}/g;
const VALID = /^(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * Puts environment variables into the text of one scalar (specification: configuration data model,
 * environment variable substitution; D-04): `${NAME}`, `${env:NAME}`, `${NAME:-default}`, and `$$` for `$`.
 * A variable that is not set or empty becomes its default, or nothing. What is put in is not looked at again.
 */
export function substitute(text: string, env: Readonly<Environment>): Substituted {
  const invalid: string[] = [];
  // An escape is found before a reference: what it separates is no reference across it.
  const parts = text.split('$$').map((part) =>
    part.replace(REFERENCE, (reference, inner: string) => {
      const [, name, fallback = ''] = VALID.exec(inner) ?? [];
      if (name === undefined) invalid.push(reference);
      return (name !== undefined && env[name]) || fallback;
    }),
  );
  return invalid.length > 0 ? { invalid } : { text: parts.join('$') };
}
