// Compares spantree with the official SDK, or another rival, and with a floor, in one run:
//
//   npm run bench -- [NAME …] [--rounds N] [--seconds N] [--quick] [--against CONTENDER] [--gates]
//                    [--output FILE] [--source]
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { judge } from './gates.js';
import { startContenders } from './contenders.js';
import { buildIfStale, installIfMissing } from './ready.js';
import { isFor } from './rivals.js';
import { scenarios } from './scenarios/index.js';
import { summarize } from './statistics.js';
import { table } from './table.js';
import { trials } from './trials/index.js';

const all = [...scenarios, ...trials];
const { asked, rounds, rival, options, gates, output } = readArguments();
const chosen = asked.filter((benchmark) => isFor(rival, benchmark));
const skipped = asked.filter((benchmark) => !isFor(rival, benchmark));
if (!options.source) buildIfStale();
installIfMissing(rival);

const contenders = startContenders(rival, options);
let failed = false;
try {
  const results = [];
  const notes = [];
  for (const benchmark of chosen) {
    process.stderr.write(`${benchmark.name} … `);
    results.push(...summarize(benchmark, await measure(benchmark, notes)));
  }
  process.stderr.write('\n');
  for (const note of notes) console.log(note);
  if (skipped.length > 0) console.log(`not compared with ${rival}: ${namesOf(skipped)}`);
  console.log(`spantree and ${rival} on Node ${process.version}, ${rounds} rounds\n`);
  console.log(table(rival, results).join('\n'));
  if (output !== '') writeResults(results);
  if (gates) failed = !judge(results, chosen.length === all.length);
} catch (error) {
  failed = true;
  console.error(`\n${error.message}`);
} finally {
  contenders.stop();
}
process.exitCode = failed ? 1 : 0;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string', default: '3' },
      quick: { type: 'boolean', default: false },
      against: { type: 'string', default: officialOfThisNode() },
      gates: { type: 'boolean', default: false },
      source: { type: 'boolean', default: false },
      output: { type: 'string', default: fileURLToPath(new URL('results.json', import.meta.url)) },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 11));
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new RangeError(`--rounds must be a whole number from 1 on, not ${values.rounds}`);
  }
  const seconds = Number(values.seconds);
  if (!(seconds >= 1)) {
    throw new RangeError(`--seconds must be a number from 1 on, not ${values.seconds}`);
  }
  return {
    asked: named(positionals),
    rounds,
    rival: values.against,
    gates: values.gates,
    options: { quick: values.quick, source: values.source, seconds },
    output: values.output,
  };
}

/** The 3.x line needs Node 22.15. */
function officialOfThisNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 15) ? 'official-3' : 'official-2';
}

/** Benchmarks whose name begins with one of the given; all when none is given. */
function named(prefixes) {
  if (prefixes.length === 0) return all;
  return prefixes.flatMap((prefix) => {
    const found = all.filter(({ name }) => name.startsWith(prefix));
    if (found.length > 0) return found;
    throw new RangeError(`no benchmark is called ${prefix}; there are ${namesOf(all)}`);
  });
}

function namesOf(benchmarks) {
  return benchmarks.map(({ name }) => name).join(', ');
}

/** A benchmark's rounds. A trial opens its own processes, perhaps several times; a scenario has the contenders'. */
async function measure(benchmark, notes) {
  const most = Math.min(rounds, benchmark.rounds ?? rounds);
  if (benchmark.open === undefined) return alternate(await contenders.sides(benchmark), most);
  const sessions = options.quick ? 1 : Math.min(benchmark.sessions ?? 1, most);
  const measured = [];
  for (let session = 0; session < sessions; session++) {
    const opened = await benchmark.open({ rival, options });
    let told;
    try {
      measured.push(...(await alternate(opened.sides, Math.ceil(most / sessions))));
    } finally {
      told = await opened.close();
    }
    if (session === 0) notes.push(...told);
  }
  return measured;
}

/** Theirs, ours, the floor; then the other way round, so that a drift falls on all of them alike. */
async function alternate(sides, count) {
  const order = Object.entries(sides);
  const measured = [];
  for (let round = 0; round < count; round++) {
    measured.push(await takeTurns(round % 2 === 0 ? order : order.toReversed()));
  }
  return measured;
}

/** The figures of all sides. One that gives none yet has measured a part, and has another turn when the others had one. */
async function takeTurns(order) {
  const figures = {};
  let turns = order;
  while (turns.length > 0) {
    const unfinished = [];
    for (const [role, measure] of turns) {
      const measured = await measure();
      if (measured === undefined) unfinished.push([role, measure]);
      else figures[role] = measured;
    }
    turns = unfinished.toReversed();
  }
  return figures;
}

function writeResults(results) {
  const about = {
    date: new Date().toISOString(),
    node: process.version,
    v8: process.versions.v8,
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    rival,
    rounds,
    results,
  };
  writeFileSync(output, `${JSON.stringify(about, undefined, 2)}\n`);
}
