import type { Environment } from '../own-environment.js';
import { checkConfiguration } from './check.js';
import { ConfigurationError } from './configuration-error.js';
import type { Configuration } from './model.js';
import { readYaml } from './yaml-document.js';

/** Options of {@link parseConfiguration}. */
export interface ParseOptions {
  /** What the text is called in errors. Default `configuration`. */
  file?: string;
  /** The variables that are put in. Default those of this process. */
  environment?: Readonly<Environment>;
}

/**
 * Reads a configuration in YAML: puts environment variables in and holds the result against the rules of the
 * model (specification: configuration SDK, parse). The result is plain data; {@link createComponents} makes an
 * SDK of it.
 *
 * @throws ConfigurationError with all that is wrong, by line
 */
export function parseConfiguration(text: string, options: ParseOptions = {}): Configuration {
  const { file = 'configuration', environment = process.env } = options;
  const value = readYaml(text, file, environment);
  checkConfiguration(value, file);
  return value;
}

/**
 * Likewise for a file.
 *
 * @param path of a file whose name ends in `.yaml` or `.yml`
 * @throws ConfigurationError also for a file that cannot be read
 */
export function parseConfigurationFile(path: string): Configuration {
  if (!/\.ya?ml$/i.test(path)) {
    const message = 'expected a file whose name ends in .yaml or .yml';
    throw new ConfigurationError([{ file: path, path: '', message }]);
  }
  return parseConfiguration(readText(path), { file: path });
}

function readText(path: string): string {
  try {
    return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as { code?: string };
    const message = `expected a file that can be read (${code ?? String(cause)})`;
    throw new ConfigurationError([{ file: path, path: '', message }], { cause });
  }
}
