import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { ConsoleSpanExporter } from '../../exporters/console-exporter.js';
import { ExportResultCode, type ExportResult } from '../../lib/exporter.js';
import { BatchSpanProcessor } from '../../lib/processors/batch.js';
import { SimpleSpanProcessor } from '../../lib/processors/simple.js';
import { Paper } from './console-paper.js';
import { remoteCaller, spanMaker } from './console-spans.js';

function printing() {
  const paper = new Paper();
  return { paper, exporter: new ConsoleSpanExporter({ stream: paper, unicode: true }) };
}

describe('the console exporter', () => {
  it('prints a trace in one write, a linger after its local root was exported (T-EXP-08)', async () => {
    const { paper, exporter } = printing();
    const shop = spanMaker('shop', new SimpleSpanProcessor(exporter));
    const root = shop.open('GET /order', { remote: remoteCaller() });
    shop.ended('SELECT', { parent: root });
    await sleep(150);
    expect(paper.writes, 'without its root').to.deep.equal([]);
    const ended = performance.now();
    root.end();
    await paper.expectWrites(1);
    expect(paper.times[0]! - ended, 'the linger').to.be.greaterThan(95);
    expect(paper.text)
      .to.match(/^● GET \/order in .*\n {2}2 spans/)
      .and.to.match(/└─ SELECT/);
    await shop.provider.shutdown();
    expect(paper.writes).to.have.length(1);
  });

  it('prints at once when a batch processor is flushed', async () => {
    const { paper, exporter } = printing();
    const shop = spanMaker('shop', new BatchSpanProcessor(exporter));
    const root = shop.open('GET /order');
    shop.ended('SELECT', { parent: root });
    root.end();
    await shop.provider.forceFlush();
    expect(paper.writes).to.have.length(1);
    await shop.provider.shutdown();
  });

  it('prints again, whole, what it had to print without its root', async () => {
    const { paper, exporter } = printing();
    const shop = spanMaker('shop', new SimpleSpanProcessor(exporter));
    const root = shop.open('GET /order');
    shop.ended('SELECT', { parent: root });
    await shop.provider.forceFlush();
    root.end();
    await shop.provider.shutdown();
    expect(paper.writes).to.have.length(2);
    expect(paper.writes[0]).to.match(/not received/);
    expect(paper.writes[1]).to.match(/^● GET \/order in .*\n {2}2 spans/);
  });

  it('adds what ends after its root', async () => {
    const { paper, exporter } = printing();
    const shop = spanMaker('shop', new SimpleSpanProcessor(exporter));
    const root = shop.ended('GET /order');
    await shop.provider.forceFlush();
    shop.ended('write audit log', { parent: root });
    await paper.expectWrites(2);
    expect(paper.writes[1])
      .to.match(/^\+ trace/)
      .and.to.match(/└─ write audit log/);
    await shop.provider.shutdown();
  });

  it('prints before exportSync returns', () => {
    const { paper, exporter } = printing();
    exporter.exportSync([spanMaker().ended('last')], 100);
    expect(paper.text).to.match(/● last/);
  });

  it('prints at shutdown what it has, and fails later exports at once (T-EXP-03)', async () => {
    const { paper, exporter } = printing();
    const shop = spanMaker();
    const results: ExportResult[] = [];
    exporter.export([shop.ended('first')], (result) => results.push(result));
    await exporter.shutdown();
    exporter.export([shop.ended('second')], (result) => results.push(result));
    await exporter.forceFlush();
    await exporter.shutdown();
    expect(results.map(({ code }) => code)).to.deep.equal([
      ExportResultCode.SUCCESS,
      ExportResultCode.FAILED,
    ]);
    expect(results[1]?.error?.message).to.match(/shut down/);
    expect(paper.text)
      .to.match(/first/)
      .and.not.to.match(/second/);
  });
});
