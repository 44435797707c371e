import fc from 'fast-check';
import { DIFFERENCES, type Difference } from './differences.js';
import { run, type Outcome } from './interpreter.js';
import type { Program } from './program.js';
import { rewritten } from './rewriting.js';
import { OFFICIAL, SPANTREE } from './sdks.js';
import { restored } from './stand-ins.js';

/** How many times as many programs are run as usual. */
const FACTOR = Number(process.env['DIFFERENTIAL_RUNS'] ?? 1);

/** Holds programs of an arbitrary against both SDKs: only the known differences may show. */
export async function expectSameOf(programs: fc.Arbitrary<Program>, runs: number): Promise<void> {
  await fc.assert(fc.asyncProperty(programs, expectSame), { numRuns: runsOf(runs) });
}

/** How many runs there are to be, where usually there are so many. */
export function runsOf(usual: number): number {
  return usual * FACTOR;
}

/** @throws what differs, a line each */
export async function expectSame(program: Program): Promise<void> {
  const lines = await differing(program, DIFFERENCES);
  if (lines.length > 0) throw new Error(['the SDKs differ:', ...lines].join('\n  '));
}

/** Where the outcomes differ when these differences of the official SDK have been put right. */
export async function differing(
  program: Program,
  differences: readonly Difference[],
): Promise<string[]> {
  const right = await rightOutcome(program, differences);
  return linesBetween(right, await run(SPANTREE, program));
}

/** What the official SDK would do without these differences. */
async function rightOutcome(
  program: Program,
  differences: readonly Difference[],
): Promise<Outcome> {
  const said = differences.reduce((p, { rewriting }) => rewritten(p, rewriting ?? {}), program);
  const outcome = await run(OFFICIAL, said, (span, parent) => {
    for (const { started } of differences) started?.(span, parent);
  });
  return differences.reduce(
    (o, difference) => difference.outcome?.(o, program) ?? o,
    restored(outcome),
  );
}

/** The paths at which two values differ, with both. */
export function linesBetween(official: unknown, spantree: unknown, path = ''): string[] {
  if (isObject(official) && isObject(spantree)) {
    const keys = new Set([...Object.keys(official), ...Object.keys(spantree)]);
    return [...keys].flatMap((key) =>
      linesBetween(official[key], spantree[key], path === '' ? key : `${path} · ${key}`),
    );
  }
  return Object.is(official, spantree)
    ? []
    : [`${path}: official ${JSON.stringify(official)}, spantree ${JSON.stringify(spantree)}`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
