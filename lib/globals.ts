import {
  context,
  propagation,
  trace,
  type ContextManager,
  type TextMapPropagator,
  type TracerProvider as ApiTracerProvider,
} from '@opentelemetry/api';
import { report } from './diagnostics.js';

/** What the API's globals are to be set to; what is undefined or null is left alone. */
export interface Globals {
  tracerProvider?: ApiTracerProvider | undefined;
  propagator?: TextMapPropagator | null | undefined;
  contextManager?: ContextManager | null | undefined;
}

/**
 * Sets the API's globals.
 *
 * @returns false, after a report, when another SDK holds one of them: that one stays as it is
 */
export function setGlobals({ tracerProvider, propagator, contextManager }: Globals): boolean {
  const taken: string[] = [];
  if (tracerProvider && !trace.setGlobalTracerProvider(tracerProvider)) {
    taken.push(`the tracer provider (${holderOf(trace.getTracerProvider())})`);
  }
  if (contextManager) {
    contextManager.enable();
    if (!context.setGlobalContextManager(contextManager)) taken.push('the context manager');
  }
  if (propagator && !propagation.setGlobalPropagator(propagator)) taken.push('the propagator');
  if (taken.length === 0) return true;
  report(
    'register.taken',
    `another SDK has already registered ${taken.join(', ')}: register one SDK only, or call the ` +
      "API's disable() first",
  );
  return false;
}

/** The class of a registered provider, behind the API's proxy. */
export function holderOf(provider: ApiTracerProvider): string {
  const delegate = (provider as { getDelegate?: () => object }).getDelegate?.() ?? provider;
  return delegate.constructor?.name ?? 'unknown';
}
