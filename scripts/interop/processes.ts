import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The command is killed after this time. */
  readonly timeoutMillis: number;
}

const running = new Set<ChildProcess>();

/**
 * Runs a command to its end and gives what it wrote to standard output.
 *
 * @throws Error with the last lines of its output, when it fails, cannot be started or takes too long
 */
export async function run(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMillis }: RunOptions,
): Promise<string> {
  const what = `${command} ${args.join(' ')}`;
  const child = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a group of its own, so that the compilers it starts end with it.
    detached: true,
  });
  const exit = exited(child);
  let output = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => ((output += text), (all += text)));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (all += text));
  const code = await within(exit, timeoutMillis, () => end(child, 'SIGKILL'));
  if (code === 0) return output;
  const why = code === 'late' ? `took more than ${timeoutMillis} ms` : `failed (${code})`;
  throw new Error(`${what} ${why}: ${lastLines(all)}`);
}

/** A program that runs until it is stopped. */
export interface Peer {
  readonly pid: number | undefined;
  /** Waits until the check passes. @throws Error when the program has ended, or after the time */
  ready(check: () => Promise<boolean>, timeoutMillis: number): Promise<void>;
  /** Ends it, by force when it does not end in 10 seconds. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a program whose output goes to a file. It ends with this process at the latest. */
export function startPeer(
  command: string,
  args: readonly string[],
  { log, env }: { readonly log: string; readonly env?: Readonly<Record<string, string>> },
): Peer {
  const file = openSync(log, 'a');
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', file, file],
    detached: true,
  });
  closeSync(file);
  const exit = exited(child);
  let ended: string | undefined;
  void exit.then((code) => (ended = String(code)));
  return {
    pid: child.pid,
    async ready(check, timeoutMillis) {
      await until(`${command} to be ready`, timeoutMillis, async () => {
        if (ended !== undefined) throw new Fatal(`${command} ended (${ended}): ${logged(log)}`);
        return check();
      }).catch((error: unknown) => {
        throw error instanceof Fatal ? error : new Error(`${String(error)}: ${logged(log)}`);
      });
    },
    async stop(signal = 'SIGTERM') {
      if (ended !== undefined) return;
      end(child, signal);
      await within(exit, STOP_MILLIS, () => end(child, 'SIGKILL'));
    },
  };
}

const STOP_MILLIS = 10_000;

/** Ends every program that is still running, at once. */
export function killAll(): void {
  for (const child of running) end(child, 'SIGKILL');
}

/** Ends every program that is still running, and waits until they have ended. */
export async function endAll(): Promise<void> {
  killAll();
  await until('all to end', STOP_MILLIS, async () => running.size === 0);
}

/** Ends a wait at once. */
class Fatal extends Error {}

/** Asks every 100 ms until the answer is true. @throws Error after the time */
export async function until(
  what: string,
  timeoutMillis: number,
  check: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + timeoutMillis;
  let last: unknown;
  for (;;) {
    try {
      if (await check()) return;
      last = undefined;
    } catch (error) {
      if (error instanceof Fatal) throw error;
      last = error;
    }
    if (performance.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const why = last instanceof Error ? ` (${last.message})` : '';
  throw new Error(`waited ${timeoutMillis} ms in vain for ${what}${why}`);
}

/** Whether something answers the request with a success. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.arrayBuffer();
  return response.ok;
}

/** Ports of the loopback interface that nobody listens on, all different. */
export async function freePorts<N extends string>(...names: N[]): Promise<Record<N, number>> {
  const servers = names.map(() => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return Object.fromEntries(names.map((name, i) => [name, ports[i]])) as Record<N, number>;
}

/** How a process ended: its code, its signal, or why it did not start. Never rejects. */
async function exited(child: ChildProcess): Promise<number | string> {
  running.add(child);
  return new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? String(signal)));
  }).finally(() => running.delete(child));
}

function end(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself meanwhile.
  }
}

/** What the promise gives, or 'late' after the time, when `onLate` has been called. */
async function within<T>(
  promise: Promise<T>,
  millis: number,
  onLate: () => void,
): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => {
      onLate();
      resolve('late');
    }, millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function logged(log: string): string {
  return lastLines(readFileSync(log, 'utf8'));
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-8).join('\n  ').slice(-3000);
}
