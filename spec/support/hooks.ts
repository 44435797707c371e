import { setErrorHandler } from '../../lib/diagnostics.js';

/** A rejection that nobody handles fails the test at work: mocha by itself lets it pass. */
function fail(reason: unknown): never {
  throw reason;
}

export const mochaHooks = {
  beforeAll(): void {
    /** Keeps the SDK's reports out of the output of the specs. */
    setErrorHandler(() => {});
    process.on('unhandledRejection', fail);
  },
};
