/** One thing that is wrong with a configuration. */
export interface ConfigurationProblem {
  /** The file, as it was named; not there for a configuration that was made in code. */
  readonly file?: string;
  /** The line in the file, from 1. */
  readonly line?: number;
  /** Where in the configuration, such as `tracer_provider.processors[0].batch`; empty for the whole. */
  readonly path: string;
  /** What was expected, and what is there instead. */
  readonly message: string;
}

/**
 * A configuration file that cannot be used, or a configuration that breaks the rules of the model. It says
 * all that is wrong, a line each: `tracing.yaml:12: tracer_provider.processors[0].batch.exporter: expected …`.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[], options?: ErrorOptions) {
    super(problems.map(lineOf).join('\n'), options);
    this.problems = problems;
  }
}

function lineOf({ file, line, path, message }: ConfigurationProblem): string {
  const place = [file, line].filter((part) => part !== undefined).join(':');
  return [place, path, message].filter((part) => part !== '').join(': ');
}
