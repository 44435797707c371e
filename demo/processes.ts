import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import axios from 'axios';
import { show } from '../viewer/show.js';
import { startProvider } from './provider.js';
import { upstreams } from './upstream.js';

const MAIN = fileURLToPath(new URL('process-main.ts', import.meta.url));

/** What a user ends the demo by. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A service in a process of its own. */
interface Running {
  readonly process: ChildProcess;
  readonly url: string;
  /** Where its spans are. */
  readonly file: string;
}

/**
 * The demo with each service in a process of its own. None of them sees the others' spans: each writes its
 * own to a file, and `spantree show` joins the files.
 *
 * @returns the exit code of `spantree show`
 */
export async function runProcesses(propagators: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), `spantree-demo-${process.pid}-`));
  const provider = await startProvider();
  const children: ChildProcess[] = [];
  /** Who calls comes before whom he calls. */
  const running: Running[] = [];

  /** At once: it is also what a signal leads to. */
  function cleanUp(): void {
    for (const child of children) child.kill('SIGKILL');
    provider.server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  function onSignal(signal: NodeJS.Signals): void {
    cleanUp();
    // It ends as if nobody had listened.
    process.kill(process.pid, signal);
  }
  for (const signal of SIGNALS) process.once(signal, onSignal);

  async function run(name: string, urls: Record<string, string> = {}): Promise<string> {
    const file = join(folder, `${name}.jsonl`);
    const child = fork(MAIN, [name, file, propagators.join(','), JSON.stringify(urls)]);
    children.push(child);
    const url = await firstMessage(child, name);
    running.unshift({ process: child, url, file });
    return url;
  }

  try {
    const urls = {
      inventory: await run('inventory'),
      payment: await run('payment', { provider: provider.url }),
    };
    const shop = await run('shop', urls);
    say(`Three processes, propagators: ${propagators.join(', ')}.`);
    await request(shop, 'GET', '/products/42');
    await request(shop, 'POST', '/orders');
    for (const { headers } of upstreams(propagators)) {
      await request(shop, 'GET', '/products/42', headers);
    }
    await request(shop, 'GET', '/catalog');

    say('They are told to end (SIGTERM), and have each written a file of OTLP JSON Lines:');
    await Promise.all(running.map(({ process: child }) => ended(child)));
    for (const { file } of running) console.log(`  ${basename(file)}  ${await sizeOf(file)}`);

    const files = running.map(({ file }) => file);
    say(`spantree show ${files.map((file) => basename(file)).join(' ')}`);
    return await show(files, process);
  } finally {
    cleanUp();
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/** What a service says when it listens: its URL. */
async function firstMessage(child: ChildProcess, name: string): Promise<string> {
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the service ${name} has ended with ${code}`);
  });
  const [url] = (await Promise.race([once(child, 'message'), failed])) as [string];
  failed.catch(() => {});
  return url;
}

async function request(url: string, method: string, path: string, headers = {}): Promise<void> {
  await axios.request({ url: url + path, method, headers, validateStatus: () => true });
  // The answer is here a moment before the services have ended their spans.
  await new Promise((resolve) => setTimeout(resolve, 20));
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

async function sizeOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  const lines = text.split('\n').length - 1;
  return `${lines} line${lines === 1 ? '' : 's'}, ${Buffer.byteLength(text)} bytes`;
}

function say(text: string): void {
  console.log(`\n${text}\n`);
}
