import { diag, DiagConsoleLogger, DiagLogLevel } from '@opentelemetry/api';
import type { LogLevel } from './config.js';
import { diagLogger } from './diagnostics.js';

const LEVELS: Record<LogLevel, DiagLogLevel> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

let ours: unknown;

/**
 * Shows on the console what this SDK and the instrumentations say through the API's `diag`, up to a level
 * (specification: `OTEL_LOG_LEVEL`). A logger that somebody else has set stays as it is.
 *
 * @throws RangeError for a level that there is not
 */
export function setLogLevel(level: LogLevel): void {
  if (!Object.hasOwn(LEVELS, level)) {
    throw new RangeError(`logLevel: "${level}" is none of ${Object.keys(LEVELS).join(', ')}`);
  }
  const present = diagLogger();
  if (present !== undefined && present !== ours) return;
  diag.setLogger(new DiagConsoleLogger(), {
    logLevel: LEVELS[level],
    suppressOverrideMessage: true,
  });
  ours = diagLogger();
}
