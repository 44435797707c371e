import { spawn } from 'node:child_process';
import { PassThrough, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { encodeTracesJson } from '../../exporters/otlp/json.js';
import { runCommand } from '../../viewer/command.js';
import { ORDER } from '../tree/scenario.js';

const CLI = fileURLToPath(new URL('../../viewer/cli.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command with this standard input. */
function spantree(args: string[], input = '', isRead = true): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', CLI, ...args], {
    env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (data: string) => (stdout += data));
  child.stderr.setEncoding('utf8').on('data', (data: string) => (stderr += data));
  if (!isRead) child.stdout.destroy();
  child.stdin.on('error', () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('the spantree command', () => {
  it('shows the trees of standard input', async () => {
    const { code, stdout, stderr } = await spantree(['show'], `${encodeTracesJson(ORDER)}\n`);
    expect([code, stderr]).to.deep.equal([0, '']);
    expect(stdout).to.match(/^✖ POST \/orders 502 in 412ms/);
  });

  it('survives a reader that has gone (EPIPE)', async () => {
    const ended = await spantree(['show'], `${encodeTracesJson(ORDER)}\n`, false);
    expect(ended).to.deep.equal({ code: 0, stdout: '', stderr: '' });
  });

  it('ends with 1 when a file cannot be read', async () => {
    const { code, stderr } = await spantree(['show', 'no/such.jsonl']);
    expect(code).to.equal(1);
    expect(stderr).to.include('cannot read no/such.jsonl: ENOENT');
  });

  it('ends with 2 for what it does not understand', async () => {
    const { code, stdout, stderr } = await spantree(['show', '--dance']);
    expect([code, stdout]).to.deep.equal([2, '']);
    expect(stderr).to.match(/^spantree: .*--dance.*\n\nUsage: spantree show/s);
  });

  describe('its verbs', () => {
    async function run(args: string[]): Promise<Ended> {
      let stdout = '';
      let stderr = '';
      const out = new Writable({
        decodeStrings: false,
        write: (text: string, _encoding, done) => {
          stdout += text;
          done();
        },
      });
      const code = await runCommand(args, {
        stdin: new PassThrough(),
        stdout: out,
        stderr: { write: (text) => (stderr += text) },
        env: {},
        cwd: () => '/',
      });
      return { code, stdout, stderr };
    }

    const misuses: [args: string[], stderr: RegExp][] = [
      [[], /^Usage: spantree VERB/],
      [['dance'], /^spantree: there is no verb "dance"\n\nUsage: spantree VERB/],
      [['toString'], /^spantree: there is no verb "toString"/],
    ];
    for (const [args, expected] of misuses) {
      it(`2 and the usage for: spantree ${args.join(' ')}`, async () => {
        const { code, stdout, stderr } = await run(args);
        expect([code, stdout]).to.deep.equal([2, '']);
        expect(stderr).to.match(expected);
      });
    }

    const answers: [args: string[], stdout: RegExp][] = [
      [['--help'], /^Usage: spantree VERB[^]* show /],
      [['show', '--help'], /^Usage: spantree show[^]*--all-attributes/],
      [['--version'], /^\d+\.\d+\.\d+.*\n$/],
    ];
    for (const [args, expected] of answers) {
      it(`an answer to: spantree ${args.join(' ')}`, async () => {
        const { code, stdout, stderr } = await run(args);
        expect([code, stderr]).to.deep.equal([0, '']);
        expect(stdout).to.match(expected);
      });
    }
  });
});
