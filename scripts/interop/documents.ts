import { readFile } from 'node:fs/promises';
import { check } from './checks.js';
import { beside } from './folders.js';

const DOCUMENT = '../../docs/production.md';

/** What the document shows of configurations is what runs: a block of YAML under the name of its file. */
export async function checkDocuments(): Promise<void> {
  const text = await readFile(beside(DOCUMENT), 'utf8');
  const blocks = [...text.matchAll(/<!-- (\S+\.yaml) -->\n\n```yaml\n([^]*?)```/g)];
  const shown = new Map(blocks.map(([, path, block]) => [path!, block!]));
  for (const name of ['agent', 'gateway']) {
    const path = `scripts/interop/collector/${name}.yaml`;
    await check(`docs/production.md shows ${path} as it runs`, async () => {
      const file = await readFile(beside(`../../${path}`), 'utf8');
      if (shown.get(path) === undefined) throw new Error(`no block under <!-- ${path} -->`);
      if (shown.get(path) !== file) throw new Error('the block differs from the file');
    });
  }
}
