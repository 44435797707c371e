import { readFileSync } from 'node:fs';
import { context, propagation, trace } from '@opentelemetry/api';
import { expect } from 'chai';
import { start, type Sdk } from '../../lib/start.js';
import { Paper } from '../exporters/console-paper.js';

describe('the console exporter (E-CON-01)', () => {
  let sdk: Sdk | undefined;
  afterEach(async () => {
    await sdk?.shutdown();
    trace.disable();
    context.disable();
    propagation.disable();
  });

  it('has no batch in front of it: a trace is shown when it is over', async () => {
    const paper = new Paper();
    sdk = start({
      exporters: [{ name: 'console', options: { stream: paper } }],
      batch: { scheduledDelayMillis: 60_000 },
      flushAtExit: false,
    });
    trace.getTracer('spec').startSpan('shown').end();
    await paper.expectWrites(1);
    expect(paper.text).to.include('shown');
  });

  it('says in its documentation that its format is not specified', () => {
    for (const file of ['exporters/console-tree.ts', 'exporters/console-exporter.ts'])
      expect(readFileSync(file, 'utf8')).to.include('format is not specified');
  });
});
