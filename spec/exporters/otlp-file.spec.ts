import { PassThrough, Writable } from 'node:stream';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import type { ConsoleStream } from '../../exporters/console-writer.js';
import { AsyncLocalStorageContextManager } from '../../lib/node/context.js';
import { isTracingSuppressed } from '../../lib/context.js';
import { runChild } from '../support/child.js';
import { readableSpan, readableSpans } from '../support/readable-spans.js';
import { decodeTracesJson } from '../support/wire.js';
import { exported, fileExporting, namesIn } from './otlp-file-exporting.js';

/** A stream that takes one text at a time, when told to. */
class SlowStream extends Writable {
  readonly taken: string[] = [];
  #take: (() => void) | undefined;

  constructor() {
    super({ decodeStrings: false, highWaterMark: 1 });
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.#take = () => {
      this.taken.push(text);
      done();
    };
  }

  take(): void {
    this.#take?.();
  }
}

describe('OTLPFileExporter', () => {
  const e = fileExporting();

  it('writes one TracesData a line, in UTF-8, each with a line feed (E-FILE-01)', async () => {
    const stream = new PassThrough();
    const exporter = e.exporter({ stream });
    const done = [
      exported(exporter, [readableSpan({ name: 'größer\n注文' }), readableSpan({ name: 'b' })]),
      exported(exporter, [readableSpan({ name: 'c' })]),
    ];
    expect(await Promise.all(done)).to.deep.equal([{ code: 0 }, { code: 0 }]);
    const text = (stream.read() as Buffer).toString('utf8');
    expect(text.split('\n')).to.have.length(3);
    expect(namesIn(text)).to.deep.equal(['größer\n注文', 'b', 'c']);
    expect(exporter.stats()).to.include({ accepted: 3, delivered: 3, pending: 0 });
  });

  it('writes to standard output where nothing else is said (E-FILE-02)', async () => {
    const child = await runChild('../../exporters/otlp-file-child.ts').ended;
    expect(child).to.include({ code: 0, stderr: '' });
    expect(namesIn(child.stdout)).to.have.length(4);
  });

  it('writes synchronously while a process exits', async () => {
    const args = ['by exit'];
    const child = await runChild('../../exporters/otlp-file-child.ts', { args }).ended;
    expect(child).to.include({ code: 3, stderr: '' });
    expect(namesIn(child.stdout)).to.have.length(4);
  });

  it('writes nothing for no spans', async () => {
    const texts: unknown[] = [];
    const exporter = e.exporter({ stream: { write: (text) => texts.push(text) } });
    expect(await exported(exporter, [])).to.deep.equal({ code: 0 });
    exporter.exportSync([], 100);
    expect(texts).to.deep.equal([]);
  });

  it('encodes before `export` returns', async () => {
    const attributes: Record<string, string> = { 'a.b': 'before' };
    const stream = new SlowStream();
    const result = exported(e.exporter({ stream }), [readableSpan({ attributes })]);
    attributes['a.b'] = 'after';
    stream.take();
    await result;
    const { resourceSpans } = decodeTracesJson(stream.taken[0]!);
    const [span] = resourceSpans[0]!.scopeSpans[0]!.spans;
    expect(span!.attributes[0]!.value).to.deep.equal({ stringValue: 'before' });
  });

  it('leaves out what cannot be encoded, and counts it', async () => {
    const texts: string[] = [];
    const exporter = e.exporter({ stream: { write: (text) => texts.push(text) } });
    const broken = readableSpan({
      get attributes(): never {
        throw new Error('gone');
      },
    });
    expect(await exported(exporter, [broken, readableSpan({ name: 'ok' })])).to.include({
      code: 0,
    });
    expect(await exported(exporter, [broken])).to.include({ code: 1 });
    expect(namesIn(texts.join(''))).to.deep.equal(['ok']);
    expect(exporter.stats()).to.deep.include({ accepted: 3, delivered: 1 });
    expect(exporter.stats().dropped.invalid).to.equal(2);
  });

  const wrong: [options: object, message: string][] = [
    [{ stream: { write: () => {} }, path: 'x' }, 'stream and path (x) exclude each other'],
    [{ stream: {} }, 'stream must have a write method'],
    [{ path: '' }, 'path must be the path of a file, not ""'],
    [{ path: 7 }, 'not 7'],
    [{ path: 'a\0b' }, 'path must be'],
    [{ maxFileBytes: 0 }, 'maxFileBytes must be a number of at least 1, not 0'],
    [{ maxFiles: 1.5 }, 'maxFiles must be a whole number from 0 to 1000, not 1.5'],
    [{ maxPendingBytes: Number.NaN }, 'maxPendingBytes must be a number of at least 1, not NaN'],
  ];
  for (const [options, message] of wrong) {
    it(`refuses ${JSON.stringify(options)} at once`, () => {
      expect(() => e.exporter(options)).to.throw(TypeError, message);
    });
  }

  describe('when the stream fails', () => {
    const failing: [what: string, stream: () => ConsoleStream][] = [
      [
        'throws',
        () => ({
          write: () => {
            throw new Error('no more');
          },
        }),
      ],
      [
        'emits an error',
        () => new Writable({ write: (_chunk, _encoding, done) => done(new Error('no more')) }),
      ],
      ['is destroyed', () => new PassThrough().destroy(new Error('no more')).on('error', () => {})],
    ];
    for (const [what, make] of failing) {
      it(`fails the export, reports once and throws nothing: it ${what} (T-EXP-04)`, async () => {
        const exporter = e.exporter({ stream: make() });
        for (let i = 0; i < 2; i++) {
          const { code, error } = await exported(exporter, readableSpans(2));
          expect(code).to.equal(1);
          expect(error!.message).to.match(
            /^2 spans could not be written to the stream: .*(no more|destroyed)/,
          );
        }
        expect(exporter.stats().dropped.write).to.equal(4);
        expect(e.diagnostics.map(({ code }) => code)).to.deep.equal(['otlp-file.write']);
      });
    }
  });

  describe('when the stream is slow', () => {
    it('keeps no more than may wait, and drops and counts the newest', async () => {
      const stream = new SlowStream();
      const exporter = e.exporter({ stream, maxPendingBytes: 1000 });
      const results = Array.from({ length: 5 }, () => exported(exporter, readableSpans(1)));
      const { pending, pendingBytes, dropped } = exporter.stats();
      expect(pendingBytes).to.be.within(500, 1000);
      expect(dropped.backlog).to.equal(5 - pending);
      for (let i = 0; i < pending; i++) {
        stream.take();
        await new Promise((resolve) => setImmediate(resolve));
      }
      const codes = (await Promise.all(results)).map(({ code }) => code);
      expect(codes).to.deep.equal(codes.toSorted((a, b) => a - b));
      expect(codes.filter((code) => code === 0)).to.have.length(pending);
      expect(stream.taken).to.have.length(pending);
      expect(e.diagnostics.map(({ code }) => code)).to.deep.equal(['otlp-file.backlog']);
    });

    it('says at once that it drops what it is to take over', async () => {
      const stream = new SlowStream();
      const exporter = e.exporter({ stream, maxPendingBytes: 1 });
      expect(exporter.enqueue([])).to.equal(true);
      expect(exporter.enqueue(readableSpans(1))).to.equal(true);
      expect(exporter.enqueue(readableSpans(2))).to.equal(false);
      expect(exporter.stats().dropped.backlog).to.equal(2);
      stream.take();
      await exporter.forceFlush();
      expect(exporter.stats().delivered).to.equal(1);
    });

    it('waits in forceFlush no longer than it is told', async () => {
      const stream = new SlowStream();
      const exporter = e.exporter({ stream });
      const result = exported(exporter, readableSpans(3));
      const error: unknown = await exporter
        .forceFlush({ timeoutMillis: 10 })
        .catch((reason: unknown) => reason);
      expect((error as Error).message).to.equal('3 spans are still not written after 10 ms');
      stream.take();
      await result;
    });

    it('takes one line of any length when nothing waits', async () => {
      const texts: string[] = [];
      const exporter = e.exporter({
        stream: { write: (text) => texts.push(text) },
        maxPendingBytes: 1,
      });
      expect(await exported(exporter, readableSpans(50))).to.deep.equal({ code: 0 });
      expect(namesIn(texts.join(''))).to.have.length(50);
    });

    it('waits in forceFlush for what came before it, and not for what came after', async () => {
      const stream = new SlowStream();
      const exporter = e.exporter({ stream });
      void exported(exporter, readableSpans(1));
      let flushed = false;
      const flush = exporter.forceFlush().then(() => (flushed = true));
      const later = exported(exporter, readableSpans(1));
      await new Promise((resolve) => setImmediate(resolve));
      expect(flushed).to.equal(false);
      stream.take();
      await flush;
      expect(exporter.stats()).to.include({ delivered: 1, pending: 1 });
      stream.take();
      await later;
    });
  });

  it('waits in shutdown, and fails what comes later at once (T-EXP-03)', async () => {
    const stream = new SlowStream();
    const exporter = e.exporter({ stream });
    const first = exported(exporter, readableSpans(1));
    const shutdown = exporter.shutdown();
    const late = await exported(exporter, readableSpans(1));
    expect(late.error!.message).to.contain('the exporter has been shut down');
    stream.take();
    await shutdown;
    expect(await first).to.deep.equal({ code: 0 });
    exporter.exportSync(readableSpans(1), 100);
    expect(exporter.stats().dropped.shutdown).to.equal(2);
    expect(stream.taken).to.have.length(1);
  });

  it('contains a callback that throws', () => {
    const exporter = e.exporter({ stream: { write: () => {} } });
    exporter.export(readableSpans(1), () => {
      throw new Error('mine');
    });
    expect(e.diagnostics.map(({ code }) => code)).to.deep.equal(['otlp-file.callback']);
  });

  it('writes with tracing suppressed (T-EXP-07)', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());
    try {
      const seen: unknown[] = [];
      const stream = {
        write: () => seen.push(isTracingSuppressed(context.active()), trace.getActiveSpan()),
      };
      const span = trace.wrapSpanContext(readableSpan().spanContext());
      await context.with(trace.setSpan(ROOT_CONTEXT, span), () =>
        exported(e.exporter({ stream }), readableSpans(1)),
      );
      expect(seen).to.deep.equal([true, undefined]);
    } finally {
      context.disable();
    }
  });
});
