import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { ROOT_CONTEXT, type Context, type ContextManager } from '@opentelemetry/api';

/** Ends what {@link AsyncLocalStorageContextManager.attach} began. */
export interface Attachment {
  dispose(): void;
}

/**
 * Carries the active context through callbacks, promises, timers and async iterators, by Node's
 * AsyncLocalStorage (API: ContextManager).
 */
export class AsyncLocalStorageContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();
  /** The emitters that were bound, with the context that their next listeners get. */
  readonly #emitters = new WeakMap<EventEmitter, { context: Context }>();

  /** The active context; the API's ROOT_CONTEXT when nothing is active. */
  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    context: Context,
    fn: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const run = thisArg === undefined || thisArg === null ? fn : (fn.bind(thisArg) as F);
    return this.#storage.run(context ?? ROOT_CONTEXT, run, ...args);
  }

  /**
   * Makes a context active for the rest of the current asynchronous execution, until it is disposed
   * of, which brings the previous one back. Disposing twice does nothing.
   */
  attach(context: Context): Attachment {
    const previous = this.#storage.getStore();
    this.#storage.enterWith(context);
    let attached = true;
    return {
      dispose: () => {
        if (!attached) return;
        attached = false;
        this.#storage.enterWith(previous as Context);
      },
    };
  }

  /**
   * A function that runs in the context, with its `this`, name and length kept; or the emitter itself,
   * whose listeners added from now on run in the context. Anything else comes back as it is.
   */
  bind<T>(context: Context, target: T): T {
    if (target instanceof EventEmitter) return this.#bindEmitter(context, target);
    if (typeof target === 'function') return this.#bindFunction(context, target) as T;
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }

  #bindFunction<F extends Function>(context: Context, target: F): F {
    const storage = this.#storage;
    const bound = function (this: unknown, ...args: unknown[]): unknown {
      return storage.run(context, () => Reflect.apply(target, this, args) as unknown);
    };
    for (const key of ['length', 'name'] as const) {
      Object.defineProperty(bound, key, { value: target[key], configurable: true });
    }
    return bound as unknown as F;
  }

  #bindEmitter<E extends EventEmitter>(context: Context, emitter: E): E {
    const patched = this.#emitters.get(emitter);
    if (patched !== undefined) patched.context = context;
    else this.#patchEmitter(context, emitter);
    return emitter;
  }

  /**
   * Wraps the methods that add and remove listeners. `once` adds a wrapper of its own through `on` and
   * later removes it by identity, so what it adds is bound inside and left alone outside.
   */
  #patchEmitter(context: Context, emitter: EventEmitter): void {
    const state = { context };
    this.#emitters.set(emitter, state);
    const bounds = new WeakMap<Listener, Listener>();
    const boundOf = (listener: Listener): Listener => {
      if (typeof listener !== 'function') return listener;
      let bound = bounds.get(listener);
      if (bound === undefined) {
        // Node's `listeners()` and 'newListener' show what stands under `listener`.
        bound = Object.assign(this.#bindFunction(state.context, listener), { listener });
        bounds.set(listener, bound);
      }
      return bound;
    };
    let insideOnce = false;
    for (const method of ['on', 'addListener', 'prependListener'] as const) {
      const add = emitter[method];
      emitter[method] = (event, listener) =>
        add.call(emitter, event, insideOnce ? listener : boundOf(listener));
    }
    for (const method of ['once', 'prependOnceListener'] as const) {
      const addOnce = emitter[method];
      emitter[method] = (event, listener) => {
        insideOnce = true;
        try {
          return addOnce.call(emitter, event, boundOf(listener));
        } finally {
          insideOnce = false;
        }
      };
    }
    for (const method of ['off', 'removeListener'] as const) {
      const remove = emitter[method];
      emitter[method] = (event, listener) =>
        remove.call(emitter, event, bounds.get(listener) ?? listener);
    }
  }
}

type Listener = (...args: unknown[]) => void;
