// One contender in a process of its own. Forked by run.js it answers { scenario, millis } with a figure:
// the nanoseconds an operation took, or what else the scenario measures; started by hand it measures one scenario, which suits a profiler:
//
//   node --cpu-prof bench/worker.js spantree http-span 3000
import { pathToFileURL } from 'node:url';
import { isFor } from './rivals.js';
import { scenarios } from './scenarios/index.js';
import { startSink } from './sink.js';

/** Operations between two looks at the clock; what `prepare` makes for a run must fit the caches. */
const CHUNK = 500;
const QUICK_CHUNK = 10;

let kept;

/**
 * Loads a contender, sets up every scenario that is for it, and returns `figure(scenarioName, millis)`.
 *
 * Each scenario runs once at first, whichever is asked for later: in a service, too, the code has seen
 * every kind of use before, and engines optimise for what they have seen. Not where it is quick: its times say
 * nothing.
 */
export async function bench(name, options = {}) {
  const { quick = false, seconds = 3 } = options;
  const contender = await load(name, options);
  const sink = await startSink();
  const ready = new Map(
    scenarios
      .filter((scenario) => isFor(name, scenario))
      .map((scenario) => [scenario.name, scenario.setUp(contender, { sink })]),
  );
  const warm = new Set();
  if (!quick) for (const scenario of ready.values()) await figure(scenario, 30, true);
  return async (scenarioName, millis) => {
    const scenario = ready.get(scenarioName);
    if (!warm.has(scenarioName) && !quick) await figure(scenario, 300, true);
    warm.add(scenarioName);
    return figure(scenario, millis, quick);
  };

  function figure(scenario, millis, isBrief) {
    if (scenario.measure !== undefined) return scenario.measure({ isBrief, seconds });
    return repeat(scenario, quick ? QUICK_CHUNK : (scenario.chunk ?? CHUNK), millis);
  }
}

/**
 * Runs a scenario for some milliseconds, at least one chunk, and returns nanoseconds per operation.
 * They are processor time of the whole process, its collector's threads too: on a machine that others
 * share, the clock on the wall measures the others. A scenario may ask for the clock nevertheless.
 */
async function repeat(scenario, chunk, millis) {
  let spent = 0;
  let count = 0;
  do {
    scenario.prepare?.(chunk);
    const elapsed = scenario.isWall ? wallMicros() : processorMicros();
    const result = scenario.run(chunk);
    kept = result instanceof Promise ? await result : result;
    spent += elapsed();
    count += chunk;
    await scenario.check?.();
  } while (spent === 0 || spent < millis * 1000);
  return (spent * 1000) / count;
}

function processorMicros() {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
}

function wallMicros() {
  const before = performance.now();
  return () => (performance.now() - before) * 1000;
}

async function load(name, options) {
  const { contender } = await import(`./contenders/${name}.js`);
  return contender(options);
}

async function serve(name, options) {
  const measure = await bench(name, options);
  const answer = async ({ scenario, millis }) => {
    try {
      process.send({ figure: await measure(scenario, millis), kept: typeof kept });
    } catch (error) {
      process.send({ error: `${name}, ${scenario}: ${error?.stack ?? error}` });
    }
  };
  process.on('message', (message) => void answer(message));
  process.send({ ready: true });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [name, scenario, third] = process.argv.slice(2);
  if (process.send !== undefined) {
    await serve(name, JSON.parse(scenario));
  } else {
    const measure = await bench(name);
    console.log(`${scenario}: ${(await measure(scenario, Number(third ?? 1000))).toFixed(1)}`);
    process.exit();
  }
}
