// Instrumentations, SDK set-ups and components of others over spantree and over the official SDK, against
// real servers; the exported spans of both are compared:
//
//   npm run ecosystem [-- --only=PART,…] [--node=24] [--tarball=FILE] [--print]
//
// Node 20 runs the 2.x line of the official packages, Node from 22.15 on the 3.x line too.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { register } from 'tsx/esm/api';
import { differences } from './differences.js';
import { compare, describe } from './compare.js';
import { installPart, nodeOf, packSpantree } from './install.js';
import { parts, passesOf } from './parts.js';
import { endAll } from './processes.js';
import { startServers } from './servers.js';

// The decoder of OTLP is that of the specs, in TypeScript.
register();
const { runPass } = await import('./pass.js');
const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    node: { type: 'string', default: '' },
    tarball: { type: 'string', default: '' },
    print: { type: 'boolean', default: false },
  },
});
const chosen = named(options.only.split(',').filter((name) => name !== ''));
const folder = mkdtempSync(join(tmpdir(), 'spantree-ecosystem-'));
const seen = new Map();
let passed = 0;
let failed = 0;

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.once(signal, () => void cleanUp().finally(() => process.exit(code)));
}
try {
  await runAll();
} catch (error) {
  fail('set-up', error.message);
} finally {
  await cleanUp();
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function runAll() {
  const node = await nodeOf(options.node);
  const tarball = options.tarball || (await packSpantree(folder));
  console.log(
    `Node ${node.version}, official lines ${node.lines.map((n) => `${n}.x`).join(', ')}\n`,
  );
  const servers = await startServers(new Set(chosen.flatMap(({ needs }) => needs)), folder);
  for (const part of chosen) {
    const missing = part.needs.find((name) => servers[name].error !== undefined);
    if (missing !== undefined) fail(part.name, servers[missing].error);
    else
      for (const line of part.lines.filter((n) => node.lines.includes(n))) {
        await runLine(part, line, { node, tarball, servers });
      }
  }
  tellDifferences();
}

async function cleanUp() {
  await endAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** All passes of a part with the packages of one official line. */
async function runLine(part, line, { node, tarball, servers }) {
  let packages;
  try {
    packages = await installPart(part.name, line, tarball);
  } catch (error) {
    return fail(`${part.name} · SDK ${line}.x`, error.message);
  }
  for (const pass of passesOf(part)) {
    const title = `${part.name} · SDK ${line}.x · ${pass.name}`;
    try {
      const run = (side) => runPass({ part, line, pass, side, packages, node, servers, folder });
      const [official, ours] = await Promise.all([run('official'), run('spantree')]);
      if (options.print) console.log(JSON.stringify({ official, ours }, null, 2));
      judge(title, part, compare(official, ours), official);
    } catch (error) {
      fail(title, error.message);
    }
  }
}

function judge(title, part, { unexpected, expected }, official) {
  for (const { entry } of expected) seen.set(entry, (seen.get(entry) ?? 0) + 1);
  const scopes = official.scopes;
  const silent = part.scopes.filter((scope) => !scopes.includes(scope));
  if (silent.length > 0) {
    fail(
      title,
      `no span of ${silent.join(', ')} came from the official SDK, only of ${scopes.join(', ')}`,
    );
  } else if (unexpected.length > 0) {
    fail(title, `official → spantree\n${describe(unexpected)}`);
  } else {
    passed += 1;
    const count = `${official.count} spans`;
    const ids = [...new Set(expected.map(({ entry }) => entry.id))].join(', ');
    console.log(`ok    ${title}: ${count}${ids && `, but for ${ids}`}`);
  }
}

/** A named difference that nothing shows any more is a defect of the table. */
function tellDifferences() {
  if (seen.size > 0) console.log('\nDifferences, each named in the table:');
  for (const [{ id, why }, count] of seen) console.log(`  ${id} (${count} values): ${why}`);
  console.log('');
  if (options.only !== '' || failed > 0) return;
  for (const { id, why } of differences.filter((entry) => !seen.has(entry))) {
    fail('differences.js', `nothing shows ${id} any more: ${why}`);
  }
}

function fail(title, reason) {
  failed += 1;
  console.log(`FAIL  ${title}: ${reason}`);
}

function named(names) {
  for (const name of names) {
    if (parts.some((part) => part.name === name)) continue;
    const known = parts.map((part) => part.name).join(', ');
    throw new RangeError(`--only: there is no part "${name}"; there are ${known}`);
  }
  return names.length === 0 ? parts : parts.filter(({ name }) => names.includes(name));
}
