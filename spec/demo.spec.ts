import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const MAIN = fileURLToPath(new URL('../demo/main.ts', import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly pid: number | undefined;
}

/** The forms of the demo, in which it promises the same traces. */
const FORMS = ['', '--propagator=b3', '--processes'] as const;

describe('the demo', function () {
  this.timeout(60_000);
  const ended = {} as Record<(typeof FORMS)[number], Ended>;

  before(async () => {
    await Promise.all(
      FORMS.map(async (form) => {
        ended[form] = await run(form === '' ? [] : [form]);
      }),
    );
  });

  function run(args: string[], endedBy?: NodeJS.Signals): Promise<Ended> {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
      env: { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', TMPDIR: tmpdir() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (data: string) => {
      stdout += data;
      if (endedBy !== undefined && stdout.includes('Three processes')) child.kill(endedBy);
    });
    child.stderr.setEncoding('utf8').on('data', (data: string) => (stderr += data));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        resolve({ code, signal, stdout, stderr, pid: child.pid });
      });
    });
  }

  function foldersOf(pid: number | undefined): string[] {
    return readdirSync(tmpdir()).filter((name) => name.startsWith(`spantree-demo-${pid}-`));
  }

  /** The first lines of the trees. */
  function verdicts({ stdout }: Ended): string[] {
    return stdout.split('\n').filter((line) => /^[●✖] (GET|POST) \/.* in /.test(line));
  }

  for (const form of FORMS) {
    describe(form || 'without options', () => {
      it('ends by itself, with 0 and without complaints', () => {
        const { code, stderr } = ended[form];
        expect([code, stderr]).to.deep.equal([0, '']);
      });

      it('joins the services in one tree', () => {
        const { stdout } = ended[form];
        expect(stdout).to.match(/5 spans · 2 services/);
        expect(stdout).to.match(/\[shop\] GET \/products\/:sku {2}200/);
        expect(stdout).to.match(/╘═ \[inventory\] GET \/stock\/:sku {2}200/);
      });

      it('says where a failure began', () => {
        expect(verdicts(ended[form])[1]).to.match(
          /^✖ POST \/orders 502 in \S+ {2}— failed in payment: ECONNRESET at POST \/authorize/,
        );
      });

      it('continues the trace of a caller that is not here', () => {
        expect(ended[form].stdout).to.match(
          /trace 4bf92f35.*\n.*↑ called from upstream span 00f067aa/,
        );
      });

      it('shows calls in parallel', () => {
        expect(verdicts(ended[form]).at(-1)).to.match(/GET \/catalog 200/);
        expect(ended[form].stdout).to.match(/14 spans · 2 services/);
      });
    });
  }

  it('shows the ids of a hand-made system beside ours', () => {
    for (const form of ['', '--processes'] as const) {
      expect(ended[form].stdout).to.match(/\(sent as trace-456\)\n.*upstream span span-x/);
      expect(verdicts(ended[form])).to.have.length(5);
    }
    expect(ended['--propagator=b3'].stdout).to.not.include('trace-456');
    expect(verdicts(ended['--propagator=b3'])).to.have.length(4);
  });

  it('says which propagators it uses', () => {
    expect(ended[''].stdout).to.include('propagators: tracecontext, baggage, x-trace.');
    expect(ended['--propagator=b3'].stdout).to.include('propagators: b3.');
  });

  it('has a file for each process, and leaves nothing behind', () => {
    const { stdout, pid } = ended['--processes'];
    for (const name of ['shop', 'inventory', 'payment']) {
      expect(stdout).to.match(
        new RegExp(`^ {2}${name}\\.jsonl {2}[1-9]\\d* lines?, \\d+ bytes$`, 'm'),
      );
    }
    expect(stdout).to.include('spantree show shop.jsonl payment.jsonl inventory.jsonl');
    expect(foldersOf(pid)).to.deep.equal([]);
  });

  for (const ending of ['SIGINT', 'SIGTERM'] as const) {
    it(`leaves nothing behind either when ${ending} ends it: no folder, no process`, async () => {
      // It has not closed its output before all its processes have.
      const { signal, pid } = await run(['--processes'], ending);
      expect(signal).to.equal(ending);
      expect(foldersOf(pid)).to.deep.equal([]);
    });
  }
});
