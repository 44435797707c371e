import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { createProcessDetector, processDetector } from '../../../../lib/node/detectors/process.js';
import { SCHEMA_URL } from '../../../../lib/node/detectors/schema.js';

describe('the detector of the process', () => {
  it('tells id, beginning, executable and runtime (C-RES-06, C-RES-07, T-RES-07)', () => {
    const { attributes, schemaUrl } = processDetector.detect();
    expect(schemaUrl).to.equal(SCHEMA_URL);
    expect(attributes).to.deep.equal({
      'process.pid': process.pid,
      'process.creation.time': new Date(performance.timeOrigin).toISOString(),
      'process.executable.name': basename(process.execPath),
      'process.executable.path': process.execPath,
      'process.command': process.argv0,
      'process.runtime.name': 'nodejs',
      'process.runtime.version': process.versions.node,
      'process.runtime.description': 'Node.js',
    });
  });

  it('tells arguments and owner only where they are asked for (C-RES-06)', () => {
    const { attributes } = createProcessDetector({ commandArgs: true, owner: true }).detect();
    expect(attributes?.['process.command_args']).to.deep.equal([
      process.argv0,
      ...process.execArgv,
      ...process.argv.slice(1),
    ]);
    expect(attributes?.['process.owner']).to.equal(userInfo().username);
  });

  it('shows no argument of a real process, whatever its title', () => {
    const source = new URL('../../../../lib/node/detectors/process.ts', import.meta.url).href;
    const script =
      'process.title = "node --token=hidden";' +
      `const { processDetector } = await import(${JSON.stringify(source)});` +
      'console.log(JSON.stringify(processDetector.detect()));';
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script, '--', '--token=hidden'],
      { encoding: 'utf8', cwd: fileURLToPath(new URL('../../../../', import.meta.url)) },
    );
    expect(stderr).to.equal('');
    expect(stdout).to.include('"process.pid"').and.not.include('hidden');
  });
});
