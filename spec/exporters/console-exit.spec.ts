import { expect } from 'chai';
import { run } from './console-child.js';

/** A script that traces, and does nothing for its end. */
const tracing = (processor: string): string => `
  import { consoleTree } from './exporters/console-tree.ts';
  import { ConsoleSpanExporter } from './exporters/console-exporter.ts';
  import { SimpleSpanProcessor } from './lib/processors/simple.ts';
  import { TracerProvider } from './lib/provider.ts';
  const provider = new TracerProvider({ spanProcessors: [${processor}] });
  const tracer = provider.getTracer('spec');
  const span = tracer.startSpan('job');
`;

describe('the console tree at the end of a process', () => {
  it('has printed what ended last, and did not hold the process', async () => {
    const { code, stdout, stderr } = await run(`${tracing('consoleTree()')}
      tracer.startSpan('never ends');
      span.end();
      const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
      process.stderr.write(timers.length + ' timers hold the process');`);
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '0 timers hold the process' });
    expect(stdout)
      .to.match(/^● job in .*\n/)
      .and.to.match(/never ends .*running/);
  });

  it('has printed all when process.exit is called', async () => {
    const { code, stdout, stderr } = await run(`${tracing('consoleTree()')}
      for (let i = 0; i < 8; i++) tracer.startSpan('job ' + i).end();
      tracer.startSpan('job 8', { startTime: Date.now() - 5000 }).end();
      process.exit(3);`);
    expect({ code, stderr }).to.deep.equal({ code: 3, stderr: '' });
    expect(stdout.match(/● job \d/g)).to.have.length(6, 'five and the slowest');
    expect(stdout).to.match(/job .*running/);
    expect(stdout).to.match(/\d more traces in the last second/);
  });

  it('has printed what was at work when an exception is not caught', async () => {
    const script = tracing('consoleTree()');
    const { code, stdout, stderr } = await run(`${script} throw new TypeError('no luck');`);
    expect(code).to.equal(1);
    expect(stderr).to.match(/TypeError: no luck/);
    expect(stdout).to.match(/job .*running/);
  });

  it('has printed what was exported, behind any processor', async () => {
    const exporter = 'new SimpleSpanProcessor(new ConsoleSpanExporter())';
    const { code, stdout } = await run(`${tracing(exporter)} span.end();`);
    expect(code).to.equal(0);
    expect(stdout).to.match(/^● job in /);
  });

  it('prints nothing twice when it was shut down', async () => {
    const { stdout } = await run(`${tracing('consoleTree()')}
      span.end();
      await provider.shutdown();`);
    expect(stdout.match(/● job/g)).to.have.length(1);
  });
});
