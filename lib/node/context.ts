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

  /** @internal What is active where nothing else is: what the process was started with. */
  base: Context = ROOT_CONTEXT;

  /** The active context; when nothing is active the API's ROOT_CONTEXT, or what `start()` has found. */
  active(): Context {
    return this.#storage.getStore() ?? this.base;
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
    this.#storage.enterWith(context ?? ROOT_CONTEXT);
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
    if (typeof target === 'function') return this.#bindFunction(context, target);
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
    const bound = this.#emitters.get(emitter);
    if (bound !== undefined) bound.context = context;
    else this.#patchEmitter(context, emitter);
    return emitter;
  }

  /** Wraps the methods that add listeners. Those that remove them need no help: see {@link Bound}. */
  #patchEmitter(context: Context, emitter: EventEmitter): void {
    const state = { context };
    this.#emitters.set(emitter, state);
    const bind = (listener: Listener): Listener => {
      if (typeof listener !== 'function' || BOUND.has(listener)) return listener;
      const { listener: inner } = listener as Partial<Bound>;
      if (inner !== undefined && BOUND.has(inner)) {
        // The wrapper that `once` puts around a bound listener and adds by `on`.
        (listener as Bound).listener = (inner as Bound).listener;
        BOUND.add(listener);
        return listener;
      }
      const bound: Bound = Object.assign(this.#bindFunction(state.context, listener), { listener });
      BOUND.add(bound);
      return bound;
    };

    for (const method of ADDING_METHODS) {
      const add = emitter[method];
      const value = function (this: unknown, event: string | symbol, listener: Listener): unknown {
        return Reflect.apply(add, this, [event, bind(listener)]);
      };
      // Not enumerable; and of no effect, rather than throwing, where the emitter is frozen.
      Reflect.defineProperty(emitter, method, { value, configurable: true, writable: true });
    }
  }
}

const ADDING_METHODS = [
  'on',
  'addListener',
  'prependListener',
  'once',
  'prependOnceListener',
] as const;

type Listener = (...args: unknown[]) => void;

/**
 * A bound listener. Node looks at the property `listener` of what was added: `off` finds it by that,
 * `listeners()` and `'newListener'` show that.
 */
type Bound = Listener & { listener: Listener };

/** All bound listeners, so that methods of an emitter that call each other bind them once. */
const BOUND = new WeakSet<Listener>();
