// Processes on cores of their own, and what they cost.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const status = readIfThere('/proc/self/status');

/**
 * The core of the service, and those of everybody else; undefined where processes cannot be told to stay on
 * them: not on Linux, without taskset, or with one core.
 */
export const cores = coresFor(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1]);

/** Starts a script of this folder; `ask` sends a question and resolves with the answer. */
export async function startProcess(file, args, { core, execArgv = [], env = {} } = {}) {
  const command = [process.execPath, ...execArgv, fileURLToPath(new URL(file, import.meta.url))];
  const pinned = core === undefined ? [] : ['taskset', '-c', core];
  const [program, ...rest] = [...pinned, ...command, ...args];
  const child = spawn(program, rest, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, ...env },
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`${file} ${args[0] ?? ''} ended with ${signal ?? `exit code ${code}`}`);
  });
  ended.catch(() => {}); // heard by whoever asks next
  const answer = async () => {
    const [message] = await Promise.race([once(child, 'message'), ended]);
    if (message.error !== undefined) throw new Error(message.error);
    return message;
  };
  return {
    pid: child.pid,
    ready: await answer(),
    ask(question) {
      child.send(question);
      return answer();
    },
    stop: () => child.kill(),
  };
}

/** Tells a process that runs already to stay on some cores. */
export function pin(pid, on) {
  if (on !== undefined) spawnSync('taskset', ['-a', '-c', '-p', on, String(pid)]);
}

/** Microseconds that the threads of a process have run, as the operating system counts them. */
export async function processorMicros({ pid, ask }) {
  const folder = `/proc/${pid}/task`;
  let nanos = 0;
  try {
    for (const task of readdirSync(folder)) {
      nanos += Number(readFileSync(`${folder}/${task}/schedstat`, 'utf8').split(' ', 1)[0]);
    }
  } catch {
    return (await ask({ micros: true })).micros; // No Linux: what the process itself is told.
  }
  return nanos / 1000;
}

function coresFor(allowed) {
  if (allowed === undefined || spawnSync('taskset', ['--version']).error !== undefined)
    return undefined;
  const numbers = allowed.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  if (numbers.length < 2) return undefined;
  return { service: String(numbers.at(-1)), others: numbers.slice(0, -1).join(',') };
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
