import { EventEmitter, on } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { context, createContextKey, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { expect } from 'chai';
import { setValue } from '../../../lib/context.js';
import { AsyncLocalStorageContextManager } from '../../../lib/node/context.js';

const KEY = createContextKey('spec');

function named(name: string): Context {
  return setValue(ROOT_CONTEXT, KEY, name);
}

describe('AsyncLocalStorageContextManager', () => {
  let manager: AsyncLocalStorageContextManager;
  beforeEach(() => {
    manager = new AsyncLocalStorageContextManager().enable();
  });
  afterEach(() => {
    expect(manager.active()).to.equal(ROOT_CONTEXT);
    manager.disable();
  });

  const active = () => manager.active().getValue(KEY);

  describe('with', () => {
    it("is the API's ROOT_CONTEXT outside (T-CTX-04)", () => {
      expect(manager.active()).to.equal(ROOT_CONTEXT);
    });

    it('makes a context active for a function, and returns its value (T-CTX-04)', () => {
      const result = manager.with(named('a'), () => {
        expect(active()).to.equal('a');
        return manager.with(named('b'), () => {
          expect(active()).to.equal('b');
          return 'value';
        });
      });
      expect(result).to.equal('value');
    });

    it('hands on `this` and arguments (T-CTX-04)', () => {
      function sum(this: { base: number }, a: number, b: number): number {
        return this.base + a + b;
      }
      expect(manager.with(named('a'), sum, { base: 1 }, 2, 3)).to.equal(6);
    });

    it('restores the context when the function throws, and lets the error through (T-CTX-04)', () => {
      const error = new Error('mine');
      expect(() =>
        manager.with(named('a'), () => {
          throw error;
        }),
      ).to.throw(error);
      expect(manager.active()).to.equal(ROOT_CONTEXT);
    });

    it('takes nothing for the root', () => {
      manager.with(undefined as unknown as Context, () => {
        expect(manager.active()).to.equal(ROOT_CONTEXT);
      });
    });
  });

  describe('carries the context', () => {
    const ways: Record<string, (done: () => void) => void> = {
      'through promises': (done) => void Promise.resolve().then(done),
      'through rejected promises': (done) => void Promise.reject(new Error('x')).catch(done),
      'through setTimeout': (done) => void setTimeout(done, 1),
      'through setInterval': (done) => {
        const timer = setInterval(() => {
          clearInterval(timer);
          done();
        }, 1);
      },
      'through setImmediate': (done) => void setImmediate(done),
      'through process.nextTick': (done) => process.nextTick(done),
      'through queueMicrotask': (done) => queueMicrotask(done),
      'through an emitter that is called within': (done) => {
        const emitter = new EventEmitter();
        emitter.on('event', done);
        emitter.emit('event');
      },
      'into the callbacks of a worker': (done) => {
        const worker = new Worker('require("worker_threads").parentPort.postMessage(1)', {
          eval: true,
        });
        worker.once('message', () => {
          void worker.terminate();
          done();
        });
      },
    };
    for (const [way, call] of Object.entries(ways)) {
      it(`${way} (T-CTX-03)`, async () => {
        const seen = await manager.with(
          named('a'),
          () => new Promise((resolve) => call(() => resolve(active()))),
        );
        expect(seen).to.equal('a');
      });
    }

    it('over await (T-CTX-03)', async () => {
      await manager.with(named('a'), async () => {
        await sleep(1);
        expect(active()).to.equal('a');
        await manager.with(named('b'), async () => {
          await Promise.resolve();
          expect(active()).to.equal('b');
        });
        expect(active()).to.equal('a');
      });
    });

    it('through async generators and for await (T-CTX-03)', async () => {
      async function* numbers(): AsyncGenerator {
        yield active();
        await sleep(1);
        yield active();
      }
      await manager.with(named('a'), async () => {
        for await (const seen of numbers()) {
          expect(seen).to.equal('a');
          expect(active()).to.equal('a');
        }
      });
    });

    it('through async iterators of events (T-CTX-03)', async () => {
      const emitter = new EventEmitter();
      await manager.with(named('a'), async () => {
        setImmediate(() => emitter.emit('event', 1));
        for await (const [value] of on(emitter, 'event')) {
          expect(value).to.equal(1);
          expect(active()).to.equal('a');
          break;
        }
      });
    });

    it('of each of many parallel branches, and never another (T-CTX-03)', async () => {
      async function branch(name: string, depth: number): Promise<void> {
        await manager.with(named(name), async () => {
          for (let i = 0; i < 5; i++) {
            await (i % 2 ? sleep(Math.random() * 3) : Promise.resolve());
            expect(active()).to.equal(name);
            if (depth > 0) await branch(`${name}.${i}`, depth - 1);
            expect(active()).to.equal(name);
          }
        });
      }
      await Promise.all(Array.from({ length: 20 }, (_, i) => branch(`branch ${i}`, 1)));
    });
  });

  describe('bind', () => {
    it('runs a function in the context, with its `this`, arguments and value (T-CTX-04)', () => {
      function sum(this: { base: number }, a: number, b: number): unknown[] {
        return [this.base, a, b, active()];
      }
      const bound = manager.bind(named('a'), sum);
      expect(bound.call({ base: 1 }, 2, 3)).to.deep.equal([1, 2, 3, 'a']);
      expect(manager.with(named('b'), () => bound.call({ base: 1 }, 2, 3)[3])).to.equal('a');
    });

    it('keeps name and length (T-CTX-04)', () => {
      function four(_a: 1, _b: 2, _c: 3, _d: 4): void {}
      const bound = manager.bind(named('a'), four);
      expect([bound.name, bound.length]).to.deep.equal(['four', 4]);
    });

    it('lets errors through', () => {
      const error = new Error('mine');
      const bound = manager.bind(named('a'), () => {
        throw error;
      });
      expect(bound).to.throw(error);
    });

    it('gives back what is neither function nor emitter', () => {
      const object = {};
      for (const other of [object, null, undefined, 5, 'text']) {
        expect(manager.bind(named('a'), other)).to.equal(other);
      }
    });
  });

  describe('attach', () => {
    it('makes a context active until it is disposed of (T-API-04, T-CTX-02)', () => {
      const outer = manager.attach(named('outer'));
      const inner = manager.attach(named('inner'));
      expect(active()).to.equal('inner');
      inner.dispose();
      expect(active()).to.equal('outer');
      outer.dispose();
      expect(manager.active()).to.equal(ROOT_CONTEXT);
    });

    it('is disposed of once: a second time does nothing (T-API-04)', () => {
      const first = manager.attach(named('first'));
      first.dispose();
      const second = manager.attach(named('second'));
      first.dispose();
      expect(active()).to.equal('second');
      second.dispose();
    });

    it('throws nothing when it is disposed of in the wrong order (T-CTX-02)', () => {
      manager.with(named('around'), () => {
        const first = manager.attach(named('first'));
        const second = manager.attach(named('second'));
        first.dispose();
        second.dispose();
      });
      expect(manager.active()).to.equal(ROOT_CONTEXT);
    });

    it('restores what was active around it (T-CTX-02)', () => {
      manager.with(named('around'), () => {
        const attachment = manager.attach(named('a'));
        expect(active()).to.equal('a');
        attachment.dispose();
        expect(active()).to.equal('around');
      });
    });

    it('carries the context over await, and not to others (T-CTX-03)', async () => {
      const task = async (name: string) => {
        await Promise.resolve();
        const attachment = manager.attach(named(name));
        await sleep(1);
        expect(active()).to.equal(name);
        attachment.dispose();
      };
      await Promise.all([task('a'), task('b')]);
    });

    it("is found by the API's context.attach, where it has one (T-API-04)", () => {
      const api = context as { attach?: (context: Context) => { dispose(): void } };
      if (api.attach === undefined) return;
      context.setGlobalContextManager(manager);
      const attachment = api.attach.call(context, named('a'));
      expect(context.active().getValue(KEY)).to.equal('a');
      attachment.dispose();
      expect(context.active()).to.equal(ROOT_CONTEXT);
      context.disable();
    });
  });

  it('forgets everything when it is disabled, and works on afterwards', () => {
    manager.with(named('a'), () => {
      manager.disable();
      expect(manager.active()).to.equal(ROOT_CONTEXT);
    });
    manager.with(named('b'), () => expect(active()).to.equal('b'));
  });
});
