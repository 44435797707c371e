import {
  context,
  propagation,
  trace,
  type ContextManager,
  type ProxyTracerProvider,
  type TextMapPropagator,
  type TracerProvider as ApiTracerProvider,
} from '@opentelemetry/api';
import { report } from './diagnostics.js';
import { platform } from './platform.js';

/** What the API's globals are to be set to; what is undefined or null is left alone. */
export interface Globals {
  tracerProvider?: ApiTracerProvider | undefined;
  propagator?: TextMapPropagator | null | undefined;
  contextManager?: ContextManager | null | undefined;
}

/**
 * Sets the API's globals.
 *
 * @returns false, after a report, when another SDK holds one of them: that one stays as it is, and when
 * it is the tracer provider the others are not set either
 */
export function setGlobals({ tracerProvider, propagator, contextManager }: Globals): boolean {
  if (tracerProvider && !setGlobalTracerProvider(tracerProvider)) {
    return taken(`the tracer provider (${holderOf(trace.getTracerProvider())})`);
  }
  const held: string[] = [];
  if (contextManager) {
    contextManager.enable();
    if (!context.setGlobalContextManager(contextManager)) held.push('the context manager');
  }
  if (propagator && !propagation.setGlobalPropagator(propagator)) held.push('the propagator');
  return held.length === 0 || taken(held.join(' and '));
}

/**
 * Makes a provider the API's global one. Each copy of the API in a process knows only the tracers that were
 * fetched through it before, so all copies are told that the process is known to have.
 *
 * @returns false when another SDK's is registered
 */
export function setGlobalTracerProvider(provider: ApiTracerProvider): boolean {
  const copies = (platform.traceApis?.() ?? []).map((api) => ({
    api,
    early: api.getTracerProvider() as Partial<ProxyTracerProvider>,
  }));
  if (!trace.setGlobalTracerProvider(provider)) return false;
  for (const { api, early } of copies) {
    // A copy that is newer than ours does not see what we register, and is left alone as a whole.
    if (api.getTracerProvider() !== early) early.setDelegate?.(provider);
  }
  return true;
}

function taken(globals: string): false {
  report(
    'register.taken',
    `the API's globals are taken, by another SDK or an earlier register(): ${globals}. Register ` +
      "one SDK only, or call the API's disable() first",
  );
  return false;
}

/** The class of a registered provider, behind the API's proxy. */
export function holderOf(provider: ApiTracerProvider): string {
  const delegate = (provider as { getDelegate?: () => object }).getDelegate?.() ?? provider;
  return delegate.constructor?.name ?? 'unknown';
}
