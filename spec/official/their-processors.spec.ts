import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import {
  ConsoleSpanExporter,
  InMemorySpanExporter,
  OTLPFileExporter,
} from '../../exporters/index.js';
import { Paper } from '../exporters/console-paper.js';
import { spansOf } from '../support/collector.js';
import { decodeTracesJson } from '../support/wire.js';
import { PLACES, type Place } from './places.js';
import { makeSpans, NAMES, PROVIDERS, SPANS, THEIRS } from './running.js';

for (const [providerName, providerOf] of Object.entries(PROVIDERS)) {
  for (const [name, processorOf] of Object.entries(THEIRS)) {
    describe(`the official ${name} processor in the ${providerName} provider`, () => {
      let place: Place | undefined;
      let directory: string | undefined;
      afterEach(async () => {
        await place?.close();
        if (directory !== undefined) rmSync(directory, { recursive: true });
        place = directory = undefined;
      });

      for (const [what, open] of Object.entries(PLACES)) {
        it(`delivers every span by our exporter for ${what}`, async () => {
          place = await open();
          const exporter = place.ours();
          const provider = providerOf(processorOf(exporter));
          makeSpans(provider);
          await provider.shutdown();
          expect(place.arrived().toSorted()).to.deep.equal(NAMES);
          expect(exporter.stats()).to.include({ accepted: SPANS, delivered: SPANS, pending: 0 });
        });
      }

      it('prints every span by our console exporter', async () => {
        const paper = new Paper();
        const exporter = new ConsoleSpanExporter({ stream: paper, format: 'line' });
        const provider = providerOf(processorOf(exporter));
        makeSpans(provider);
        await provider.shutdown();
        const lines = paper.text.trimEnd().split('\n');
        const names = lines.map((line) => /\bs\d+\b/.exec(line)?.[0] ?? line);
        expect(names.toSorted()).to.deep.equal(NAMES);
      });

      it('keeps every span by our memory exporter', async () => {
        const exporter = new InMemorySpanExporter();
        const provider = providerOf(processorOf(exporter));
        makeSpans(provider);
        await provider.forceFlush();
        const names = exporter.getFinishedSpans().map((span) => span.name);
        expect(names.toSorted()).to.deep.equal(NAMES);
        await provider.shutdown();
      });

      it('writes every span by our file exporter', async () => {
        directory = mkdtempSync(join(tmpdir(), 'spantree-official-'));
        const path = join(directory, 'spans.jsonl');
        const provider = providerOf(processorOf(new OTLPFileExporter({ path })));
        makeSpans(provider);
        await provider.shutdown();
        const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
        const names = lines.flatMap((line) => spansOf(decodeTracesJson(line)).map((s) => s.name));
        expect(names.toSorted()).to.deep.equal(NAMES);
      });
    });
  }
}
