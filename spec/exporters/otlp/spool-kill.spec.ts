import { mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { ExportStats } from '../../../exporters/otlp/export-stats.js';
import { runChild, type Child, type Ended } from '../../support/child.js';
import { refusingUrl, startCollector } from '../../support/collector.js';
import { startGrpcCollector, type GrpcCollector } from '../../support/grpc-collector.js';
import { until } from './exporting.js';

const SPANS = 1300;

function run(what: string, directory: string, url: string, protocol = 'http/protobuf'): Child {
  const args = [what, directory, url, protocol, String(SPANS)];
  return runChild('../../exporters/otlp/spool-app.ts', { args });
}

function statsOf({ stdout }: Ended): ExportStats {
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as ExportStats;
}

/** Ends a child that sends, when it has sent. */
async function stop(child: Child): Promise<Ended> {
  child.process.kill('SIGTERM');
  return child.ended;
}

/** Makes all files look as if nobody had touched them for long. */
function abandonAll(directory: string): void {
  const past = new Date(Date.now() - 3_600_000);
  for (const name of readdirSync(directory)) utimesSync(join(directory, name), past, past);
}

/** Kills a process that spools, at a random moment. @returns the names of spans known to be on disk */
async function spoolAndKill(directory: string, url: string, protocol: string): Promise<string[]> {
  const child = run('spool until killed', directory, url, protocol);
  await Promise.race([child.printed('spooled 60;'), child.ended]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 150));
  child.process.kill('SIGKILL');
  const { signal, stdout, stderr } = await child.ended;
  expect(signal, stderr).to.equal('SIGKILL');
  abandonAll(directory);
  const count = Math.max(...[...stdout.matchAll(/spooled (\d+);/g)].map(([, n]) => Number(n)));
  return Array.from({ length: count }, (_, i) => `s${i}`);
}

describe('OTLPTraceExporter with a spool, in processes that', function () {
  this.timeout(60_000);
  let directories: string[] = [];
  function newDirectory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'spantree-spool-'));
    directories.push(directory);
    return directory;
  }
  afterEach(() => {
    for (const directory of directories) rmSync(directory, { recursive: true, force: true });
    directories = [];
  });

  describe('are killed', () => {
    const cases = [
      ['http/protobuf', 3],
      ['http/json', 1],
    ] as const;
    for (const [protocol, kills] of cases) {
      it(`leave all that was spooled to the next one, whenever that is, over ${protocol}`, async () => {
        const dead = await refusingUrl();
        const moments = Array.from({ length: kills }, async () => {
          const directory = newDirectory();
          const names = await spoolAndKill(directory, dead, protocol);
          const collector = await startCollector();
          const next = run('send', directory, collector.url, protocol);
          const arrived = (): Set<string> => new Set(collector.spans().map(({ name }) => name));
          await until(() => readdirSync(directory).length === 0);
          expect(arrived()).to.include.keys(...names);
          await stop(next);
          await collector.close();
        });
        await Promise.all(moments);
      });
    }

    it('leave all that was spooled to the next one over gRPC', async () => {
      const directory = newDirectory();
      const dead = (await refusingUrl()).replace('/v1/traces', '');
      const names = await spoolAndKill(directory, dead, 'grpc');
      const collector: GrpcCollector = await startGrpcCollector();
      const next = run('send', directory, collector.url, 'grpc');
      await until(() => readdirSync(directory).length === 0);
      const arrived = new Set(collector.spans().map(({ name }) => name));
      expect(arrived).to.include.keys(...names);
      await stop(next);
      await collector.close();
    });
  });

  describe('end while the backend', () => {
    const states = ['refuses connections', 'hangs'] as const;
    const ways = ['end by itself', 'end by exit', 'be told to end'] as const;
    const cases = states.flatMap((does) => ways.map((how) => ({ does, how })));

    /** Ends one process and starts another. @returns how the first ended, and the names that arrived */
    async function endAndSend({ does, how }: (typeof cases)[number]) {
      const collector = await startCollector();
      const hanging = await startCollector();
      hanging.always('hang');
      const directory = mkdtempSync(join(tmpdir(), 'spantree-spool-'));
      const first = run(how, directory, does === 'hangs' ? hanging.url : await refusingUrl());
      if (how === 'be told to end') {
        await Promise.race([first.printed('ready'), first.ended]);
        first.process.kill('SIGTERM');
      }
      const ended = await first.ended;
      const next = run('send', directory, collector.url);
      await until(() => collector.spans().length >= SPANS);
      await stop(next);
      await Promise.all([collector.close(), hanging.close()]);
      rmSync(directory, { recursive: true });
      return { ended, names: new Set(collector.spans().map(({ name }) => name)) };
    }

    let results: Awaited<ReturnType<typeof endAndSend>>[];
    // All at once: they mostly wait.
    before(async () => {
      results = await Promise.all(cases.map(endAndSend));
    });

    for (const [i, { does, how }] of cases.entries()) {
      it(`${does} lose nothing: ${how}`, () => {
        const { ended, names } = results[i]!;
        expect(names.size).to.equal(SPANS);
        expect(ended.stderr).not.to.include('could not be sent');
        if (how === 'be told to end') return;
        expect(statsOf(ended)).to.include({ accepted: SPANS, spooled: SPANS, pending: 0 });
      });
    }
  });
});
