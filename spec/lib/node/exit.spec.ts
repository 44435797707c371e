import { expect } from 'chai';
import { startCollector, type Collector } from '../../support/collector.js';
import { runChild, type Ended } from '../../support/child.js';

/** Runs the child traced and bare, both at once, sending both the signals when they are ready. */
async function both(
  how: string,
  signals: readonly NodeJS.Signals[] = [],
): Promise<{ traced: Ended; bare: Ended }> {
  const ended = (['traced', 'bare'] as const).map(async (kind) => {
    const child = runChild('ending.ts', { args: [how, kind] });
    if (signals.length > 0) await child.printed('ready');
    for (const signal of signals) child.process.kill(signal);
    return child.ended;
  });
  const [traced, bare] = (await Promise.all(ended)) as [Ended, Ended];
  return { traced, bare };
}

function expectSameEnd({ traced, bare }: { traced: Ended; bare: Ended }): void {
  expect({ code: traced.code, signal: traced.signal, stderr: traced.stderr }).to.deep.equal({
    code: bare.code,
    signal: bare.signal,
    stderr: bare.stderr,
  });
}

describe('the end of a process', function () {
  this.timeout(30_000);

  for (const how of ['by itself', 'by exit', 'by exit code', 'by an exception', 'by a rejection']) {
    it(`prints what has ended, and changes nothing else: ${how}`, async () => {
      const ends = await both(how);
      expectSameEnd(ends);
      expect(ends.traced.stdout).to.include('ended work');
    });
  }

  it('shows spans that are still open as running', async () => {
    const { traced } = await both('by exit');
    expect(traced.stdout).to.match(/open work.*running/);
  });

  it('flushes again for spans that end after the first flush', async () => {
    const { traced } = await both('with work left');
    expect(traced.stdout).to.include('late work');
  });

  it('leaves an exception to the app that handles it', async () => {
    const ends = await both('by a caught exception');
    expectSameEnd(ends);
    expect(ends.traced.code).to.equal(5);
    expect(ends.traced.stdout).to.include('ended work');
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`dies of ${signal} as it would without us, after a flush`, async () => {
      const ends = await both('by a signal', [signal]);
      expectSameEnd(ends);
      expect(ends.traced.signal).to.equal(signal);
      expect(ends.traced.stdout).to.include('ended work');
      expect(ends.traced.stdout).to.match(/open work.*running/);
    });
  }

  it('never exits where the app handles the signal itself', async () => {
    const ends = await both('by a signal that is ignored', ['SIGTERM']);
    expectSameEnd(ends);
    expect(ends.traced.code).to.equal(0);
    expect(ends.traced.stdout).to.include('going on').and.to.include('ended work');
  });

  it("lets the app's own handler end the process, and flushes by then", async () => {
    const ends = await both('by a handled signal', ['SIGTERM']);
    expectSameEnd(ends);
    expect(ends.traced.code).to.equal(0);
    expect(ends.traced.stdout).to.include('ended work');
  });

  it('does not count signal-exit as a handler', async () => {
    const ends = await both('by a signal beside signal-exit', ['SIGTERM']);
    expectSameEnd(ends);
    expect(ends.traced.signal).to.equal('SIGTERM');
    expect(ends.traced.stdout).to.include('signal-exit saw null SIGTERM');
  });

  describe('with a backend', () => {
    let collector: Collector;
    beforeEach(async () => {
      collector = await startCollector();
    });
    afterEach(() => collector.close());

    for (const how of ['by itself', 'by exit', 'by an exception']) {
      it(`sends what has ended: ${how}`, async () => {
        const child = runChild('ending.ts', { args: [how, 'traced', collector.url] });
        await child.ended;
        expect(collector.spans().map(({ name }) => name)).to.deep.equal(['ended work']);
      });
    }

    it('sends what has ended when a signal comes', async () => {
      const child = runChild('ending.ts', { args: ['by a signal', 'traced', collector.url] });
      await child.printed('ready');
      child.process.kill('SIGTERM');
      expect((await child.ended).signal).to.equal('SIGTERM');
      expect(collector.spans().map(({ name }) => name)).to.deep.equal(['ended work']);
    });
  });

  describe('with a backend that is dead', () => {
    /** Port 1 is reserved: nobody listens there, and connections are refused at once. */
    const DEAD = 'http://127.0.0.1:1/v1/traces';

    for (const how of ['by itself', 'by exit', 'by an exception']) {
      it(`ends within its bound, and with the same code: ${how}`, async () => {
        const begun = performance.now();
        const child = runChild('ending.ts', { args: [how, 'traced', DEAD] });
        const bare = runChild('ending.ts', { args: [how, 'bare'] });
        expect((await child.ended).code).to.equal((await bare.ended).code);
        expect(performance.now() - begun).to.be.lessThan(8000);
      });
    }

    it('ends at once at a second signal', async () => {
      const child = runChild('ending.ts', { args: ['by a signal', 'traced', DEAD] });
      await child.printed('ready');
      child.process.kill('SIGTERM');
      await new Promise((resolve) => setTimeout(resolve, 200));
      const begun = performance.now();
      child.process.kill('SIGTERM');
      expect((await child.ended).signal).to.equal('SIGTERM');
      expect(performance.now() - begun).to.be.lessThan(1000);
    });
  });
});
