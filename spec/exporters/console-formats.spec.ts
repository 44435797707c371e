import { expect } from 'chai';
import { ConsoleSpanExporter } from '../../exporters/console-exporter.js';
import type { ConsoleOptions } from '../../exporters/console-options.js';
import { consoleTree } from '../../exporters/console-tree.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { Paper } from './console-paper.js';
import { spanMaker } from './console-spans.js';
import { fakeTime } from './console-time.js';

function printing(options: ConsoleOptions) {
  const paper = new Paper();
  const tree = consoleTree({ stream: paper, ...options });
  return { paper, tree, shop: spanMaker('shop', tree) };
}

interface TracesData {
  resourceSpans: { scopeSpans: { spans: { name: string; traceId: string }[] }[] }[];
}

/** The names of the spans in each line. */
function namesIn(lines: string[]): string[][] {
  return lines.map((line) =>
    (JSON.parse(line) as TracesData).resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(({ name }) => name)),
    ),
  );
}

describe('the formats of the console tree', () => {
  describe('line', () => {
    it('writes a line for each span when it ends, with its depth', () => {
      const { paper, shop } = printing({ format: 'line' });
      const root = shop.open('GET /order');
      shop.ended('SELECT\nstock', { parent: root });
      expect(paper.writes).to.have.length(1);
      expect(paper.writes[0]).to.match(/^ts=\S+Z .* depth=1 svc=shop .* name="SELECT.stock" .*\n$/);
      expect(paper.text.match(/\n/g)).to.have.length(1);
      root.end();
      expect(paper.writes[1]).to.match(/ depth=0 .* name="GET \/order" /);
    });

    it('writes every span of a flood', () => {
      const { paper, shop } = printing({ format: 'line' });
      for (let i = 0; i < 100; i++) shop.ended('request');
      expect(paper.writes).to.have.length(100);
    });

    it('writes only spans that are slow or failed, if asked to', () => {
      for (const [print, names] of [
        ['slow', ['slow', 'failed']],
        ['errors', ['failed']],
      ] as const) {
        const { paper, shop } = printing({ format: 'line', print, slowMillis: 50 });
        shop.ended('quick', { millis: 1 });
        shop.ended('slow', { millis: 60 });
        shop.ended('failed', { failed: true });
        expect(paper.writes.map((line) => /name=(\w+)/.exec(line)?.[1])).to.deep.equal(names);
      }
    });

    it('works from ended spans alone, without depths', () => {
      const paper = new Paper();
      const exporter = new ConsoleSpanExporter({ stream: paper, format: 'line' });
      const shop = spanMaker('shop', new SimpleSpanProcessor(exporter));
      shop.ended('GET /order');
      expect(paper.text)
        .to.match(/name="GET \/order"/)
        .and.not.to.match(/depth=/);
    });
  });

  describe('json', () => {
    it('writes a trace as one line of OTLP JSON', async () => {
      const { paper, shop, tree } = printing({ format: 'json' });
      const root = shop.open('GET /order');
      shop.ended('SELECT', { parent: root });
      root.end();
      shop.ended('other');
      await tree.forceFlush();
      expect(paper.writes.every((text) => text.indexOf('\n') === text.length - 1)).to.equal(true);
      expect(namesIn(paper.writes)).to.deep.equal([['SELECT', 'GET /order'], ['other']]);
    });

    it('writes a span that was still open in a line of its own, once', () => {
      const time = fakeTime();
      try {
        const { paper, shop } = printing({ format: 'json' });
        const root = shop.open('GET /order');
        const job = shop.open('job', { parent: root });
        root.end();
        time.pass(2000);
        expect(namesIn(paper.writes)).to.deep.equal([['GET /order']]);
        job.end();
        time.pass(100);
        expect(namesIn(paper.writes)).to.deep.equal([['GET /order'], ['job']]);
      } finally {
        time.restore();
      }
    });

    it('writes every trace of a flood', async () => {
      const { paper, shop, tree } = printing({ format: 'json' });
      for (let i = 0; i < 100; i++) shop.ended('request');
      await tree.forceFlush();
      expect(paper.writes).to.have.length(100);
    });

    it('writes only traces with errors, if asked to', async () => {
      const { paper, shop, tree } = printing({ format: 'json', print: 'errors' });
      const root = shop.ended('fine');
      shop.ended('failed', { failed: true });
      await tree.forceFlush();
      shop.ended('late error', { parent: root, failed: true });
      await tree.forceFlush();
      expect(namesIn(paper.writes)).to.deep.equal([['failed'], ['fine', 'late error']]);
    });
  });
});
