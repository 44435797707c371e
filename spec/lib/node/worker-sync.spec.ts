import { expect } from 'chai';
import { runWorkerSync } from '../../../lib/node/worker-sync.js';

const TELL = `
const { workerData: { memory, number } } = require('node:worker_threads');
const cells = new Int32Array(memory);
cells[1] = number;
Atomics.store(cells, 0, 1);
Atomics.notify(cells, 0);
`;

describe('runWorkerSync', () => {
  function run(code: string, timeoutMillis: number, data: object = {}): Int32Array {
    const state = new Int32Array(new SharedArrayBuffer(8));
    const workerData = { memory: state.buffer, ...data };
    runWorkerSync({ code, workerData, state }, timeoutMillis);
    return state;
  }

  it('returns when the worker has told its state', () => {
    const begun = performance.now();
    const [state, number] = run(TELL, 5000, { number: 42 });
    expect([state, number]).to.deep.equal([1, 42]);
    expect(performance.now() - begun).to.be.below(4000);
  });

  it('ends a worker that takes too long', async () => {
    const begun = performance.now();
    const late = `setTimeout(() => { ${TELL} }, 300)`;
    const state = run(late, 150, { number: 1 });
    expect(performance.now() - begun).to.be.within(140, 1000);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(state[0]).to.equal(0);
  });

  it('waits out a worker that fails, and contains that', () => {
    expect(run('throw new Error("broken")', 100)[0]).to.equal(0);
  });

  it('starts a worker without the loaders and preloaded modules of the program', () => {
    const code = TELL.replace(
      '= number',
      '= process.execArgv.length + (process.env.NODE_OPTIONS || "").length',
    );
    expect(run(code, 5000)).to.deep.equal(new Int32Array([1, 0]));
  });

  it('throws what keeps a worker from starting', () => {
    expect(() => run(TELL, 1000, { no: () => {} })).to.throw(/could not be cloned/);
  });
});
