import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { expect } from 'chai';
import type { OTLPFileExporter } from '../../exporters/otlp-file.js';
import { encodeTracesJson } from '../../exporters/otlp/json.js';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { TracerProvider } from '../../lib/provider.js';
import { runChild } from '../support/child.js';
import { readableSpan, readableSpans } from '../support/readable-spans.js';
import { exported, fileExporting, namesIn } from './otlp-file-exporting.js';

async function expectRejection(promise: Promise<unknown>, message: RegExp): Promise<void> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect((error as Error | undefined)?.message).to.match(message);
}

const LINE_BYTES = Buffer.byteLength(encodeTracesJson([readableSpan({ name: 'n0' })])) + 1;

describe('OTLPFileExporter, to a file', () => {
  const e = fileExporting();

  /** Exports spans of these names, one by one. */
  async function write(exporter: OTLPFileExporter, ...names: string[]): Promise<void> {
    for (const name of names) {
      expect(await exported(exporter, [readableSpan({ name })])).to.deep.equal({ code: 0 });
    }
  }

  it('appends to what is there (E-FILE-02)', async () => {
    await write(e.exporter({ path: e.path('a.jsonl') }), 'one', 'two');
    await write(e.exporter({ path: e.path('a.jsonl') }), 'three');
    expect(e.names('a.jsonl')).to.deep.equal(['one', 'two', 'three']);
  });

  it('makes a private file, and leaves the mode of one that exists', async () => {
    await write(e.exporter({ path: e.path('new.jsonl') }), 'one');
    expect(statSync(e.path('new.jsonl')).mode & 0o777).to.equal(0o600);
    writeFileSync(e.path('old.jsonl'), '');
    chmodSync(e.path('old.jsonl'), 0o644);
    await write(e.exporter({ path: e.path('old.jsonl') }), 'one');
    expect(statSync(e.path('old.jsonl')).mode & 0o777).to.equal(0o644);
  });

  it('makes no file before there are spans', async () => {
    const exporter = e.exporter({ path: e.path('a.jsonl') });
    await exporter.forceFlush();
    expect(existsSync(e.path('a.jsonl'))).to.equal(false);
  });

  it('keeps the place of a relative path when the program changes its folder', async () => {
    const before = process.cwd();
    process.chdir(e.folder);
    try {
      const exporter = e.exporter({ path: 'a.jsonl' });
      process.chdir(before);
      await write(exporter, 'one');
    } finally {
      process.chdir(before);
    }
    expect(e.names('a.jsonl')).to.deep.equal(['one']);
  });

  it('keeps lines whole that are exported at the same time', async () => {
    const exporter = e.exporter({ path: e.path('a.jsonl') });
    const batches = Array.from({ length: 20 }, () => exported(exporter, readableSpans(100)));
    exporter.exportSync(readableSpans(5), 1000);
    await Promise.all(batches);
    expect(e.names('a.jsonl')).to.have.length(2005);
  });

  it('has everything in the file when a process has ended by exit', async () => {
    const args = ['by exit', e.path('a.jsonl')];
    const child = await runChild('../../exporters/otlp-file-child.ts', { args }).ended;
    expect(child).to.include({ code: 3, stdout: '', stderr: '' });
    expect(e.names('a.jsonl')).to.have.length(4);
  });

  it('holds the process until the file is written, and no longer', async () => {
    const args = ['by itself', e.path('a.jsonl')];
    const child = await runChild('../../exporters/otlp-file-child.ts', { args }).ended;
    expect(child).to.include({ code: 0, stdout: '', stderr: '' });
    expect(e.names('a.jsonl')).to.have.length(4);
  });

  it('loses nothing of a burst behind a batch processor', async () => {
    const exporter = e.exporter({ path: e.path('a.jsonl') });
    const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    const tracer = provider.getTracer('spec');
    for (let i = 0; i < 10_000; i++) tracer.startSpan(`s${i}`).end();
    await provider.shutdown();
    const expected = Array.from({ length: 10_000 }, (_, i) => `s${i}`);
    expect(e.names('a.jsonl')).to.deep.equal(expected);
  });

  it('writes what it has taken over before exportSync returns, also without further spans', () => {
    const exporter = e.exporter({ path: e.path('a.jsonl') });
    // The first is on its way already.
    for (const name of ['a', 'b', 'c']) {
      expect(exporter.enqueue([readableSpan({ name })])).to.equal(true);
    }
    exporter.exportSync([], 100);
    expect(e.names('a.jsonl')).to.include.members(['b', 'c']);
  });

  describe('rotation', () => {
    it('starts a new file before one grows too large, and keeps the newest', async () => {
      const exporter = e.exporter({
        path: e.path('a.jsonl'),
        maxFileBytes: 2 * LINE_BYTES,
        maxFiles: 2,
      });
      await write(exporter, 'n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6');
      expect(readdirSync(e.folder)).to.have.members(['a.jsonl', 'a.jsonl.1', 'a.jsonl.2']);
      expect(e.names('a.jsonl')).to.deep.equal(['n6']);
      expect(e.names('a.jsonl.1')).to.deep.equal(['n4', 'n5']);
      expect(e.names('a.jsonl.2')).to.deep.equal(['n2', 'n3']);
      expect(statSync(e.path('a.jsonl')).mode & 0o777).to.equal(0o600);
      expect(exporter.stats()).to.include({ accepted: 7, delivered: 7 });
    });

    it('counts what was in the file before', async () => {
      writeFileSync(e.path('a.jsonl'), '\n'.repeat(LINE_BYTES));
      await write(e.exporter({ path: e.path('a.jsonl'), maxFileBytes: 2 * LINE_BYTES - 1 }), 'n0');
      expect(readdirSync(e.folder)).to.have.members(['a.jsonl', 'a.jsonl.1']);
      expect(e.names('a.jsonl')).to.deep.equal(['n0']);
    });

    it('gives a line that is too long a file of its own', async () => {
      await write(e.exporter({ path: e.path('a.jsonl'), maxFileBytes: 1 }), 'n0', 'n1');
      expect(e.names('a.jsonl')).to.deep.equal(['n1']);
      expect(e.names('a.jsonl.1')).to.deep.equal(['n0']);
    });

    it('keeps no older file where maxFiles is 0', async () => {
      const options = { path: e.path('a.jsonl'), maxFileBytes: LINE_BYTES, maxFiles: 0 };
      await write(e.exporter(options), 'n0', 'n1');
      expect(readdirSync(e.folder)).to.deep.equal(['a.jsonl']);
      expect(e.names('a.jsonl')).to.deep.equal(['n1']);
    });

    it('rotates synchronously too', () => {
      const exporter = e.exporter({ path: e.path('a.jsonl'), maxFileBytes: LINE_BYTES });
      for (const name of ['n0', 'n1']) exporter.exportSync([readableSpan({ name })], 100);
      expect(e.names('a.jsonl')).to.deep.equal(['n1']);
      expect(e.names('a.jsonl.1')).to.deep.equal(['n0']);
    });

    it('leaves alone what another program has put in its place', async () => {
      const exporter = e.exporter({ path: e.path('a.jsonl'), maxFileBytes: LINE_BYTES });
      await write(exporter, 'n0');
      renameSync(e.path('a.jsonl'), e.path('a.old'));
      writeFileSync(e.path('a.jsonl'), '');
      await write(exporter, 'n1');
      expect(readdirSync(e.folder)).to.have.members(['a.jsonl', 'a.old']);
      expect(e.names('a.jsonl')).to.deep.equal(['n1']);
    });
  });

  describe('when writing fails', () => {
    it('fails the export, counts, reports once, and goes on when it can', async () => {
      const exporter = e.exporter({ path: e.path('later/a.jsonl') });
      for (let i = 0; i < 2; i++) {
        const { code, error } = await exported(exporter, readableSpans(3));
        expect(code).to.equal(1);
        expect(error!.message).to.match(/^3 spans could not be written to .*a\.jsonl: ENOENT/);
      }
      exporter.exportSync(readableSpans(1), 100);
      expect(exporter.stats().dropped.write).to.equal(7);
      expect(e.diagnostics.map(({ code }) => code)).to.deep.equal(['otlp-file.write']);
      mkdirSync(e.path('later'));
      await write(exporter, 'back');
      expect(e.names('later/a.jsonl')).to.deep.equal(['back']);
    });

    it('tells who flushes or shuts down how many it had taken over and lost', async function () {
      if (!existsSync('/dev/full')) this.skip();
      const exporter = e.exporter({ path: e.path('none/a.jsonl') });
      const other = e.exporter({ path: '/dev/full' });
      exporter.enqueue(readableSpans(1));
      // What was lost before is not told again.
      await exporter.forceFlush();
      other.enqueue(readableSpans(2));
      const lost = /^2 spans could not be written to /;
      await expectRejection(other.forceFlush(), lost);
      other.enqueue(readableSpans(2));
      await expectRejection(other.shutdown(), lost);
      await other.forceFlush();
      expect(e.diagnostics.map(({ code }) => code)).to.deep.equal(['otlp-file.write']);
    });

    it('survives a full disk', async function () {
      if (!existsSync('/dev/full')) this.skip();
      const exporter = e.exporter({ path: '/dev/full' });
      const results = [exported(exporter, readableSpans(1)), exported(exporter, readableSpans(1))];
      for (const { error } of await Promise.all(results)) {
        expect(error!.message).to.contain('ENOSPC');
      }
      exporter.exportSync(readableSpans(1), 100);
      expect(exporter.stats().dropped.write).to.equal(3);
    });

    it('opens the file anew after a write that failed', async function () {
      if (!existsSync('/dev/full')) this.skip();
      symlinkSync('/dev/full', e.path('a.jsonl'));
      const exporter = e.exporter({ path: e.path('a.jsonl') });
      const { error } = await exported(exporter, readableSpans(2));
      expect(error!.message).to.match(/^2 spans could not be written .*ENOSPC/);
      // There is room again. What is still open is full for ever.
      rmSync(e.path('a.jsonl'));
      await write(exporter, 'n1', 'n2');
      expect(e.names('a.jsonl')).to.deep.equal(['n1', 'n2']);
      const { accepted, delivered, dropped } = exporter.stats();
      expect([accepted, delivered, dropped.write]).to.deep.equal([4, 2, 2]);
      expect(e.diagnostics.map(({ code }) => code)).to.deep.equal(['otlp-file.write']);
    });

    it('opens the file anew after a synchronous write that failed', function () {
      if (!existsSync('/dev/full')) this.skip();
      symlinkSync('/dev/full', e.path('a.jsonl'));
      const exporter = e.exporter({ path: e.path('a.jsonl') });
      exporter.exportSync(readableSpans(2), 100);
      rmSync(e.path('a.jsonl'));
      exporter.exportSync([readableSpan({ name: 'n1' })], 100);
      expect(e.names('a.jsonl')).to.deep.equal(['n1']);
      const { delivered, dropped } = exporter.stats();
      expect([delivered, dropped.write]).to.deep.equal([1, 2]);
    });

    it('leaves a line that was cut short alone on its line', async () => {
      writeFileSync(e.path('a.jsonl'), `${encodeTracesJson([readableSpan({ name: 'n0' })])}\n`);
      appendFileSync(e.path('a.jsonl'), '{"resourceSpans":[{"resou');
      await write(e.exporter({ path: e.path('a.jsonl') }), 'n1');
      const lines = readFileSync(e.path('a.jsonl'), 'utf8').split('\n');
      expect(lines).to.have.length(4);
      expect(namesIn(`${lines[2]}\n`)).to.deep.equal(['n1']);
    });
  });
});
