import { context, diag, propagation, trace } from '@opentelemetry/api';
import { resetDiagnostics, setErrorHandler, type Diagnostic } from '../../lib/diagnostics.js';
import { start, type Sdk, type StartOptions } from '../../lib/start.js';

/** What a spec of `start()` works with. */
export interface Starting {
  /** Starts the SDK, which does not watch for the end of the process. */
  readonly start: (options?: StartOptions) => Sdk;
  /** The one that was started last. */
  readonly sdk: Sdk;
  /** What was reported during this test. */
  readonly diagnostics: Diagnostic[];
  readonly codes: () => string[];
  /** The messages of all reports, a line each. */
  readonly said: () => string;
}

/**
 * Lets the surrounding `describe` start the SDK. After each test it is shut down, and the API's globals and the
 * environment are as before.
 */
export function starting(): Starting {
  let environment: NodeJS.ProcessEnv;
  let diagnostics: Diagnostic[];
  let sdk: Sdk | undefined;

  beforeEach(() => {
    environment = { ...process.env };
    disableGlobals();
    diagnostics = [];
    resetDiagnostics();
    setErrorHandler((diagnostic) => diagnostics.push(diagnostic));
  });

  afterEach(async () => {
    await sdk?.shutdown();
    sdk = undefined;
    for (const name of Object.keys(process.env)) {
      if (!(name in environment)) delete process.env[name];
    }
    Object.assign(process.env, environment);
    setErrorHandler(() => {});
    disableGlobals();
  });

  return {
    start: (options = {}) => (sdk = start({ flushAtExit: false, ...options })),
    get sdk() {
      return sdk!;
    },
    get diagnostics() {
      return diagnostics;
    },
    codes: () => diagnostics.map(({ code }) => code),
    said: () => diagnostics.map(({ message }) => message).join('\n'),
  };
}

/** The logger as well, which a log level sets for good. */
function disableGlobals(): void {
  for (const api of [trace, context, propagation, diag]) api.disable();
}
