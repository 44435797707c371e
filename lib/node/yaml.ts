import type * as Yaml from 'yaml';

declare const __SPANTREE_YAML__: string | undefined;

/** From the sources the package; the build puts in where it has laid the file, seen from its other files. */
const SPECIFIER = typeof __SPANTREE_YAML__ === 'string' ? __SPANTREE_YAML__ : 'yaml';

let loaded: typeof Yaml | undefined;

/**
 * The YAML parser, loaded when the first configuration file is read: it is larger than the rest of what
 * `import 'spantree'` loads, and few need it. Synchronous, as `start()` is.
 *
 * @throws Error where a bundler has taken spantree apart from its files
 */
export function loadYaml(): typeof Yaml {
  if (loaded !== undefined) return loaded;
  const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
  try {
    return (loaded = require(SPECIFIER) as typeof Yaml);
  } catch (cause) {
    const advice = 'a bundler must leave the package spantree outside of its bundle (external)';
    throw new Error(`the YAML parser of spantree is not where it was installed: ${advice}`, {
      cause,
    });
  }
}
