import assert from 'node:assert/strict';

/** What was found or is expected, by what is looked at and the id of the span. */
export type Aspects = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

let passed = 0;
let failed = 0;

/** Runs one check and prints its line. */
export async function check(name: string, body: () => unknown): Promise<void> {
  try {
    await body();
    passed++;
    console.log(`ok ${name}`);
  } catch (error) {
    fail(name, error);
  }
}

/** Prints the line of a check that did not come to run, or has failed. */
export function fail(name: string, error: unknown): void {
  failed++;
  const message = error instanceof Error ? error.message : String(error);
  console.log(`not ok ${name}`);
  console.log(message.trim().split('\n').slice(0, LINES).join('\n').replace(/^/gm, '    '));
}

/** As much of a difference as helps. */
const LINES = 40;

/** Checks every aspect of what is expected: the spans must be the same ones, and the same in it. */
export async function checkAspects(
  name: string,
  expected: Aspects,
  read: () => Promise<Aspects>,
): Promise<void> {
  let found: Aspects;
  try {
    found = await read();
  } catch (error) {
    return fail(`${name}: read back`, error);
  }
  for (const [aspect, values] of Object.entries(expected)) {
    await check(`${name}: ${aspect}`, () => assert.deepStrictEqual(found[aspect], values));
  }
}

/** Prints the sum. @returns whether all is well */
export function summary(): boolean {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}
