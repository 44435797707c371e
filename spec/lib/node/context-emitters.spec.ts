import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import { createContextKey, ROOT_CONTEXT, type Context } from '@opentelemetry/api';
import { expect } from 'chai';
import { setValue } from '../../../lib/context.js';
import { AsyncLocalStorageContextManager } from '../../../lib/node/context.js';

const KEY = createContextKey('spec');

function named(name: string): Context {
  return setValue(ROOT_CONTEXT, KEY, name);
}

describe('an emitter that is bound to a context', () => {
  let manager: AsyncLocalStorageContextManager;
  let emitter: EventEmitter;
  let seen: unknown[];
  const listener = (...args: unknown[]) => {
    seen.push([manager.active().getValue(KEY), ...args]);
  };

  beforeEach(() => {
    manager = new AsyncLocalStorageContextManager();
    seen = [];
    emitter = new EventEmitter();
    expect(manager.bind(named('a'), emitter)).to.equal(emitter);
  });

  for (const method of [
    'on',
    'addListener',
    'prependListener',
    'once',
    'prependOnceListener',
  ] as const) {
    it(`runs what ${method}() adds in the context, with this and arguments (T-CTX-03, T-CTX-04)`, () => {
      let receiver: unknown;
      const result = emitter[method]('event', function (this: unknown, ...args: unknown[]) {
        receiver = this;
        listener(...args);
      });
      expect(result).to.equal(emitter);
      emitter.emit('event', 1, 2);
      expect(seen).to.deep.equal([['a', 1, 2]]);
      expect(receiver).to.equal(emitter);
    });

    it(`lets what ${method}() added be removed by the original (T-CTX-04)`, () => {
      emitter[method]('event', listener);
      emitter.off('event', listener);
      emitter[method]('event', listener);
      emitter.removeListener('event', listener);
      emitter.emit('event');
      expect(seen).to.deep.equal([]);
      expect(emitter.listenerCount('event')).to.equal(0);
    });

    it(`shows the original of what ${method}() added (T-CTX-04)`, () => {
      const added: unknown[] = [];
      const removed: unknown[] = [];
      emitter.on('newListener', (_event, original) => added.push(original));
      emitter.on('removeListener', (_event, original) => removed.push(original));
      added.length = 0;
      emitter[method]('event', listener);
      expect(emitter.listeners('event')).to.deep.equal([listener]);
      expect(emitter.listenerCount('event', listener)).to.equal(1);
      emitter.off('event', listener);
      expect([added, removed]).to.deep.equal([[listener], [listener]]);
    });
  }

  it('runs listeners of once() once, and then has none (T-CTX-04)', () => {
    emitter.once('event', listener);
    emitter.prependOnceListener('event', listener);
    emitter.emit('event');
    emitter.emit('event');
    expect(seen).to.deep.equal([['a'], ['a']]);
    expect(emitter.listenerCount('event')).to.equal(0);
  });

  it('keeps the order of prepended listeners', () => {
    emitter.on('event', () => seen.push('second'));
    emitter.prependListener('event', () => seen.push('first'));
    emitter.emit('event');
    expect(seen).to.deep.equal(['first', 'second']);
  });

  it('removes the one added last when a listener was added twice, as any emitter does', () => {
    emitter.on('event', listener).on('event', listener);
    emitter.off('event', listener);
    emitter.emit('event');
    expect(seen).to.deep.equal([['a']]);
  });

  it('removes all with removeAllListeners()', () => {
    emitter.on('event', listener).once('event', listener);
    emitter.removeAllListeners('event');
    emitter.emit('event');
    expect(seen).to.deep.equal([]);
  });

  it('lets a newListener handler add listeners of its own', () => {
    emitter.once('newListener', () => emitter.on('event', listener));
    emitter.once('event', listener);
    emitter.emit('event');
    emitter.emit('event');
    expect(seen).to.deep.equal([['a'], ['a'], ['a']]);
  });

  it('runs later listeners in the context it was bound to last, also known ones', () => {
    emitter.on('event', listener);
    manager.bind(named('b'), emitter);
    emitter.on('event', listener);
    emitter.emit('event');
    expect(seen).to.deep.equal([['a'], ['b']]);
    emitter.off('event', listener).off('event', listener);
    expect(emitter.listenerCount('event')).to.equal(0);
  });

  it('leaves listeners alone that were added before', () => {
    const other = new EventEmitter();
    other.on('event', listener);
    manager.bind(named('a'), other);
    other.emit('event');
    other.off('event', listener);
    other.emit('event');
    expect(seen).to.deep.equal([[undefined]]);
  });

  it('works with events.once() and its rejection on error', async () => {
    const got = once(emitter, 'event');
    emitter.emit('event', 5);
    expect(await got).to.deep.equal([5]);
    const failing = once(emitter, 'event');
    emitter.emit('error', new Error('x'));
    expect(await failing.catch((error: Error) => error.message)).to.equal('x');
    expect(emitter.listenerCount('event') + emitter.listenerCount('error')).to.equal(0);
  });

  it('may be a stream, whose own on() goes on working', async () => {
    const stream = manager.bind(named('a'), Readable.from(['x', 'y']));
    stream.on('data', listener);
    await new Promise<void>((resolve) => stream.once('end', resolve));
    expect(seen).to.deep.equal([
      ['a', 'x'],
      ['a', 'y'],
    ]);
  });

  it('may be bound by two managers', () => {
    const other = new AsyncLocalStorageContextManager();
    other.bind(named('other'), emitter);
    emitter.on('event', listener).once('event', listener);
    emitter.off('event', listener).off('event', listener);
    expect(emitter.listenerCount('event')).to.equal(0);
  });

  it('refuses what is no listener, as any emitter does', () => {
    expect(() => emitter.on('event', 5 as never)).to.throw(TypeError);
    expect(() => emitter.once('event', undefined as never)).to.throw(TypeError);
  });

  it('may be frozen: then it stays as it is (T-ERR-01)', () => {
    const frozen = Object.freeze(new EventEmitter());
    expect(manager.bind(named('a'), frozen)).to.equal(frozen);
  });

  it('looks like any other from outside', () => {
    expect(Object.keys(emitter)).to.deep.equal(Object.keys(new EventEmitter()));
  });
});
