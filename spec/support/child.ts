import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a child process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running child process that executes one of our TypeScript files. */
export interface Child {
  readonly process: ChildProcess;
  /** Resolves when the child has printed the text to its standard output; rejects when it ends without. */
  printed(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Runs `spec/support/children/<file>` in a Node of its own, with only the environment that is given. */
export function runChild(
  file: string,
  { args = [], env = {} }: { args?: readonly string[]; env?: Record<string, string> } = {},
): Child {
  const script = fileURLToPath(new URL(`./children/${file}`, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const waiting: { text: string; resolve: () => void; reject: (error: Error) => void }[] = [];
  const tooLate = (text: string): Error =>
    new Error(
      `${file} ended before it printed ${JSON.stringify(text)}; it said: ${stdout}${stderr}`,
    );
  let over = false;
  child.stdout.setEncoding('utf8').on('data', (data: string) => {
    stdout += data;
    for (const { text, resolve } of waiting) if (stdout.includes(text)) resolve();
  });
  child.stderr.setEncoding('utf8').on('data', (data: string) => (stderr += data));
  return {
    process: child,
    printed: (text) =>
      new Promise((resolve, reject) => {
        if (stdout.includes(text)) resolve();
        else if (over) reject(tooLate(text));
        else waiting.push({ text, resolve, reject });
      }),
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        over = true;
        // First, so that who waits for either learns that the child has ended.
        resolve({ code, signal, stdout, stderr });
        for (const { text, reject: give } of waiting) give(tooLate(text));
      });
    }),
  };
}
