import { execFile } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { runChild } from '../../support/child.js';
import { drained, drainedOnceFound, recordOf, spooling } from './spooling.js';

describe('Spool, of a process that is killed', () => {
  const s = spooling();

  for (const how of ['async', 'sync']) {
    it(`brings everything that was on disk, written ${how}`, async () => {
      const child = runChild('../../exporters/otlp/spool-child.ts', {
        args: [s.directory, '300000', how],
      });
      await child.printed('wrote 40;');
      child.process.kill('SIGKILL');
      const { stdout, signal } = await child.ended;
      expect(signal).to.equal('SIGKILL');
      s.abandonAll();

      const spool = s.spool();
      const texts = await drainedOnceFound(spool);
      texts.push(...(await drained(spool)));
      const numbers = texts.map((text) => Number.parseInt(text, 10));
      const written = [...stdout.matchAll(/wrote (\d+);/g)].map(([, number]) => Number(number));
      expect(written.length).to.be.above(40);
      expect(numbers).to.include.members(written);
      expect(numbers).to.deep.equal([...new Set(numbers)].toSorted((a, b) => a - b));
      for (const text of texts) expect(text).to.have.length(300_000);
      expect(s.names()).to.deep.equal([]);
    });
  }
});

describe('Spool, where it may not write', () => {
  const s = spooling();
  // Root may write anywhere: become nobody for the time of the test.
  const isRoot = process.geteuid?.() === 0;

  it('says so once, counts and goes on, and recovers', async () => {
    const spool = s.spool({ heartbeatMillis: 1e6 });
    chmodSync(s.directory, 0o555);
    if (isRoot) process.seteuid!(65_534);
    try {
      for (const text of ['one', 'two']) spool.put(recordOf(text));
      await spool.written();
      expect(spool.putSync(recordOf('three'))).to.include({ reason: 'spoolFailed' });
      expect(s.lost.map(({ spans, reason }) => ({ spans, reason }))).to.deep.equal([
        { spans: 1, reason: 'spoolFailed' },
        { spans: 1, reason: 'spoolFailed' },
      ]);
      expect(s.lost[0]!.why).to.match(/EACCES/);
    } finally {
      if (isRoot) process.seteuid!(0);
      chmodSync(s.directory, 0o700);
    }
    spool.put(recordOf('four'));
    expect(await drained(spool)).to.deep.equal(['four']);
  });
});

describe('Spool, on a disk that is full', () => {
  const s = spooling();

  for (const how of ['async', 'sync']) {
    it(`counts what did not fit and keeps what did, written ${how}`, async () => {
      const child = fileURLToPath(new URL('./spool-child.ts', import.meta.url));
      // No file may have more than 1000 blocks of 512 or 1024 bytes: the third or the fifth does not fit.
      const command = 'ulimit -f 1000 && exec "$@"';
      const args = [process.execPath, '--import', 'tsx', child, s.directory, '250000', how, '6'];
      const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command, 'sh', ...args]);
      expect(stdout).to.match(/spoolFailed: the spool cannot be written: /);
      const spool = s.spool();
      const texts = await drainedOnceFound(spool);
      texts.push(...(await drained(spool)));
      for (const text of texts) expect(text).to.have.length(250_000);
      expect(s.lost).to.deep.equal([]);
      const failures = stdout.split('spoolFailed').length - 1;
      expect(texts.length + failures).to.equal(6);
      expect(failures).to.be.within(1, 3);
    });
  }
});
