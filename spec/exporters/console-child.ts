import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a process ended, and what it printed. */
export interface Ending {
  code: number | null;
  stdout: string;
  stderr: string;
  millis: number;
}

/** Starts a process that runs this module text; imports are relative to the repository. */
export function start(module: string, env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  const flags = ['--import', 'tsx', '--input-type=module', '-e', module];
  return spawn(process.execPath, flags, {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
}

/** Runs it to its end. */
export async function run(module: string, env?: NodeJS.ProcessEnv): Promise<Ending> {
  return ending(start(module, env));
}

/** Reads what a process prints, until it has ended. */
export function ending(child: ChildProcessWithoutNullStreams): Promise<Ending> {
  const started = performance.now();
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]
      .setEncoding('utf8')
      .on('data', (text: string) => (output[name] += text))
      .resume();
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...output, millis: performance.now() - started }));
  });
}
