import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { normalise } from './normalise.js';
import { run } from './processes.js';

const CHILD = fileURLToPath(new URL('child.js', import.meta.url));

/** Runs a part's program once, in a process of its own, and gives what it exported in comparable form. */
export async function runPass({ part, line, pass, side, packages, node, servers, folder }) {
  const output = join(
    folder,
    `${part.name}-${line}-${pass.name}-${side}.json`.replaceAll(' ', '-'),
  );
  const request = {
    program: fileURLToPath(new URL(`parts/${part.name}/program.js`, import.meta.url)),
    packages,
    output,
    line,
    side,
    ports: Object.fromEntries(Object.entries(servers).map(([name, { port }]) => [name, port])),
    ...pass,
  };
  await run(node.path, [CHILD, JSON.stringify(request)], {
    cwd: packages,
    env: { ...environment(), ...pass.env },
    timeoutMillis: 60_000,
  });
  return normalise(JSON.parse(readFileSync(output, 'utf8')));
}

/** Nothing of the caller's set-up of tracing reaches the programs. */
function environment() {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(OTEL_|SPANTREE_|NODE_OPTIONS$|NODE_ENV$)/.test(name),
  );
  return Object.fromEntries(entries);
}
