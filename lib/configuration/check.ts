import { report } from '../diagnostics.js';
import { ConfigurationError, type ConfigurationProblem } from './configuration-error.js';
import type { Configuration } from './model.js';
import { placeOf, textOf } from './places.js';
import { TOP } from './schema.js';
import { complain, isMapping, shown, type Spot } from './shape.js';

/** The version of the model that is known here. */
const MAJOR = 1;
const MINOR = 1;

/**
 * Holds a value against the rules of the model.
 *
 * @throws ConfigurationError with everything that breaks them
 */
export function checkConfiguration(value: unknown, file?: string): asserts value is Configuration {
  const problems: ConfigurationProblem[] = [];
  const top: Spot = { path: '', problems, isLenient: false };
  if (isMapping(value)) {
    const isLenient = checkFormat(value, problems);
    for (const [key, check] of Object.entries(TOP)) {
      const entry = value[key];
      if (entry === null || entry === undefined) continue;
      check(entry, { path: key, container: value, key, problems, isLenient });
    }
  } else if (file === undefined) {
    complain(top, `expected a configuration, not ${shown(value)}`);
  } else {
    const message = `expected a mapping with file_format, not ${shown(value)}`;
    problems.push({ file, line: 1, path: '', message });
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
}

/**
 * What other versions mean for the rest (configuration schema: versioning, file format; D-02). A newer minor
 * one may have keys that are not known here.
 */
function checkFormat(value: Record<string, unknown>, problems: ConfigurationProblem[]): boolean {
  const written = textOf(value, 'file_format') ?? value['file_format'];
  const said = typeof written === 'string' ? written : undefined;
  const [, major, minor] = /^(\d+)\.(\d+)(?:[.-].*)?$/.exec(said ?? '') ?? [];
  const spot: Spot = {
    path: 'file_format',
    container: value,
    key: 'file_format',
    problems,
    isLenient: false,
  };
  if (Number(major) !== MAJOR) {
    complain(spot, `expected "${MAJOR}.${MINOR}" or another ${MAJOR}.x, not ${shown(written)}`);
    return true;
  }
  if (Number(minor) <= MINOR) return false;
  const { file = 'the configuration' } = placeOf(value);
  report(
    'configuration.newer-format',
    `${file} is of format ${said}, and ${MAJOR}.${MINOR} is known here: what is newer in it is ignored; ` +
      'update spantree, or say an older file_format to have unknown keys reported',
  );
  return true;
}
