import { context, propagation } from '@opentelemetry/api';
import type { ContextManager, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import { setGlobalTracerProvider } from '../globals.js';

/** What is to stand behind the API's globals. */
export interface OwnGlobals {
  readonly tracerProvider: TracerProvider;
  readonly propagator: TextMapPropagator;
  readonly contextManager: ContextManager;
}

/** What we have registered before: a later start finds it there and is content. */
const ours = new WeakSet<object>();

/**
 * Puts our parts behind the API's globals, or finds them there from an earlier start.
 *
 * @throws Error when another SDK holds one of them, naming its class; then nothing is changed
 */
export function claimGlobals({ tracerProvider, propagator, contextManager }: OwnGlobals): void {
  const held = heldGlobals();
  for (const [what, holder] of Object.entries(held)) {
    if (holder === undefined || ours.has(holder)) continue;
    throw new Error(
      `another SDK has registered the global ${what} (${holder.constructor?.name ?? 'unknown'}): ` +
        'start one SDK only',
    );
  }
  for (const own of [tracerProvider, propagator, contextManager]) ours.add(own);
  if (held['tracer provider'] === undefined) setGlobalTracerProvider(tracerProvider);
  if (held.propagator === undefined) propagation.setGlobalPropagator(propagator);
  if (held['context manager'] === undefined) {
    context.setGlobalContextManager(contextManager.enable());
  }
}

/** The API keeps its globals in one object that all its 1.x copies share. */
function heldGlobals(): Record<
  'tracer provider' | 'propagator' | 'context manager',
  object | undefined
> {
  const globals = (globalThis as Record<symbol, Record<string, unknown> | undefined>)[
    Symbol.for('opentelemetry.js.api.1')
  ];
  const provider = globals?.['trace'] as { getDelegate?: () => object } | undefined;
  return {
    'tracer provider': provider?.getDelegate?.() ?? provider,
    propagator: globals?.['propagation'] as object | undefined,
    'context manager': globals?.['context'] as object | undefined,
  };
}
