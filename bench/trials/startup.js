import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const CHILD = fileURLToPath(new URL('startup-child.js', import.meta.url));
const run = promisify(execFile);

/** What it takes to load a tracer and start it, once the API is loaded; each time in a fresh process. */
export const startup = {
  name: 'startup',
  rounds: 41,
  rows: [
    { name: 'startup', title: 'import and start(), beyond the API', unit: 'ms', figure: 'wall' },
    { name: 'startup-cpu', title: 'the same, processor time', unit: 'ms', figure: 'cpu' },
    { name: 'startup-api', title: "the API's own import", unit: 'ms', figure: 'api' },
  ],
  open({ rival, options }) {
    const measure = (side) => async () => {
      const isTsx = options.source && side === 'spantree';
      const args = [...(isTsx ? ['--import', 'tsx'] : []), CHILD, side, String(options.source)];
      const env = { ...process.env, NODE_ENV: 'production' };
      return JSON.parse((await run(process.execPath, args, { env })).stdout);
    };
    return {
      sides: { rival: measure(rival), ours: measure('spantree'), floor: measure('floor') },
      close: () => [],
    };
  },
};
