// Compares spantree with the official SDK and with a floor, in one run:
//
//   npm run bench -- [NAME …] [--rounds N] [--quick] [--against CONTENDER] [--output FILE] [--source]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildIfStale, installIfMissing } from './ready.js';
import { scenarios } from './scenarios/index.js';
import { summarize } from './statistics.js';
import { table } from './table.js';

const { chosen, rounds, millis, rival, options, output } = readArguments();
if (!options.source) buildIfStale();
installIfMissing(rival);

const workers = {};
let failed = false;
try {
  workers.rival = await startWorker(rival);
  workers.ours = await startWorker('spantree');
  workers.floor = await startWorker('floor');
  const results = [];
  for (const scenario of chosen) {
    process.stderr.write(`${scenario.name} … `);
    results.push(summarize(scenario, await alternate(scenario)));
  }
  process.stderr.write('\n');
  console.log(`spantree and ${rival} on Node ${process.version}, ${rounds} rounds\n`);
  console.log(table(rival, results).join('\n'));
  if (output !== '') writeResults(results);
} catch (error) {
  failed = true;
  console.error(`\n${error.message}`);
} finally {
  for (const worker of Object.values(workers)) worker.stop();
}
process.exitCode = failed ? 1 : 0;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      against: { type: 'string', default: officialOfThisNode() },
      source: { type: 'boolean', default: false },
      output: { type: 'string', default: fileURLToPath(new URL('results.json', import.meta.url)) },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 11));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`--rounds must be a whole number from 1 on, not ${values.rounds}`);
  }
  return {
    chosen: named(positionals),
    rounds,
    millis: values.quick ? 0 : 100,
    rival: values.against,
    options: { quick: values.quick, source: values.source },
    output: values.output,
  };
}

/** The 3.x line needs Node 22.15. */
function officialOfThisNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 15) ? 'official-3' : 'official-2';
}

/** Scenarios whose name begins with one of the given; all when none is given. */
function named(prefixes) {
  if (prefixes.length === 0) return scenarios;
  return prefixes.flatMap((prefix) => {
    const found = scenarios.filter(({ name }) => name.startsWith(prefix));
    if (found.length > 0) return found;
    const known = scenarios.map(({ name }) => name).join(', ');
    throw new RangeError(`no benchmark is called ${prefix}; there are ${known}`);
  });
}

/** Starts a contender's process; `ask` resolves with its answer and rejects when it fails or ends. */
async function startWorker(contender) {
  const args = [contender, JSON.stringify(options)];
  const execArgv = options.source && contender === 'spantree' ? ['--import', 'tsx'] : [];
  const worker = fork(new URL('worker.js', import.meta.url), args, { execArgv });
  const ended = once(worker, 'exit').then(([code, signal]) => {
    throw new Error(`${contender} ended with ${signal ?? `exit code ${code}`}`);
  });
  ended.catch(() => {}); // heard by whoever asks next
  const answer = async () => {
    const [message] = await Promise.race([once(worker, 'message'), ended]);
    if (message.error !== undefined) throw new Error(message.error);
    return message;
  };
  await answer();
  return {
    ask(question) {
      worker.send(question);
      return answer();
    },
    stop: () => worker.kill(),
  };
}

/** Theirs, ours, the floor; then the other way round, so that a drift falls on all of them alike. */
async function alternate({ name, rounds: most = rounds }) {
  const order = Object.entries(workers);
  const measured = [];
  for (let round = 0; round < Math.min(rounds, most); round++) {
    const result = {};
    for (const [role, worker] of round % 2 === 0 ? order : order.toReversed()) {
      result[role] = (await worker.ask({ scenario: name, millis })).figure;
    }
    measured.push(result);
  }
  return measured;
}

function writeResults(results) {
  const about = {
    date: new Date().toISOString(),
    node: process.version,
    v8: process.versions.v8,
    cpu: cpus()[0]?.model ?? 'unknown',
    rival,
    rounds,
    results,
  };
  writeFileSync(output, `${JSON.stringify(about, undefined, 2)}\n`);
}
