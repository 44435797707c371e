import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

/* The examples of docs/migrating.md run as they stand, those for the official SDK too. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(`${root}/docs/migrating.md`, 'utf8');
const examples = page.split(/^##+ /m).flatMap((section) =>
  [...section.matchAll(/^```js\n(.*?)^```/gms)].map(([, code], number) => ({
    title: `${section.split('\n')[0]}, ${number + 1}`,
    code: code!,
  })),
);
/** Not installed: those would be run by `npm run ecosystem`. */
const NOT_HERE = /@opentelemetry\/(sdk-node|instrumentation)/;

/** Under which names what an example imports is found here. */
const PLACES: [RegExp, string][] = [
  [/'spantree'/g, `'${new URL('../../lib/index.ts', import.meta.url).href}'`],
  [/'@opentelemetry\/sdk-trace'/g, "'official-trace-3'"],
];

/** Says whether the active span goes out in headers: provider, context manager and propagator are there. */
const PROBE = `
import * as api from '@opentelemetry/api';
await api.trace.getTracer('probe').startActiveSpan('probe', async (span) => {
  await null;
  const headers = {};
  api.propagation.inject(api.context.active(), headers);
  span.end();
  console.error('traceparent' in headers ? 'traced' : 'not traced');
});
process.exit();
`;

async function run(code: string): Promise<string> {
  const program = PLACES.reduce((text, [name, place]) => text.replace(name, place), code);
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program + PROBE];
  const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  return stderr;
}

describe('the examples of docs/migrating.md', function () {
  this.timeout(30_000);
  const runnable = examples.filter(({ code }) => !NOT_HERE.test(code));

  it('are some', () => {
    expect(runnable).to.have.length.of.at.least(5);
  });

  for (const { title, code } of runnable) {
    it(`trace: ${title}`, async () => {
      expect((await run(code)).trim().split('\n').at(-1)).to.equal('traced');
    });
  }
});
