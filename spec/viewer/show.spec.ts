import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { expect } from 'chai';
import { encodeTracesJson } from '../../exporters/otlp/json.js';
import type { ReadableSpan } from '../../lib/readable-span.js';
import { renderTree } from '../../tree/index.js';
import type { CommandIo } from '../../viewer/io.js';
import { UsageError } from '../../viewer/show-options.js';
import { show } from '../../viewer/show.js';
import { onlyOf, ORDER } from '../tree/scenario.js';
import { spanOf, TRACE_ID } from '../tree/spans.js';

const OTHER_ID = '0af7651916cd43dd8448eb211c80319c';
const OTHER = spanOf({
  id: 'b7ad6b7169203331',
  traceId: OTHER_ID,
  name: 'nightly',
  from: -5000,
  to: -4900,
});

interface Shown {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe('spantree show', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'spantree-spec-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function file(name: string, ...lines: string[]): string {
    const path = join(folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }

  async function run(
    args: string[],
    io: Partial<CommandIo> = {},
    limits?: Parameters<typeof show>[2],
  ): Promise<Shown> {
    let out = '';
    let err = '';
    const stdout = new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        out += text;
        done();
      },
    });
    const stderr = { write: (text: string) => (err += text) };
    const stdin = new PassThrough();
    stdin.end();
    const env = { LANG: 'C.UTF-8' };
    const all = { stdin, stdout, stderr, env, cwd: () => '/', ...io } as CommandIo;
    const code = await show(args, all, limits);
    return { code, out, err };
  }

  /** What these spans look like with the options of a pipe. */
  function tree(spans: readonly ReadableSpan[], options = {}): string {
    return `${renderTree(spans, { bars: false, ...options }).join('\n')}\n`;
  }

  it('joins the spans of several processes, from several files', async () => {
    const files = ['shop-api', 'inventory', 'payments'].map((service) =>
      file(`${service}.jsonl`, encodeTracesJson(onlyOf(service))),
    );
    const shown = await run(files);
    expect(shown).to.deep.equal({ code: 0, out: tree(ORDER), err: '' });
    expect(shown.out).to.include('11 spans · 3 services');
  });

  it('takes a file given twice, or a span exported twice, for one', async () => {
    const path = file('a.jsonl', encodeTracesJson(ORDER));
    expect((await run([path, path])).out).to.equal(tree(ORDER));
  });

  it('reads standard input without a file, or for -', async () => {
    for (const args of [[], ['-']]) {
      const stdin = new PassThrough();
      stdin.end(`${encodeTracesJson(ORDER)}\n`);
      expect((await run(args, { stdin })).out).to.equal(tree(ORDER));
    }
  });

  it('reads a file that is one JSON document', async () => {
    const document = JSON.parse(encodeTracesJson(ORDER)) as unknown;
    const path = file('pretty.json', JSON.stringify(document, null, 2));
    expect(await run([path])).to.deep.equal({ code: 0, out: tree(ORDER), err: '' });
  });

  it('prints several traces in order of their starts, with an empty line between', async () => {
    const { out } = await run([file('a.jsonl', encodeTracesJson([...ORDER, OTHER]))]);
    expect(out).to.equal(`${tree([OTHER])}\n${tree(ORDER)}`);
  });

  it('says which lines and spans it could not use', async () => {
    const unusable = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{}, {}] }] }] });
    const path = file('a.jsonl', 'rubbish', encodeTracesJson(ORDER), '{"level":"info"}', unusable);
    const { code, out, err } = await run([path]);
    expect(out).to.equal(tree(ORDER));
    expect(err).to.equal(
      `spantree: ${path}: left out 2 lines that are no OTLP JSON\n` +
        `spantree: ${path}: left out 2 spans without valid ids\n`,
    );
    expect(code).to.equal(0);
  });

  it('goes on after a file that cannot be read, and ends with 1', async () => {
    const { code, out, err } = await run([
      join(folder, 'none.jsonl'),
      folder,
      file('a.jsonl', encodeTracesJson(ORDER)),
    ]);
    expect(out).to.equal(tree(ORDER));
    expect(err).to.match(/cannot read .*none\.jsonl: ENOENT/);
    expect(err).to.match(/cannot read .*: EISDIR/);
    expect(code).to.equal(1);
  });

  it('says so when there is nothing to show', async () => {
    const path = file('a.jsonl', '{"resourceSpans":[]}');
    expect(await run([path])).to.deep.equal({
      code: 0,
      out: '',
      err: 'spantree: no spans found\n',
    });
    expect((await run([path, '--errors'])).err).to.equal('spantree: no trace matches\n');
  });

  it('holds a bounded number of spans, and says what it left out', async () => {
    const path = file('a.jsonl', encodeTracesJson(ORDER), encodeTracesJson([OTHER]));
    const limits = { maxSpans: ORDER.length, maxLength: 1e6 };
    const { out, err } = await run([path], {}, limits);
    expect(out).to.equal(tree([OTHER]));
    expect(err).to.contain('left out 11 spans, 1 trace whole and the oldest first');
    const narrowed = await run([path, '--trace', TRACE_ID], {}, limits);
    expect(narrowed).to.deep.equal({ code: 0, out: tree(ORDER), err: '' });
  });

  describe('which traces', () => {
    const cases: [args: string[], shown: string[]][] = [
      [['--trace', TRACE_ID.slice(0, 8)], ['orders']],
      [['--trace', TRACE_ID.toUpperCase()], ['orders']],
      [
        ['--trace', TRACE_ID, '--trace', OTHER_ID.slice(0, 4)],
        ['nightly', 'orders'],
      ],
      [['--errors'], ['orders']],
      [
        ['--slow', '100'],
        ['nightly', 'orders'],
      ],
      [['--slow', '100.5'], ['orders']],
      [['--slow', '1000'], []],
      [['--slow', '1000', '--errors'], ['orders']],
    ];
    for (const [args, expected] of cases) {
      it(`${args.join(' ')} shows ${expected.join(' and ') || 'none'}`, async () => {
        const path = file('a.jsonl', encodeTracesJson([...ORDER, OTHER]));
        const { out } = await run([path, ...args]);
        const shown = ['nightly', 'orders'].filter((name) => out.includes(name));
        expect(shown).to.deep.equal(expected);
      });
    }
  });

  describe('how they are drawn', () => {
    const cases: [args: string[], options: object][] = [
      [['--columns', '140'], { columns: 140, bars: true }],
      [['--columns=60'], { columns: 60 }],
      [['--ascii'], { unicode: false }],
      [['--hops', 'merged'], { hops: 'merged' }],
      [['--ids'], { ids: true }],
      [['--all-attributes'], { attributes: 'all' }],
      [['--utc'], { utc: true }],
    ];
    const { TZ } = process.env;
    before(() => {
      process.env['TZ'] = 'Asia/Tokyo';
    });
    after(() => {
      if (TZ === undefined) delete process.env['TZ'];
      else process.env['TZ'] = TZ;
    });
    for (const [args, options] of cases) {
      it(args.join(' '), async () => {
        const path = file('a.jsonl', encodeTracesJson(ORDER));
        const { out } = await run([...args, path]);
        expect(out).to.equal(tree(ORDER, options)).and.to.not.equal(tree(ORDER));
      });
    }

    it('in colours where the terminal has them, but for --no-color', async () => {
      const path = file('a.jsonl', encodeTracesJson(ORDER));
      const env = { LANG: 'C.UTF-8', FORCE_COLOR: '1' };
      expect((await run([path], { env })).out).to.equal(tree(ORDER, { color: true }));
      expect((await run([path, '--no-color'], { env })).out).to.equal(tree(ORDER));
    });
  });

  it('waits for a reader that is slow', async () => {
    const stdout = new PassThrough({ highWaterMark: 16 });
    const path = file('a.jsonl', encodeTracesJson([...ORDER, OTHER]));
    const running = run([path], { stdout });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(stdout.readableLength).to.be.below(tree(ORDER).length);
    let text = '';
    stdout.setEncoding('utf8').on('data', (data: string) => (text += data));
    expect((await running).code).to.equal(0);
    expect(text).to.include('orders').and.to.include('nightly');
  });

  it('stops when its reader has gone, and says nothing', async () => {
    const path = file('a.jsonl', encodeTracesJson([...ORDER, OTHER]));
    let writes = 0;
    const stdout = new Writable({
      highWaterMark: 1,
      write: (_text, _encoding, done) => {
        writes++;
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    expect(await run([path], { stdout })).to.deep.equal({ code: 0, out: '', err: '' });
    expect(writes).to.equal(1);
  });

  it('ends with 1 when its output cannot be written', async () => {
    const path = file('a.jsonl', encodeTracesJson([...ORDER, OTHER]));
    const stdout = new Writable({
      highWaterMark: 1,
      write: (_text, _encoding, done) => done(new Error('ENOSPC')),
    });
    expect(await run([path], { stdout })).to.deep.equal({
      code: 1,
      out: '',
      err: 'spantree: cannot write: ENOSPC\n',
    });
  });

  const mistakes: [args: string[], message: string][] = [
    [['--nothing'], '--nothing'],
    [['--columns', '0'], '--columns must be a number of columns, not "0"'],
    [['--columns', 'wide'], 'not "wide"'],
    [['--hops', 'all'], '--hops must be merged or split, not "all"'],
    [['--slow', '-1'], '--slow'],
    [['--slow', 'x'], '--slow must be a number of milliseconds, not "x"'],
    [['--trace', 'xyz'], '--trace must be the hex digits that an id begins with, not "xyz"'],
  ];
  for (const [args, message] of mistakes) {
    it(`refuses ${args.join(' ')}`, async () => {
      const error: unknown = await run(args).catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(UsageError);
      expect((error as Error).message).to.include(message);
    });
  }

  it('does not wait for somebody to type JSON', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const error: unknown = await run([], { stdin }).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(UsageError);
    expect((await run(['--help'], { stdin })).out).to.match(/^Usage: spantree show/);
  });
});
