import { spawn } from 'node:child_process';

const running = new Set();

/**
 * Runs a command to its end, in a process group of its own, and gives its standard output.
 *
 * @throws Error with the last lines of its output when it fails, cannot be started or takes too long
 */
export async function run(command, args, { cwd, env, timeoutMillis = 120_000 } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let all = '';
  child.stdout.setEncoding('utf8').on('data', (text) => ((output += text), (all += text)));
  child.stderr.setEncoding('utf8').on('data', (text) => (all += text));
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    signal(child, 'SIGKILL');
  }, timeoutMillis);
  const code = await exited(child).finally(() => clearTimeout(timer));
  if (code === 0) return output;
  const why = late ? `took more than ${timeoutMillis} ms` : `failed (${code})`;
  throw new Error(`${[command, ...args].join(' ').slice(0, 300)} ${why}:\n  ${lastLines(all)}`);
}

/** Starts a server; `ready` is asked until it gives true. It ends with this process at the latest. */
export async function startServer(command, args, { cwd, ready, timeoutMillis = 30_000 }) {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (log = (log + text).slice(-3000)));
  }
  let ended;
  void exited(child).then((code) => (ended = code));
  const deadline = performance.now() + timeoutMillis;
  while (!(await ready().catch(() => false))) {
    if (ended !== undefined) throw new Error(`${command} ended (${ended}):\n  ${lastLines(log)}`);
    if (performance.now() > deadline) {
      throw new Error(`${command} was not ready in ${timeoutMillis} ms:\n  ${lastLines(log)}`);
    }
    await pause(100);
  }
}

/** Ends all that still runs: by request first, after five seconds by force. */
export async function endAll() {
  for (const child of running) signal(child, 'SIGINT');
  const deadline = performance.now() + 5000;
  while (running.size > 0 && performance.now() < deadline) await pause(50);
  for (const child of running) signal(child, 'SIGKILL');
}

/** How it ended: its code, its signal, or why it did not start. */
function exited(child) {
  running.add(child);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(code ?? signal));
  }).finally(() => running.delete(child));
}

function signal(child, name) {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

function pause(millis) {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
}

function lastLines(text) {
  const lines = text.trim().split('\n');
  const frames = /^\s+at /;
  return lines
    .filter((line) => !frames.test(line))
    .slice(-12)
    .join('\n  ');
}
