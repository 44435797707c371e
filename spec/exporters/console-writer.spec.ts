import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { ConsoleWriter } from '../../exporters/console-writer.js';
import { harness } from '../support/harness.js';
import { ending, run, start } from './console-child.js';
import { fakeTime } from './console-time.js';

/** A stream that answers each write as told, and keeps what it got. */
function streamThat(answer: (done: (error?: Error) => void) => void) {
  const writes: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      writes.push(text);
      answer(done);
    },
  });
  return { stream, writes };
}

const WRITER = "import { ConsoleWriter } from './exporters/console-writer.ts';";

describe('the console writer', () => {
  const h = harness();

  it('writes each text at once', async () => {
    const { stream, writes } = streamThat((done) => done());
    const writer = new ConsoleWriter(stream);
    expect(writer.write('one\ntwo\n')).to.equal(true);
    expect(writer.write('three\n')).to.equal(true);
    await writer.drained();
    expect(writes).to.deep.equal(['one\ntwo\n', 'three\n']);
    expect(writer.takeLostCount()).to.equal(0);
  });

  it('contains the errors of its writes, counts them, and reports the first', async () => {
    const { stream } = streamThat((done) => setImmediate(done, new Error('disk full')));
    const writer = new ConsoleWriter(stream);
    writer.write('a\n');
    writer.write('b\n');
    await writer.drained();
    expect(writer.takeLostCount()).to.equal(2);
    expect(writer.takeLostCount()).to.equal(0);
    expect(h.diagnostics).to.have.length(1);
    expect(h.diagnostics[0]).to.include({ code: 'console.write-failed' });
    expect(h.diagnostics[0]?.error).to.have.property('message', 'disk full');
  });

  it('leaves the errors of other writers to them', async () => {
    const { stream } = streamThat((done) => setImmediate(done));
    const writer = new ConsoleWriter(stream);
    writer.write('ours\n');
    expect(stream.listenerCount('error')).to.equal(0);
    await writer.drained();
    expect(stream.listenerCount('error')).to.equal(0);
  });

  it('contains a stream that throws', () => {
    const writer = new ConsoleWriter({
      write() {
        throw new Error('no');
      },
    });
    expect(writer.write('text\n')).to.equal(false);
    expect(writer.takeLostCount()).to.equal(1);
  });

  it('does not write to a stream that is closed', () => {
    const { stream, writes } = streamThat((done) => done());
    stream.end();
    const writer = new ConsoleWriter(stream);
    expect(writer.write('text\n')).to.equal(false);
    expect(writes).to.deep.equal([]);
    expect(h.diagnostics[0]?.message).to.match(/closed/);
  });

  it('drops texts while a megabyte waits in the stream', () => {
    const { stream } = streamThat(() => {});
    const writer = new ConsoleWriter(stream);
    const text = `${'x'.repeat(2 ** 18)}\n`;
    const accepted = Array.from({ length: 20 }, () => writer.write(text)).filter(Boolean);
    expect(accepted).to.have.length(4);
    expect(writer.takeLostCount()).to.equal(16);
    expect(stream.writableLength).to.be.below(2 ** 20 + 10);
    expect(h.diagnostics.map(({ code }) => code)).to.deep.equal(['console.slow-stream']);
  });

  it('waits a second, not longer, for a reader that reads nothing', async () => {
    const { stream } = streamThat(() => {});
    const writer = new ConsoleWriter(stream);
    const time = fakeTime();
    try {
      writer.write('text\n');
      let drained = false;
      const waiting = writer.drained().then(() => (drained = true));
      time.pass(999);
      await Promise.resolve();
      expect(drained).to.equal(false);
      time.pass(1);
      await waiting;
    } finally {
      time.restore();
    }
  });

  it('runs the stream where nothing is traced (T-EXP-07)', () => {
    let recording: boolean | undefined;
    const writer = new ConsoleWriter({
      write: () => h.tracer.startActiveSpan('write', (span) => (recording = span.isRecording())),
    });
    writer.write('text\n');
    expect(recording).to.equal(false);
  });

  it('has written when it returns, if asked to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'console-writer-'));
    try {
      const stream = createWriteStream(join(folder, 'log'));
      await once(stream, 'open');
      const writer = new ConsoleWriter(stream);
      writer.synchronously(100, () => writer.write('text\n'));
      expect(readFileSync(join(folder, 'log'), 'utf8')).to.equal('text\n');
      stream.destroy();
      await once(stream, 'close');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('writes all of it to a pipe that is read late, in a process that exits', async () => {
    const child = start(`${WRITER}
      const writer = new ConsoleWriter();
      process.stderr.write('writing');
      writer.synchronously(5000, () => writer.write('x'.repeat(500_000) + '\\n'));
      process.exit(3);`);
    child.stdout.pause();
    await once(child.stderr, 'data');
    await sleep(100);
    const { code, stdout, stderr } = await ending(child);
    expect({ code, stderr }).to.deep.equal({ code: 3, stderr: '' });
    expect(stdout).to.have.length(500_001);
  });

  it('gives up in time on a pipe that nobody reads', async () => {
    const child = start(`${WRITER}
      const writer = new ConsoleWriter();
      const started = performance.now();
      writer.synchronously(100, () => writer.write('x'.repeat(500_000) + '\\n'));
      process.exit(performance.now() - started < 1000 ? 3 : 4);`);
    child.stdout.pause();
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).to.equal(3);
    child.stdout.destroy();
  });

  it('lets a process go on whose reader has left (EPIPE)', async () => {
    const child = start(`${WRITER}
      const writer = new ConsoleWriter();
      writer.write('one\\n');
      process.stdin.once('data', () => {
        for (let i = 0; i < 3; i++) writer.write('more\\n');
        setTimeout(() => process.exit(writer.takeLostCount() === 3 ? 5 : 6), 50);
      });`);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    child.stdin.write('go\n');
    const { code, stderr } = await ending(child);
    expect(code).to.equal(5);
    expect(stderr.trim().split('\n')).to.have.length(1);
    expect(stderr).to.match(/lost its reader \(EPIPE\)/);
  });

  it('lets the app’s own write to that pipe fail as it would without it', async () => {
    const child = start(`${WRITER}
      const writer = new ConsoleWriter();
      writer.write('one\\n');
      process.stdin.once('data', () => {
        writer.write('more\\n');
        setTimeout(() => process.stdout.write('own\\n'), 50);
      });`);
    await once(child.stdout, 'data');
    child.stdout.destroy();
    await once(child.stdout, 'close');
    child.stdin.write('go\n');
    const { code, stderr } = await ending(child);
    expect(code).to.equal(1);
    expect(stderr).to.match(/Error: write EPIPE/);
  });

  it('prints to whatever process.stdout is', async () => {
    const { stdout, stderr } = await run(`${WRITER}
      const writer = new ConsoleWriter();
      writer.write('to stdout\\n');
      Object.defineProperty(process, 'stdout', { value: process.stderr });
      writer.write('to stderr\\n');`);
    expect({ stdout, stderr }).to.deep.equal({ stdout: 'to stdout\n', stderr: 'to stderr\n' });
  });
});
