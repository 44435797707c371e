import { setErrorHandler } from '../../lib/diagnostics.js';

/** Keeps the SDK's reports out of the output of the specs. */
export const mochaHooks = {
  beforeAll(): void {
    setErrorHandler(() => {});
  },
};
