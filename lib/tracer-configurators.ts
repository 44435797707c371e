import type { InstrumentationScope } from './instrumentation-scope.js';
import type { TracerConfig, TracerConfigurator } from './tracer.js';

/** One rule of {@link tracersByName}. */
export interface TracerRule {
  /** The name of a scope: exact, or a pattern, in which `*` is any text and `?` one character. Case counts. */
  readonly name: string;
  readonly config: TracerConfig;
}

/**
 * Configures tracers by the name of their scope; the first rule that matches holds (specification: TracerConfigurator,
 * configuration schema `tracer_configurator`).
 *
 * @param defaultConfig for tracers that no rule matches. Default: on
 * @throws TypeError for a rule without a name
 */
export function tracersByName(
  rules: readonly TracerRule[],
  defaultConfig: TracerConfig = {},
): TracerConfigurator {
  const matchers = rules.map(({ name, config }) => ({ matches: nameMatcher(name), config }));
  return function byName(scope: InstrumentationScope): TracerConfig {
    return matchers.find(({ matches }) => matches(scope.name))?.config ?? defaultConfig;
  };
}

/** Switches tracers off whose scope has one of these names, or a name of such a pattern; all others are on. */
export function disableTracers(...names: readonly string[]): TracerConfigurator {
  return tracersByName(names.map((name) => ({ name, config: { enabled: false } })));
}

/** Switches tracers off, but for those whose scope has one of these names, or a name of such a pattern. */
export function disableTracersExcept(...names: readonly string[]): TracerConfigurator {
  return tracersByName(
    names.map((name) => ({ name, config: { enabled: true } })),
    { enabled: false },
  );
}

/**
 * Tells whether names are of a pattern, in which `*` is any text and `?` one character (D-16). Takes time in
 * proportion to the length of both at worst, as patterns may come from a file.
 *
 * @throws TypeError for a pattern that is no text
 */
export function nameMatcher(pattern: string): (name: string) => boolean {
  if (typeof pattern !== 'string' || pattern === '') {
    throw new TypeError(`a pattern of names must be text, not ${JSON.stringify(pattern)}`);
  }
  if (!/[*?]/.test(pattern)) return (name) => name === pattern;
  const wanted = Array.from(pattern);
  return (name) => matches(wanted, Array.from(name));
}

/** Goes back to the last `*` only: an earlier one need not take more, as the last can take it all. */
function matches(wanted: readonly string[], name: readonly string[]): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  for (let i = 0; i < name.length;) {
    if (wanted[at] === '*') {
      star = at++;
      afterStar = i;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === name[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++afterStar;
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((character) => character === '*');
}
